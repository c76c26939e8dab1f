import type {
  Attention,
  Decision,
  Health,
  OwnChange,
  Pending,
  SiteClient,
  View,
} from '../../app/sync/view.ts';
import { apply } from '../../worker/protocol/apply.ts';
import type { Car } from '../../worker/protocol/car.ts';
import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import type { Person } from '../../worker/protocol/messages.ts';
import { DEFAULT_LOCATIONS, type Principal, type Site } from '../../worker/protocol/site.ts';

/** 20 November 2026, 02:14 in Chicago. */
export const NIGHT_MS = Date.UTC(2026, 10, 20, 8, 14);

export const FAKE_SITE: Site = {
  id: 'north',
  name: 'North Hub',
  timeZone: 'America/Chicago',
  locations: [...DEFAULT_LOCATIONS],
};

export const ANA: Principal = { person: 'p1', name: 'Ana Ruiz', role: 'lead' };

export const PEOPLE: Person[] = [
  { id: 'p1', name: 'Ana Ruiz', role: 'lead', devices: 1, car: null },
  { id: 'p2', name: 'Ben', role: 'worker', devices: 1, car: null },
  { id: 'p3', name: 'Carla Voss', role: 'worker', devices: 2, car: null },
  { id: 'p4', name: 'Dee', role: 'worker', devices: 1, car: null },
  { id: 'p5', name: 'Emil', role: 'viewer', devices: 1, car: null },
];

const NOTES = ['Bulk stop first', 'Check left mirror', 'Door sticks, use rear', 'Loaner, keys in office'];

/** The same cars for the same number, spread over locations and states as half-way through a night. */
export function fakeCars(count: number, nowMs = NIGHT_MS): Car[] {
  let seed = 42;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  const endings = new Set<number>();
  return Array.from({ length: count }, (_, i) => {
    if (i % 900 === 0) endings.clear();
    let ending = Math.floor(random() * 1000);
    while (endings.has(ending)) ending = (ending + 7) % 1000;
    endings.add(ending);
    const id =
      i % 97 === 96 ? `P${15_000 + i}` : `${128 + Math.floor(i / 900)}${String(ending).padStart(3, '0')}`;
    const arrived = random() < 0.66;
    const empty = arrived && random() < 0.55;
    const late = random() < 0.1;
    const updatedAt = nowMs - Math.floor(random() * 5 * 3_600_000);
    const where = arrived ? 1 + Math.floor(random() * 7) : random() < 0.8 ? 0 : 8;
    return {
      id,
      location: FAKE_SITE.locations[where] ?? 'Yard',
      arrived,
      late,
      empty,
      notes: random() < 0.16 ? (NOTES[Math.floor(random() * NOTES.length)] ?? '') : '',
      version: i + 1,
      updatedAt,
      updatedBy: `p${1 + Math.floor(random() * 4)}`,
      arrivedAt: arrived ? updatedAt - 1_200_000 : null,
      emptiedAt: empty ? updatedAt : null,
      removed: false,
    };
  });
}

export function fakeView(overrides: Partial<View> = {}): View {
  return {
    health: { state: 'live', by: 'socket' },
    troubledSince: null,
    syncedAt: NIGHT_MS,
    ready: true,
    epoch: 'e1',
    version: 1,
    cars: new Map(),
    pending: [],
    attention: [],
    own: [],
    people: PEOPLE,
    names: Object.fromEntries(PEOPLE.map(({ id, name }) => [id, name])),
    you: ANA,
    site: FAKE_SITE,
    delayedSince: null,
    hubTimeOffsetMs: 0,
    ...overrides,
  };
}

export function fakeCar(id: string, overrides: Partial<Car> = {}): Car {
  return {
    id,
    location: 'Yard',
    arrived: false,
    late: false,
    empty: false,
    notes: '',
    version: 1,
    updatedAt: NIGHT_MS,
    updatedBy: 'p2',
    arrivedAt: null,
    emptiedAt: null,
    removed: false,
    ...overrides,
  };
}

export function carMap(...cars: Car[]): ReadonlyMap<string, Car> {
  return new Map(cars.map((car) => [car.id, car]));
}

export function fakeEdit(intent: Intent, overrides: Partial<Edit> = {}): Edit {
  return { ...intent, id: 'edit-1', seq: 1, base: 1, at: NIGHT_MS, ...overrides } as Edit;
}

