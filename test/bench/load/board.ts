import type { Target } from '../target.ts';

/** One change of one field, to another value than the car has. */
export interface Tap {
  car: string;
  arrived: boolean;
}

/**
 * Which car is tapped next: all of them in turn, arrived the first time round and back the second, so that every tap
 * changes something and no two that are under way meet on one car.
 */
export class Board {
  readonly #cars: readonly string[];
  #taps = 0;

  constructor(cars: readonly string[]) {
    this.#cars = cars;
  }

  tap(): Tap {
    const { length } = this.#cars;
    const i = this.#taps++;
    return { car: this.#cars[i % length] ?? '', arrived: Math.floor(i / length) % 2 === 0 };
  }
}

const boards = new Map<string, Board>();

/** The board of a target; the same for every screen on it. */
export function boardOf({ name, origin, cars }: Target): Board {
  const key = `${name} ${origin}`;
  const board = boards.get(key) ?? new Board(cars);
  boards.set(key, board);
  return board;
}
