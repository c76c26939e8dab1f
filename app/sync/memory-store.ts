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

/** A store that lasts as long as this object. For scripts, benches and tests; the browser's is the real one. */
export class MemoryStore implements Store {
  #meta: Meta | null = null;
  readonly #cars = new Map<string, Car>();
  readonly #edits = new Map<string, EditRecord>();
  #closed = false;

  async load(): Promise<Stored> {
    this.#refuseClosed();
    const keys = [...this.#edits.keys()].sort();
    const edits = keys.flatMap((key) => this.#edits.get(key) ?? []);
    return { meta: this.#meta, cars: [...this.#cars.values()], edits };
  }

  async commit({ meta, cars, edits }: StoreChange): Promise<void> {
    this.#refuseClosed();
    const removed = new Set(edits?.remove);
    for (const record of edits?.add ?? []) {
      const key = editKey(record);
      if (this.#edits.has(key) && !removed.has(key)) throw new StoreError('taken');
    }
    if (meta) this.#meta = meta;
    if (cars?.clear) this.#cars.clear();
    for (const id of cars?.remove ?? []) this.#cars.delete(id);
    for (const car of cars?.put ?? []) this.#cars.set(car.id, car);
    for (const key of removed) this.#edits.delete(key);
    for (const record of [...(edits?.put ?? []), ...(edits?.add ?? [])]) {
      this.#edits.set(editKey(record), record);
    }
  }

  close(): void {
    this.#closed = true;
  }

  #refuseClosed(): void {
    if (this.#closed) throw new StoreError('closed');
  }
}
