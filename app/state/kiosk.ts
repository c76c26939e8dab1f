import {
  batch,
  computed,
  effect,
  type ReadonlySignal,
  type Signal,
  signal,
  untracked,
} from '@preact/signals';
import type { Me, PinSignedIn } from '../../worker/protocol/api.ts';
import type { LoginBody } from '../../worker/protocol/bodies.ts';
import type { Vault } from '../sync/vault/vault.ts';
import type { Api, Reply } from './api.ts';
import type { AppState } from './app-state.ts';
import { DeviceRest } from './device-rest.ts';
import { Drafts } from './drafts.ts';
import { type Face, inOrder, knownPeople, learnPeople, noteUse, usesOf } from './faces.ts';
import { IdleWatch } from './idle-watch.ts';
import { lockDevice } from './lock-device.ts';
import { NOTED_MS, OPENED, openedFor, openedWord } from './opened.ts';
import { devicePeople, meOf, signInByPin, UNREACHABLE } from './pin-api.ts';
import type { Asked, SiteState } from './site-state.ts';

export interface KioskPorts {
  /** Answers within seconds or not at all: somebody stands there. It asks though the hub has not heard who this is. */
  api: Pick<Api, 'ask' | 'me' | 'login' | 'logout'>;
  vault: Pick<Vault, 'people' | 'held' | 'keep' | 'open' | 'grantOf' | 'letGo' | 'forget' | 'clear'>;
  /** One thing at a time that changes who is signed in, of all tabs of this browser. */
  inTurn<T>(run: () => Promise<T>): Promise<T>;
}

/** Why a PIN has not let anybody in. */
export type Entry =
  | { ok: true }
  | { ok: false; code: (Reply<unknown> & { ok: false })['code']; waitSeconds: number | null }
  /** The hub is out of reach, and this device does not know them. */
  | { ok: false; code: 'unknown-here'; waitSeconds: null }
  /** The hub is out of reach, and only it can help: after so many wrong ones, or where this device cannot count them. */
  | { ok: false; code: 'needs-hub'; waitSeconds: null };

/** Nobody who types their PIN is to notice it. */
const SEND_FIRST_MS = 1_000;

/**
 * A device that is enrolled and shows the board while nobody is signed in. On one that is everybody's, people come and
 * go by their PIN: nothing but that, or a password, opens it, and a minute without anybody closes it.
 */
export class Kiosk {
  readonly faces: Signal<readonly Face[]> = signal([]);
  /** Seconds until it locks; null while there is time. */
  readonly left: ReadonlySignal<number | null>;
  readonly drafts: Drafts;
  /** It is everybody's: whoever leaves locks it. */
  readonly isShared: ReadonlySignal<boolean>;
  readonly #app: AppState;
  readonly #ports: KioskPorts;
  readonly #idle: IdleWatch;
  readonly #rest: DeviceRest;
  /** What each has typed of a car's number. */
  readonly #typed = new Map<string, string>();
  /** The device it was last. */
  #device: string | null = null;
  #notedAt = 0;
  #wasOpen = false;

