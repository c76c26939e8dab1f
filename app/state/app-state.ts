import {
  batch,
  computed,
  effect,
  type ReadonlySignal,
  type Signal,
  signal,
  untracked,
} from '@preact/signals';
import type { Me } from '../../worker/protocol/api.ts';
import type { Car } from '../../worker/protocol/car.ts';
import { StoreError } from '../sync/store.ts';
import type { Api } from './api.ts';
import { OPENED, openedFor } from './opened.ts';
import type { Personal } from './personal.ts';
import { Preferences } from './preferences.ts';
import type { Updates } from './quiet-updates.ts';
import { type AddressBar, Router } from './router.ts';
import { Session } from './session.ts';
import type { Asked, KnownSite, SitePorts, SiteState } from './site-state.ts';
import { themeOf } from './theme.ts';

/** A phone has one column, a tablet two, a desktop a table and a keyboard. */
export type Layout = 'phone' | 'tablet' | 'desktop';

/** What the app finds round itself; the page's own, or a test's. */
export interface Surroundings {
  layout: ReadonlySignal<Layout>;
  /** The device is set to dark. */
  dark: ReadonlySignal<boolean>;
  /** False where the device itself says it has no network. */
  online: ReadonlySignal<boolean>;
  /** Nobody is at the page. */
  resting: ReadonlySignal<boolean>;
  /** False while nobody can see the page. */
  visible: ReadonlySignal<boolean>;
  /** IANA name of the device's own zone. */
  timeZone: string;
  /** Of the build. */
  version: string;
  /** Hour of the device's day. */
  hour(): number;
  /** Whether the browser has promised to keep what this app stores; null where it does not say. */
  persisted(): Promise<boolean | null>;
}

export interface AppPorts extends SitePorts {
  api: Api;
  addressBar: AddressBar;
  surroundings: Surroundings;
  updates: Updates;
  /**
   * Loads what the device has of a site. Rejects where its store cannot be opened at all.
   * @param open shows a car, as the site's keypad asks for it
   */
  openSite(site: KnownSite, me: Me, open: (car: Car) => void): Promise<SiteState>;
}

/** How often the hour is looked at, for the theme. */
const HOUR_CHECK_MS = 60_000;
const LAST_SITE = 'site';
/** How long after a hub said that this version is too old it is asked again. */
const TOO_OLD_RETRY_MS = 60_000;

