import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { mayEdit } from '../../worker/protocol/access.ts';
import type { Me } from '../../worker/protocol/api.ts';
import type { Car, Field } from '../../worker/protocol/car.ts';
import type { EditType, Intent } from '../../worker/protocol/edit.ts';
import { DEFAULT_LOCATIONS, type Role } from '../../worker/protocol/site.ts';
import { t } from '../messages/translate.ts';
import type { Attention, Decision, OwnChange, Pending, SiteClient, StopReason, View } from '../sync/view.ts';
import { Announcer } from './announcer.ts';
import { Board } from './board.ts';
import { carsByNumber } from './car-order.ts';
import type { Clock } from './clock.ts';
import { countsOf } from './counts.ts';
import { editWords } from './edit-words.ts';
import { Keypad } from './keypad.ts';
import type { Losses } from './losses.ts';
import type { Memory } from './memory.ts';
import { isOwn, needsOf } from './needs.ts';
import { pillOf, pillTurnsAt } from './pill.ts';
import { openersOf, peopleHere } from './presence.ts';
import { type Locale, siteTime } from './site-time.ts';
import { Toasts } from './toasts.ts';

export type { Attention, Decision, OwnChange, Pending } from '../sync/view.ts';

/** A site as the device knows it before anything of it has come: from the list of the person's sites. */
export interface KnownSite {
  id: string;
  name: string;
  role: Role;
  /** What is offered while nobody is signed in: whoever takes it says who they are. */
  offers?: Role;
}

/** What is to be done once whoever is here has said who they are; perhaps nothing. */
export interface Asked {
  intent?: Intent;
  /** Id of an edit to be taken back. */
  undo?: string;
}

export interface SitePorts {
  clock: Clock;
  memory: Memory;
  locale: Locale;
  /** True where nothing may be done now: who is here is asked first. */
  hold?: (asked: Asked) => boolean;
}

/** Under this name a device notes how many edits are on it alone. */
export function unsentName(site: string): string {
  return `unsent.${site}`;
}

/** The client has let go of the store for one of these. */
const LET_GO: readonly StopReason[] = ['newer', 'store-failed'];

/** How many of one's last changes the list offers to undo. */
export const OWN_SHOWN_MAX = 20;

/** One open site: what the hub and this device know of it, and what the person does with it. */
export class SiteState {
  readonly known: KnownSite;
  readonly view: Signal<View>;
  readonly cars: ReadonlySignal<readonly Car[]>;
  readonly counts;
  readonly locations: ReadonlySignal<readonly string[]>;
  readonly people;
  readonly openers;
  /** What waits for a decision. */
  readonly needs;
  readonly pill;
  readonly time;
  /** One's last changes that can be taken back, newest first. */
  readonly own: ReadonlySignal<readonly OwnChange[]>;
  /** Device milliseconds, as exact as what is on the screen needs. */
  readonly now: Signal<number>;
  readonly board: Board;
  readonly keypad: Keypad;
  readonly toasts: Toasts;
  readonly announcer: Announcer;
  /** Edits that the browser has deleted before they were sent; null until that has been looked at. */
  readonly losses: Signal<Losses | null> = signal(null);
  /** As it was opened, and what was noted then of edits that were on this device alone. */
  readonly first: View;
  readonly noted: string | null;
  /** Who uses the device. */
  readonly me: Me['person'] | null;
  readonly #hold: (asked: Asked) => boolean;
  readonly #client: SiteClient;
  readonly #clock: Clock;
  readonly #stops: (() => void)[] = [];

