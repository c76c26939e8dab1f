import type { Car, CarReader } from '../../worker/protocol/car.ts';

/** A power of two. About 16 of 2,000 cars share a bucket: that is what one change copies. */
const BUCKETS = 128;

/**
 * The cars that are shown, changed in place and handed out as snapshots that never change. What a snapshot shares
 * with the map is copied a bucket at a time, when it is next written to: a change costs the same on a board of 40
 * cars and of 2,000.
 */
export class CarMap implements CarReader {
  #buckets = Array.from({ length: BUCKETS }, () => new Map<string, Car>());
  /** Buckets that a snapshot holds too. */
  readonly #shared = new Set<number>();
  #size = 0;
  #snapshot: CarSnapshot | null = null;

  get(id: string): Car | undefined {
    return this.#buckets[bucketOf(id)]?.get(id);
  }

  values(): Iterable<Car> {
    return this.snapshot().values();
  }

  set(car: Car): void {
    const bucket = this.#own(car.id);
    this.#size -= bucket.size;
    bucket.set(car.id, car);
    this.#size += bucket.size;
  }

  delete(id: string): void {
    if (!this.get(id)) return;
    this.#own(id).delete(id);
    this.#size--;
  }

  clear(): void {
    this.#buckets = this.#buckets.map(() => new Map());
    this.#shared.clear();
    this.#size = 0;
    this.#snapshot = null;
  }

  /** The same object until something changes. */
  snapshot(): ReadonlyMap<string, Car> {
    if (!this.#snapshot) {
      this.#snapshot = new CarSnapshot([...this.#buckets], this.#size);
      for (let i = 0; i < BUCKETS; i++) this.#shared.add(i);
    }
    return this.#snapshot;
  }

  #own(id: string): Map<string, Car> {
    this.#snapshot = null;
    const at = bucketOf(id);
    let bucket = this.#buckets[at];
    if (!bucket || this.#shared.delete(at)) {
      bucket = new Map(bucket);
      this.#buckets[at] = bucket;
    }
    return bucket;
  }
}

export class CarSnapshot implements ReadonlyMap<string, Car> {
  readonly size: number;
  readonly #buckets: readonly ReadonlyMap<string, Car>[];
  #list: readonly Car[] | null = null;

  constructor(buckets: readonly ReadonlyMap<string, Car>[], size: number) {
    this.#buckets = buckets;
    this.size = size;
  }

  get(id: string): Car | undefined {
    return this.#buckets[bucketOf(id)]?.get(id);
  }

  /** The parts that are not the same in both, as they were and as they are. */
  differing(before: CarSnapshot): (readonly [Bucket, Bucket])[] {
    return this.#buckets.flatMap((is, i) => {
      const was = before.#buckets[i];
      return was && was !== is ? [[was, is] as const] : [];
    });
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  values(): MapIterator<Car> {
    return this.#cars()[Symbol.iterator]();
  }

  keys(): MapIterator<string> {
    return this.#cars()
      .map(({ id }) => id)
      [Symbol.iterator]();
  }

  entries(): MapIterator<[string, Car]> {
    return this.#cars()
      .map((car): [string, Car] => [car.id, car])
      [Symbol.iterator]();
  }

  [Symbol.iterator](): MapIterator<[string, Car]> {
    return this.entries();
  }

  forEach(visit: (car: Car, id: string, map: ReadonlyMap<string, Car>) => void): void {
    for (const car of this.#cars()) visit(car, car.id, this);
  }

  #cars(): readonly Car[] {
    this.#list ??= this.#buckets.flatMap((bucket) => [...bucket.values()]);
    return this.#list;
  }
}

type Bucket = ReadonlyMap<string, Car>;

function bucketOf(id: string): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) | 0;
  return (hash ^ (hash >>> 7)) & (BUCKETS - 1);
}