export function fakePending(overrides: Partial<Pending> = {}): Pending {
  const edit = fakeEdit({ type: 'set', car: '128414', fields: { arrived: true } });
  return { edit, saved: true, sent: false, ...overrides };
}

/** A hub and device in one: shows edits at once, acknowledges them while it is `live`. */
export class FakeSiteClient implements SiteClient {
  view: View;
  saver = false;
  readonly wheres: (string | null)[] = [];
  /** How often `syncNow` was called. */
  syncs = 0;
  readonly settled: [readonly Attention[], Decision][] = [];
  /** Set to make the device's store refuse. */
  refuses = false;
  readonly #now: () => number;
  readonly #listeners = new Set<(view: View) => void>();
  #seq = 0;

  constructor(view: Partial<View> = {}, now: () => number = () => NIGHT_MS) {
    this.view = fakeView(view);
    this.#now = now;
  }

  subscribe(listener: (view: View) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async edit(intent: Intent): Promise<Edit> {
    if (this.refuses) throw new Error('the store is full');
    const edit = this.#make(intent);
    const { own, pending } = this.view;
    const change: OwnChange = { edit, version: null, undone: false };
    this.show({
      ...this.#apply(intent, this.view.you?.person ?? ''),
      own: [change, ...own],
      pending: [...pending, { edit, saved: true, sent: false }],
    });
    this.acknowledge();
    return edit;
  }

  async undo(change: OwnChange): Promise<Edit | null> {
    const { edit } = change;
    const before = this.#before.get(edit.id);
    if (!before) return null;
    const cars = new Map(this.view.cars);
    for (const [id, car] of before) {
      if (car) cars.set(id, car);
      else cars.delete(id);
    }
    const own = this.view.own.map((one) => (one.edit.id === edit.id ? { ...one, undone: true } : one));
    this.show({ cars, own });
    return this.#make({ type: 'undo', version: 1 });
  }

  async settle(items: readonly Attention[], decision: Decision): Promise<void> {
    this.settled.push([items, decision]);
    this.show({ attention: this.view.attention.filter((one) => !items.includes(one)) });
  }

  async discard(pending: Pending): Promise<void> {
    this.show({ pending: this.view.pending.filter((one) => one !== pending) });
  }

  async syncNow(): Promise<boolean> {
    this.syncs++;
    return this.view.health.state === 'live';
  }

  saveData(on: boolean): void {
    this.saver = on;
  }

  where(car: string | null): void {
    this.wheres.push(car);
  }

  async stop(): Promise<void> {
    this.#listeners.clear();
  }

  /** Somebody else changes something. */
  remote(intent: Intent, by = 'p2'): void {
    this.show(this.#apply(intent, by));
  }

  health(health: Health, troubledSince: number | null = health.state === 'live' ? null : this.#now()): void {
    this.show({ health, troubledSince });
    this.acknowledge();
  }

  show(view: Partial<View>): void {
    this.view = { ...this.view, ...view };
    for (const listener of this.#listeners) listener(this.view);
  }

  /** The hub answers all that waits, if it can be reached. */
  acknowledge(): void {
    if (this.view.health.state !== 'live') return;
    const own = this.view.own.map((one) => ({ ...one, version: one.version ?? this.view.version }));
    this.show({ pending: [], own, syncedAt: this.#now() });
  }

  readonly #before = new Map<string, [string, Car | undefined][]>();

  #make(intent: Intent): Edit {
    this.#seq += 1;
    return fakeEdit(intent, { id: `edit-${this.#seq}`, seq: this.#seq, at: this.#now() });
  }

  #apply(intent: Intent, by: string): Partial<View> {
    const version = this.view.version + 1;
    const stamp = { version, at: this.#now(), by };
    const applied = apply(intent, { cars: this.view.cars, stamp, firstLocation: FAKE_SITE.locations[0] });
    if (!applied.ok) return {};
    const cars = new Map(this.view.cars);
    for (const { after } of applied.changes) cars.set(after.id, after);
    this.#before.set(
      `edit-${this.#seq}`,
      applied.changes.map(({ before, after }) => [after.id, before]),
    );
    return { version, cars };
  }
}