  /**
   * @param open shows a car, as the keypad asks for it
   * @param me who uses the device
   */
  constructor(
    known: KnownSite,
    client: SiteClient,
    ports: SitePorts,
    open: (car: Car) => void,
    me: Me['person'] | null = null,
  ) {
    this.me = me;
    this.first = client.view;
    const { clock, memory, locale, hold = () => false } = ports;
    this.noted = memory.get(unsentName(known.id));
    this.#hold = hold;
    this.known = known;
    this.#client = client;
    this.#clock = clock;
    this.view = signal(client.view);
    this.now = signal(clock.now());

    const allCars = computed(() => this.view.value.cars);
    const people = computed(() => this.view.value.people);
    const you = computed(() => this.view.value.you?.person ?? null);
    const timeZone = computed(() => this.view.value.site?.timeZone ?? 'UTC');
    this.cars = computed(() => carsByNumber(allCars.value.values()));
    this.counts = computed(() => countsOf(this.cars.value));
    this.locations = computed(() => this.view.value.site?.locations ?? DEFAULT_LOCATIONS);
    this.people = computed(() => peopleHere(people.value, you.value));
    this.openers = computed(() => openersOf(people.value, you.value));
    this.needs = computed(() => needsOf(this.view.value, this.losses.value?.told.value.length ?? 0));
    this.pill = computed(() => pillOf(this.view.value, this.now.value, this.needs.value.own));
    this.time = computed(() => siteTime(timeZone.value, locale));
    this.own = computed(() => this.view.value.own.filter(isUndoable).slice(0, OWN_SHOWN_MAX));

    this.board = new Board(this.cars, this.locations, clock, memory);
    this.keypad = new Keypad(this.cars, clock, open);
    this.toasts = new Toasts(clock);
    this.announcer = new Announcer(client.view.cars, clock);
    this.#stops.push(
      client.subscribe((view) => this.#show(view)),
      effect(() => this.#tick()),
    );
  }

  get name(): string {
    return this.view.value.site?.name ?? this.known.name;
  }

  get role(): Role {
    return this.known.offers ?? this.view.value.you?.role ?? this.known.role;
  }

  may(type: EditType, fields?: Iterable<Field>): boolean {
    return mayEdit(this.role, type, fields);
  }

  /** The name of a person of the site. */
  nameOf(person: string): string {
    const { you, names } = this.view.value;
    return person === you?.person ? t('person.you') : (names[person] ?? t('person.unknown'));
  }

  /** The hub's clock as this device guesses it, in milliseconds. */
  hubNow(): number {
    return this.now.value + this.view.value.hubTimeOffsetMs;
  }

  /** Does something and says so, with a way back. True once it is kept on the device. */
  async do(intent: Intent): Promise<boolean> {
    if (this.#hold({ intent })) return false;
    try {
      const edit = await this.#client.edit(intent);
      // One's own coming and going is not to wait among other people's.
      if (intent.type !== 'set' && intent.type !== 'note') this.board.refresh();
      this.tell(editWords(intent), edit.id);
      return true;
    } catch {
      this.#failed();
      return false;
    }
  }

  /** Takes back the edit with this id, or the last one. False where there is none to take back. */
  async undo(editId?: string): Promise<boolean> {
    const change = editId
      ? this.own.value.find((own) => own.edit.id === editId)
      : this.own.value.find((own) => !own.undone);
    if (!change || change.undone || this.#hold({ undo: change.edit.id })) return false;
    const { toasts } = this;
    for (const toast of toasts.shown.value) if (toast.edit === change.edit.id) toasts.dismiss(toast.id);
    try {
      await this.#client.undo(change);
      this.tell(t('did.tookBack', { what: editWords(change.edit) }), null);
      return true;
    } catch {
      this.#failed();
      return false;
    }
  }

  /** Decides on items. Gives the changes that were made for it; null where the device could not keep it. */
  async settle(items: readonly Attention[], decision: Decision): Promise<readonly OwnChange[] | null> {
    // What waits is one person's: whoever says who they are finds their own.
    if (this.#hold({})) return null;
    const before = new Set(this.#client.view.own.map(({ edit }) => edit.id));
    try {
      await this.#client.settle(items, decision);
      return this.#client.view.own.filter(({ edit }) => !before.has(edit.id));
    } catch {
      this.#failed();
      return null;
    }
  }

  /** Says what has been done; `edit` is what an "Undo" beside it takes back. */
  tell(text: string, edit: string | null): void {
    this.toasts.show(text, { edit });
    this.announcer.say(text);
  }

  async discard(pending: Pending): Promise<void> {
    if (this.#hold({})) return;
    await this.#client.discard(pending).catch(() => this.#failed());
  }

  /** Its store does not work: to go on, the site has to be opened again. */
  get hasLetGo(): boolean {
    const { health } = this.view.value;
    return health.state === 'stopped' && LET_GO.includes(health.reason);
  }

  syncNow(): Promise<boolean> {
    return this.#client.syncNow();
  }

  /** See `SiteClient.saveData`. */
  saveData(on: boolean): void {
    this.#client.saveData(on);
  }

  where(car: string | null): void {
    this.#client.where(car);
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.board.leave();
    await this.#client.stop();
  }

  #show(view: View): void {
    this.now.value = this.#clock.now();
    const before = this.view.value;
    this.view.value = view;
    this.announcer.see(view.cars, view.you?.person ?? null);
    this.#tellNew(before, view);
    if (view.wipedAt !== before.wipedAt) this.toasts.show(t('failed.wiped'), { tone: 'bad' });
  }

  /** What has come to need the person is said once. What has not come about cannot be undone. */
  #tellNew(before: View, after: View): void {
    if (before.attention === after.attention) return;
    const known = new Set(before.attention.map(({ edit }) => edit.id));
    const news = after.attention.filter((item) => isOwn(item, after) && !known.has(item.edit.id));
    if (news.length === 0) return;
    this.announcer.say(t('say.needYou', { count: news.length }));
    const ids = new Set(news.map(({ edit }) => edit.id));
    const stale = this.toasts.shown.value.filter(({ edit }) => edit !== null && ids.has(edit));
    for (const { id } of stale) this.toasts.dismiss(id);
  }

  /** Looks at the clock again when the pill may read otherwise. */
  #tick(): (() => void) | undefined {
    const at = pillTurnsAt(this.view.value, this.now.value);
    if (at === null) return undefined;
    return this.#clock.after(Math.max(0, at - this.now.value), () => {
      this.now.value = Math.max(at, this.#clock.now());
    });
  }

  #failed(): void {
    const text = t('failed.store');
    this.toasts.show(text, { tone: 'bad' });
    this.announcer.say(text);
  }
}

function isUndoable({ edit }: OwnChange): boolean {
  return edit.type !== 'undo';
}
