import { type EditRecord, editKey } from './store.ts';

/** What has to be written so that a store's edits become those held here. */
export interface DirtyEdits {
  remove: string[];
  put: EditRecord[];
  add: EditRecord[];
}

/** Which edits the store has, and which are not there as they are here. */
export class StoredEdits {
  /** Keys the store has. */
  readonly #stored = new Set<string>();
  /** Keys that are not in the store as they are here; null where they have to go. */
  #touched = new Map<string, EditRecord | null>();

  loaded(record: EditRecord): void {
    this.#stored.add(editKey(record));
  }

  has(record: EditRecord): boolean {
    return this.#stored.has(editKey(record)) && !this.#touched.has(editKey(record));
  }

  /** A record is new, or in another state; under another key where `before` had another. */
  touch(record: EditRecord, before: EditRecord | undefined): void {
    if (before && editKey(before) !== editKey(record)) this.#touched.set(editKey(before), null);
    this.#touched.set(editKey(record), record);
  }

  remove(record: EditRecord): void {
    this.#touched.set(editKey(record), null);
  }

  takeDirty(): DirtyEdits | null {
    if (this.#touched.size === 0) return null;
    const dirty: DirtyEdits = { remove: [], put: [], add: [] };
    for (const [key, record] of this.#touched) {
      const isStored = this.#stored.has(key);
      if (record) (isStored ? dirty.put : dirty.add).push(record);
      else if (isStored) dirty.remove.push(key);
    }
    this.#touched = new Map();
    return dirty;
  }

  markStored({ remove, add }: DirtyEdits): void {
    for (const key of remove) this.#stored.delete(key);
    for (const record of add) this.#stored.add(editKey(record));
  }

  /** What was taken could not be written. What has been touched since is as it is now. */
  restoreDirty({ remove, put, add }: DirtyEdits): void {
    const newer = this.#touched;
    this.#touched = new Map<string, EditRecord | null>([
      ...remove.map((key) => [key, null] as const),
      ...[...put, ...add].map((record) => [editKey(record), record] as const),
      ...newer,
    ]);
  }

  /** The store has lost what it had: these have to be written again. */
  allDirty(records: Iterable<EditRecord>): void {
    this.#stored.clear();
    this.#touched = new Map([...records].map((record) => [editKey(record), record]));
  }
}
