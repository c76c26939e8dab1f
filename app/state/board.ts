import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Car } from '../../worker/protocol/car.ts';
import { type Arrangement, updatesBetween } from './arrangement.ts';
import { type CarFilter, filterCars, NO_FILTER, SHOWS } from './car-filter.ts';
import { type CarOrder, ORDERS, orderCars } from './car-order.ts';
import type { Clock } from './clock.ts';
import { groupByLocation } from './location-groups.ts';
import type { Memory } from './memory.ts';
import { oneOf } from './route.ts';

export const BOARD_VIEWS = ['list', 'columns'] as const;
export type BoardView = (typeof BOARD_VIEWS)[number];

/** Why the board must not re-arrange itself now. */
export type Hold = 'pointer' | 'focus' | 'scrolled' | 'touch';

/** How long after the last touch of the board it stays as it is. */
const TOUCH_MS = 4_000;
const REMEMBERED = 'board';

/** What the board shows and in which order: kept in the address and on the device. */
export class Board {
  readonly filter: Signal<CarFilter> = signal(NO_FILTER);
  readonly order: Signal<CarOrder> = signal('number');
  readonly view: Signal<BoardView> = signal('list');
  /** In the order they stand on the screen, which others' changes do not disturb while the person looks closely. */
  readonly cars: ReadonlySignal<readonly Car[]>;
  readonly groups;
  /** How many changes of place wait. */
  readonly updates: ReadonlySignal<number>;
  readonly #live: ReadonlySignal<readonly Car[]>;
  readonly #held: Signal<readonly Car[] | null> = signal(null);
  readonly #holds = new Set<Hold>();
  readonly #clock: Clock;
  readonly #memory: Memory;
  #cancelTouch = () => {};

  constructor(
    live: ReadonlySignal<readonly Car[]>,
    locations: ReadonlySignal<readonly string[]>,
    clock: Clock,
    memory: Memory,
  ) {
    this.#live = live;
    this.#clock = clock;
    this.#memory = memory;
    this.read(new URLSearchParams(memory.get(REMEMBERED) ?? ''));
    const filtered = computed(() => filterCars(this.#held.value ?? live.value, this.filter.value));
    this.cars = computed(() => orderCars(filtered.value, this.order.value, locations.value));
    this.groups = computed(() => groupByLocation(this.cars.value, locations.value));
    this.updates = computed(() =>
      this.#held.value === null ? 0 : updatesBetween(this.#held.value, live.value, this.#arrangement()),
    );
  }

  /** Shows something else: the person asked for it, so it is arranged at once. */
  show(change: Partial<CarFilter> & { order?: CarOrder; view?: BoardView }): void {
    const { order = this.order.value, view = this.view.value, ...filter } = change;
    batch(() => {
      this.filter.value = { ...this.filter.value, ...filter };
      this.order.value = order;
      this.view.value = view;
      this.refresh();
    });
    this.#memory.set(REMEMBERED, this.query().toString());
  }

  /** Keeps every car in its place from now on. */
  hold(why: Hold): void {
    this.#holds.add(why);
    this.#held.value ??= this.#live.value;
  }

  letGo(why: Hold): void {
    this.#holds.delete(why);
    if (this.#holds.size === 0) this.#held.value = null;
  }

  /** A touch leaves nothing behind that tells when the person has looked enough. */
  touch(): void {
    this.hold('touch');
    this.#cancelTouch();
    this.#cancelTouch = this.#clock.after(TOUCH_MS, () => this.letGo('touch'));
  }

  /** Arranges the board as it is now. */
  refresh(): void {
    if (this.#held.value !== null) this.#held.value = this.#live.value;
  }

  /** Forgets why the board was held: it has left the screen. */
  leave(): void {
    this.#cancelTouch();
    this.#holds.clear();
    this.#held.value = null;
  }

  /** What is shown, as a query; empty where it is what everybody sees first. */
  query(): URLSearchParams {
    const query = new URLSearchParams();
    const { show, location, text } = this.filter.value;
    if (show !== 'all') query.set('show', show);
    if (location !== null) query.set('at', location);
    if (text !== '') query.set('q', text);
    if (this.order.value !== 'number') query.set('order', this.order.value);
    if (this.view.value !== 'list') query.set('view', this.view.value);
    return query;
  }

  /** Takes over what a query says; what it leaves out is as everybody sees it first. */
  read(query: URLSearchParams): void {
    batch(() => {
      this.filter.value = {
        show: oneOf(SHOWS, query.get('show')) ?? 'all',
        location: query.get('at'),
        text: query.get('q') ?? '',
      };
      this.order.value = oneOf(ORDERS, query.get('order')) ?? 'number';
      this.view.value = oneOf(BOARD_VIEWS, query.get('view')) ?? 'list';
      this.refresh();
    });
  }

  #arrangement(): Arrangement {
    return { filter: this.filter.value, order: this.order.value, columns: this.view.value === 'columns' };
  }
}