/** The whole app: who is here, where they are, and the site they have open. */
export class AppState {
  readonly ports: AppPorts;
  readonly session: Session;
  readonly router: Router;
  readonly preferences: Preferences;
  /** What follows the person from device to device; null until it has been read. */
  readonly personal: Signal<Personal | null> = signal(null);
  readonly site: Signal<SiteState | null> = signal(null);
  /** Whether what the device has of a site is being read, or could not be. */
  readonly opening: Signal<'no' | 'now' | 'failed' | 'newer'> = signal('no');
  readonly theme: ReadonlySignal<'dark' | 'light'>;
  /** Whom a device that is everybody's is open for: see `openedFor`. */
  readonly opened: Signal<string | null>;
  /** Whoever is here has not said who they are: they see the board, and what they do waits until they have. */
  readonly locked = computed(() => {
    const { value } = this.session.state;
    if (value.state !== 'signed-in') return this.opened.value !== null;
    const { kind, person, device } = value.me;
    return kind !== 'person' || (this.opened.value ?? (device?.shared ? '' : person.id)) !== person.id;
  });
  /** What is to be done once they have; null while nobody is asked. */
  readonly asking: Signal<Asked | null> = signal(null);
  readonly #hour: Signal<number>;
  /** Why the open site has stopped, if it has. */
  readonly #stopReason = computed(() => {
    const health = this.site.value?.view.value.health;
    return health?.state === 'stopped' ? health.reason : null;
  });
  /** The session is another person's than the one this tab shows: somebody has signed in in another tab. */
  readonly #isAnothers = computed(() => {
    const session = this.session.state.value;
    const you = this.site.value?.view.value.you;
    return you && session.state === 'signed-in' && you.person !== session.me.person.id;
  });
  /** Whom which site has been opened for; empty for none. */
  #openKey = '';

  constructor(ports: AppPorts) {
    this.ports = ports;
    this.session = new Session(ports.api, ports.memory);
    this.router = new Router(ports.addressBar);
    this.preferences = new Preferences(ports.memory);
    this.opened = signal(openedFor(ports.memory.get(OPENED), ports.clock.now()));
    this.#hour = signal(ports.surroundings.hour());
    this.theme = computed(() =>
      themeOf(this.preferences.theme.value, ports.surroundings.dark.value, this.#hour.value),
    );
    effect(() => this.#followRoute());
    effect(() => this.#followHealth());
    effect(() => this.#followCar());
    effect(() => {
      if (this.#isAnothers.value) void untracked(() => this.session.refresh());
    });
    this.#watchHour();
    void this.session.refresh();
  }

  /** Tries again to open a site whose store could not be read. */
  reopen(): void {
    this.#openKey = '';
    this.#followRoute();
  }

  /** True where whoever is here has to say first who they are. What they ask for is done then. */
  hold(asked: Asked): boolean {
    // Another tab may have locked it, or nobody has touched it for long.
    this.opened.value = openedFor(this.ports.memory.get(OPENED), this.ports.clock.now());
    if (this.locked.value) this.asking.value = asked;
    return this.locked.value;
  }

  /** Edits that are on this device alone. */
  get unsent(): number {
    return this.site.value?.view.value.pending.length ?? 0;
  }

  /** Opens the site the route names, and sends the person to one where it names none. */
  #followRoute(): void {
    const session = this.session.state.value;
    const route = this.router.route.value;
    const me = session.state === 'signed-in' ? session.me : null;
    if (me?.kind === 'wall') {
      // Wherever its browser starts, it is a wall, which opens its board by itself.
      if (route.at !== 'wall') this.router.go({ at: 'wall', token: '' }, 'replace');
      this.#open(null, me);
    } else if (me && route.at === 'start') {
      const { sites } = me;
      const last = this.ports.memory.get(LAST_SITE);
      const site = sites.find(({ id }) => id === last) ?? (sites.length === 1 ? sites[0] : undefined);
      this.router.go(site ? siteRoute(site.id) : { at: 'sites' }, 'replace');
    } else {
      const named = route.at === 'site' ? me?.sites.find(({ id }) => id === route.site) : undefined;
      this.#open(named ?? null, me);
    }
  }

  #open(known: KnownSite | null, me: Me | null): void {
    // What it is called is no reason to open it anew.
    const key = known && me ? JSON.stringify([me.person.id, known.id, known.role]) : '';
    if (key === this.#openKey) return;
    this.#openKey = key;
    // What opening a site reads is no reason to open it again.
    untracked(() => {
      void this.site.value?.stop();
      this.site.value = null;
      this.opening.value = 'no';
      if (known && me) void this.#enter(known, me, key);
    });
  }

  async #enter(known: KnownSite, me: Me, key: string): Promise<void> {
    this.opening.value = 'now';
    let site: SiteState;
    try {
      site = await this.ports.openSite(known, me, ({ id }) =>
        this.router.open({ type: 'car', car: id, part: 'car' }),
      );
    } catch (error) {
      if (key === this.#openKey) this.#notOpened(error);
      return;
    }
    // The person has gone elsewhere meanwhile.
    if (key !== this.#openKey) return site.stop();
    this.ports.memory.set(LAST_SITE, known.id);
    batch(() => {
      this.site.value = site;
      this.opening.value = 'no';
    });
  }

  #notOpened(error: unknown): void {
    const isNewer = error instanceof StoreError && error.kind === 'newer';
    this.opening.value = isNewer ? 'newer' : 'failed';
    if (isNewer) this.ports.updates.look();
  }

  /** A session the hub no longer knows leads to the sign-in; a hub that this version is too old for, to another. */
  #followHealth(): (() => void) | undefined {
    const site = this.site.value;
    const reason = this.#stopReason.value;
    if (!site) return undefined;
    if (reason === 'unauthenticated') {
      untracked(() => this.session.expired(site.view.value.pending.length));
    } else if (reason === 'unknown-protocol') {
      this.ports.updates.look();
      // While a deploy goes on, old and new answer by turns: the next may understand this version.
      return this.ports.clock.after(TOO_OLD_RETRY_MS, () => void site.syncNow());
    }
    return undefined;
  }

  /** Tells the others which car is open here. */
  #followCar(): void {
    const route = this.router.route.value;
    const car = route.at === 'site' && route.overlay?.type === 'car' ? route.overlay.car : null;
    const site = this.site.value;
    untracked(() => site?.where(car));
  }

  #watchHour(): void {
    this.ports.clock.after(HOUR_CHECK_MS, () => {
      this.#hour.value = this.ports.surroundings.hour();
      this.#watchHour();
    });
  }
}

export function siteRoute(site: string) {
  return { at: 'site', site, screen: 'home', overlay: null, query: new URLSearchParams() } as const;
}