  constructor(app: AppState, ports: KioskPorts) {
    this.#app = app;
    this.#ports = ports;
    const { clock, memory } = app.ports;
    this.drafts = new Drafts(memory);
    this.isShared = computed(() => {
      const me = this.#me;
      return app.opened.value !== null || (me?.kind !== 'wall' && me?.device?.shared === true);
    });
    this.#idle = new IdleWatch({
      clock,
      usedAt: () => Number.parseInt(memory.get(OPENED) ?? '', 10) || 0,
      idle: () => (app.locked.peek() ? this.reset() : this.lock()),
    });
    this.left = computed(() => (app.locked.value ? null : this.#idle.left.value));
    this.#rest = new DeviceRest(app, ports, {
      isShared: this.isShared,
      device: () => this.#id,
      forgetDevice: () => {
        this.#device = null;
      },
      reread: () => this.reread(),
    });

    // Whoever began a note before this start may have gone.
    if (app.locked.peek()) this.drafts.dropUnsigned();
    effect(() => this.#followDevice());
    effect(() => {
      const isOpen = !app.locked.value;
      if (isOpen && this.isShared.value) untracked(() => this.#opened());
      else if (!isOpen) untracked(() => this.#closed());
    });
    effect(() => {
      if (app.asking.value !== null) untracked(() => void this.look());
    });
    // What was tapped already is forgotten, too, once nobody is there.
    if (app.asking.peek() !== null) this.touch();
  }

  /** Who has opened it, and null while it is locked. */
  get person(): Me['person'] | null {
    return this.#app.locked.value ? null : (this.#me?.person ?? null);
  }

  /** Closes it at once. What is unsent is sent, and the session ends after that. */
  lock(): void {
    lockDevice(this.#app);
  }

  /** Asks who is here. */
  ask(): void {
    this.#app.asking.value ??= {};
  }

  /** Whoever was asked does not say it: what they wanted is not done by the next who comes. */
  cancel(): void {
    this.#app.asking.value = null;
  }

  /** Nobody is here any more, and nobody has said who it was. */
  reset(): void {
    this.cancel();
    this.drafts.dropUnsigned();
    this.#clear();
  }

  /** Somebody touches the device. */
  touch(): void {
    if (!this.isShared.peek() || !this.#idle.touch()) return;
    const { ports, opened, locked } = this.#app;
    const now = ports.clock.now();
    if (locked.peek() || (now - this.#notedAt < NOTED_MS && now >= this.#notedAt)) return;
    this.reread();
    const person = opened.peek();
    if (locked.peek() || !person) return;
    this.#notedAt = now;
    ports.memory.set(OPENED, openedWord(person, now));
  }

  /** Another tab may have locked or opened it. */
  reread(): void {
    const { ports, opened, session } = this.#app;
    const word = openedFor(ports.memory.get(OPENED), ports.clock.now());
    batch(() => {
      opened.value = word;
      session.reread();
    });
  }

  /** Brings the faces up to date. */
  async look(): Promise<void> {
    const { memory, clock } = this.#app.ports;
    const id = this.#id;
    const show = async (isReachable: boolean) => {
      const here = id === null || isReachable ? null : await this.#ports.vault.people(id).catch(() => null);
      this.faces.value = inOrder(
        knownPeople(memory),
        usesOf(memory),
        clock.now(),
        (person) => isReachable || here?.has(person) === true,
      );
    };
    await show(this.#app.ports.surroundings.online.peek());
    const reply = await devicePeople(this.#ports.api);
    if (reply.ok) learnPeople(memory, reply.value);
    await show(reply.ok);
  }

  /** Somebody shows their PIN, and a new one where theirs has to be changed. What they had wanted is done under their name. */
  enter(person: string, pin: string, newPin?: string): Promise<Entry> {
    const asked = this.#app.asking.peek();
    return this.#ports.inTurn(async () => {
      await this.#sendFirst();
      const body = { person, pin, ...(newPin !== undefined && { newPin }) };
      const reply = await signInByPin(this.#ports.api, body);
      if (reply.ok) {
        this.#open(meOf(reply.value), false, asked);
        this.#keep(reply.value, newPin ?? pin);
        return { ok: true };
      }
      if (UNREACHABLE.includes(reply.code)) return this.#enterAlone(person, pin, asked);
      return { ok: false, code: reply.code, waitSeconds: reply.retryAfterSeconds ?? null };
    });
  }

  /** The same for who has a password. */
  signIn(body: LoginBody): Promise<Reply<Me>> {
    const asked = this.#app.asking.peek();
    return this.#ports.inTurn(async () => {
      const reply = await this.#ports.api.login(body);
      if (reply.ok) this.#open(reply.value, false, asked);
      return reply;
    });
  }

  /** What the hub has given for later with a PIN that somebody has just chosen. */
  keepChanged(pin: string, grant: string): void {
    const me = this.#me;
    if (me) this.#keep({ ...me, grant }, pin);
  }

  get #me(): Me | null {
    const { value } = this.#app.session.state;
    return value.state === 'signed-in' ? value.me : null;
  }

  get #id(): string | null {
    return this.#me?.device?.id ?? this.#device;
  }

  /** What who was here before has just done goes out under their session, if it goes at once: after that it has to wait. */
  async #sendFirst(): Promise<void> {
    const site = this.#app.site.peek();
    const { health, pending } = site?.view.peek() ?? {};
    if (!site || health?.state !== 'live' || !pending?.length) return;
    const { clock } = this.#app.ports;
    await Promise.race([
      site.syncNow(),
      new Promise<void>((resolve) => void clock.after(SEND_FIRST_MS, resolve)),
    ]);
  }

  async #enterAlone(person: string, pin: string, asked: Asked | null): Promise<Entry> {
    const device = this.#id ?? '';
    // A store that is full cannot count a try. Without that nobody may guess: the hub counts, once it is there.
    const opened = await this.#ports.vault
      .open(person, device, pin, this.#app.ports.clock.now())
      .catch(() => null);
    if (!opened) return { ok: false, code: 'needs-hub', waitSeconds: null };
    if (opened.ok) {
      await this.#rest.count();
      this.#open(opened.me, true, asked);
      return { ok: true };
    }
    if (opened.why === 'unknown') return { ok: false, code: 'unknown-here', waitSeconds: null };
    if (opened.waitMs === null) return { ok: false, code: 'needs-hub', waitSeconds: null };
    const waitSeconds = opened.waitMs > 0 ? Math.ceil(opened.waitMs / 1_000) : null;
    return { ok: false, code: opened.why === 'wrong' ? 'wrong-pin' : 'pin-locked', waitSeconds };
  }

  /**
   * Whoever has shown who they are is here, unless what they were asked is over: they have gone, and stay signed in to
   * no use. The next who is asked is somebody else.
   */
  #open(me: Me, held: boolean, asked: Asked | null): void {
    const { session, asking, opened, ports } = this.#app;
    const { memory, clock } = ports;
    const { id } = me.person;
    const isHere = asked !== null && asking.peek() === asked;
    const isAgain = this.#me?.person.id === id;
    batch(() => {
      if (isHere && me.device?.shared) {
        memory.set(OPENED, openedWord(id, clock.now()));
        opened.value = id;
        noteUse(memory, id, clock.now());
      }
      if (isHere) asking.value = null;
      session.enter(me, held);
    });
    // The hub is about to end the session that it was open under.
    if (isAgain && !held) this.#app.reopen();
    if (!isHere) return;
    this.drafts.sign(id);
    this.#whenOpenFor(id, (site) => this.#do(site, id, asked));
  }

  #do(site: SiteState, person: string, { intent, undo }: Asked): void {
    if (undo !== undefined) void site.undo(undo);
    else if (!intent) {
      for (const char of this.#typed.get(person) ?? '') site.keypad.tap(char);
    } else {
      // A role that may not is told so by the hub, as anywhere.
      void site.do(intent).then((isDone) => {
        // A device that cannot keep it says so; the words are still here then.
        if (isDone && intent.type === 'note') this.drafts.keep(person, intent.car, '');
      });
    }
    this.#typed.delete(person);
  }

  /** Once the site is open for a person; never where the device has been locked before that. */
  #whenOpenFor(person: string, use: (site: SiteState) => void): void {
    let isDone = false;
    const stop = effect(() => {
      if (isDone) return;
      const site = this.#app.site.value;
      const isGone = this.#app.locked.value || this.#me?.person.id !== person;
      if (!isGone && site?.me?.id !== person) return;
      isDone = true;
      if (site && !isGone) untracked(() => use(site));
    });
    if (isDone) stop();
  }

  #keep(signedIn: PinSignedIn, pin: string): void {
    const me = meOf(signedIn);
    if (!me.device?.shared) return;
    // A device that cannot keep it needs the hub for every PIN.
    void this.#ports.vault
      .keep(me, pin, signedIn.grant)
      .catch(() => {})
      .then(() => this.#rest.count());
  }

  /** Locked: what whoever was here had open is nobody else's to see. */
  #closed(): void {
    this.#idle.stop();
    const { site: open, opened, ports } = this.#app;
    // A clock that is put back must not open it again.
    if (opened.peek() === '') ports.memory.set(OPENED, '');
    const site = open.peek();
    if (site?.me && site.keypad.text.peek() !== '') this.#typed.set(site.me.id, site.keypad.text.peek());
    // One that starts locked shows what it is asked to show, and asks who wants what has been tapped already.
    if (this.#wasOpen) {
      this.cancel();
      this.#clear();
    }
    this.#wasOpen = false;
    void this.#rest.count();
  }

  #opened(): void {
    this.#wasOpen = true;
    this.#idle.start();
  }

  #clear(): void {
    const { site, router } = this.#app;
    const open = site.peek();
    open?.keypad.clear();
    for (const { id } of open?.toasts.shown.peek() ?? []) open?.toasts.dismiss(id);
    const route = router.route.peek();
    if (route.at !== 'site' || (route.screen === 'home' && !route.overlay && route.query.size === 0)) return;
    router.go({ ...route, screen: 'home', overlay: null, query: new URLSearchParams() }, 'replace');
  }

  /** Remembers that it is everybody's, so that it starts locked without a network. */
  #followDevice(): void {
    const me = this.#me;
    const { opened, ports } = this.#app;
    if (me?.device) this.#device = me.device.id;
    if (!me?.device?.shared || me.kind === 'wall' || opened.value !== null) return;
    untracked(() => {
      ports.memory.set(OPENED, '');
      opened.value = '';
    });
  }
}
