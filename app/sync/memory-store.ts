import type { Car } from '../../worker/protocol/car.ts';
import {
  type EditRecord,
  editKey,
  type Meta,
  type Store,
  type StoreChange,
  type Stored,
  StoreError,
} from './store.ts';

/** What stores in memory have in common that are the same store, opened again. */
export class MemoryContents {
  meta: Meta | null = null;
  readonly cars = new Map<string, Car>();
  readonly edits = new Map<string, EditRecord>();
  /** Who has loaded it last. */
  holder: MemoryStore | null = null;
}

/** A store that lasts as long as its contents. For scripts, benches and tests; the browser's is the real one. */
export class MemoryStore implements Store {
  readonly #contents: MemoryContents;
  #closed = false;

  constructor(contents = new MemoryContents()) {
    this.#contents = contents;
  }

  async load(): Promise<Stored> {
    this.#refuseClosed();
    const { meta, cars, edits } = this.#contents;
    this.#contents.holder = this;
    const keys = [...edits.keys()].sort();
    return { meta, cars: [...cars.values()], edits: keys.flatMap((key) => edits.get(key) ?? []) };
  }

  async commit(change: StoreChange): Promise<void> {
    this.#refuseClosed();
    const stored = this.#contents;
    const { meta, cars, edits } = change;
    if (stored.holder !== null && stored.holder !== this) throw new StoreError('taken');
    const removed = new Set(edits?.remove);
    for (const record of edits?.add ?? []) {
      const key = editKey(record);
      if (stored.edits.has(key) && !removed.has(key)) throw new StoreError('taken');
    }
    stored.holder = this;
    if (meta) stored.meta = meta;
    if (cars?.clear) stored.cars.clear();
    for (const id of cars?.remove ?? []) stored.cars.delete(id);
    for (const car of cars?.put ?? []) stored.cars.set(car.id, car);
    for (const key of removed) stored.edits.delete(key);
    for (const record of [...(edits?.put ?? []), ...(edits?.add ?? [])]) {
      stored.edits.set(editKey(record), record);
    }
  }

  close(): void {
    this.#closed = true;
  }

  #refuseClosed(): void {
    if (this.#closed) throw new StoreError('closed');
  }
}
