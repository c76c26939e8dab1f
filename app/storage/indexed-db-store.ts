import { entries, promisifyRequest, type UseStore } from 'idb-keyval';
import type { Car } from '../../worker/protocol/car.ts';
import {
  type EditRecord,
  editKey,
  type Meta,
  type Store,
  type StoreChange,
  type Stored,
  StoreError,
} from '../sync/store.ts';

/** One object store, so that one transaction covers cars, edits and what they belong to. */
const OBJECTS = 'records';
const META = 'meta';
const CAR = 'car:';
const EDIT = 'edit:';
/** Sorts after every id. */
const LAST = '\uffff';

/** The store of one site in this browser. A database of its own: nothing of one site is in another's way. */
export class IndexedDbStore implements Store {
  readonly #name: string;
  #database: Promise<IDBDatabase> | null = null;
  /** There was something in it: if it is empty now, somebody has cleared it. */
  #hasData = false;
  #isNew = false;
  #isClosed = false;

  constructor(site: string) {
    this.#name = databaseOf(site);
  }

  async load(): Promise<Stored> {
    const stored: Stored = { meta: null, cars: [], edits: [] };
    const all = await this.#attempt(() => entries<string, Meta & Car & EditRecord>(this.#use));
    // They come in the order of their keys.
    for (const [key, value] of all) {
      if (key === META) stored.meta = value;
      else if (key.startsWith(CAR)) stored.cars.push(value);
      else if (key.startsWith(EDIT)) stored.edits.push(value);
    }
    // Written by a later version of the app: to be read by that one, not to be overwritten by this.
    if (stored.meta && stored.meta.format !== 1) throw new StoreError('failed');
    this.#hasData = stored.meta !== null;
    this.#isNew = false;
    return stored;
  }

  async commit(change: StoreChange): Promise<void> {
    if (this.#isClosed) throw new StoreError('closed');
    await this.#attempt(async () => {
      const database = await this.#open();
      if (this.#isNew && this.#hasData) {
        this.#isNew = false;
        throw new StoreError('wiped');
      }
      await write(begin(database, 'readwrite', change.durability), change);
    });
    this.#hasData ||= change.meta !== undefined;
    this.#isNew = false;
  }

  close(): void {
    this.#isClosed = true;
    this.#letGo();
  }

  readonly #use: UseStore = async (mode, callback) => {
    return callback(begin(await this.#open(), mode, 'relaxed').objectStore(OBJECTS));
  };

  /** Once more, on a new connection, where the browser had closed this one without a word. */
  async #attempt<T>(use: () => Promise<T>): Promise<T> {
    try {
      return await use().catch((error: unknown) => {
        if (!isLost(error)) throw error;
        this.#letGo();
        return use();
      });
    } catch (error) {
      throw error instanceof StoreError ? error : new StoreError(kindOf(error), { cause: error });
    }
  }

  #open(): Promise<IDBDatabase> {
    this.#database ??= this.#request();
    return this.#database;
  }

  async #request(): Promise<IDBDatabase> {
    const request = indexedDB.open(this.#name, 1);
    request.onupgradeneeded = () => {
      this.#isNew = true;
      request.result.createObjectStore(OBJECTS);
    };
    try {
      const database = await promisifyRequest(request);
      // Browsers close it when the person clears the site's data, and at times for no reason.
      database.onclose = () => this.#forget();
      // Another tab deletes it, or has a version of the app that needs another layout: do not stand in its way.
      database.onversionchange = () => this.#letGo();
      return database;
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  /** The next commit opens it anew. */
  #letGo(): void {
    const database = this.#database;
    this.#forget();
    database?.then(
      (open) => open.close(),
      () => {},
    );
  }

  #forget(): void {
    this.#database = null;
  }
}

/** The name of a site's database. */
export function databaseOf(site: string): string {
  return `yardboard-${site}`;
}

function begin(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  durability: StoreChange['durability'],
): IDBTransaction {
  return database.transaction(OBJECTS, mode, { durability });
}

function write(transaction: IDBTransaction, { meta, cars, edits }: StoreChange): Promise<void> {
  const objects = transaction.objectStore(OBJECTS);
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new StoreError('failed'));
  });
  for (const key of edits?.remove ?? []) objects.delete(EDIT + key);
  for (const record of edits?.put ?? []) objects.put(record, EDIT + editKey(record));
  for (const record of edits?.add ?? []) objects.add(record, EDIT + editKey(record));
  if (cars?.clear) objects.delete(IDBKeyRange.bound(CAR, CAR + LAST));
  for (const id of cars?.remove ?? []) objects.delete(CAR + id);
  for (const car of cars?.put ?? []) objects.put(car, CAR + car.id);
  if (meta) objects.put(meta, META);
  transaction.commit();
  return done;
}

/** What Chromium and Safari say of a connection that is gone. */
function isLost(error: unknown): boolean {
  const name = nameOf(error);
  return name === 'InvalidStateError' || name === 'UnknownError';
}

function kindOf(error: unknown): StoreError['kind'] {
  switch (nameOf(error)) {
    case 'QuotaExceededError':
      return 'quota';
    case 'ConstraintError':
      return 'taken';
    default:
      return 'failed';
  }
}

function nameOf(error: unknown): string | null {
  return error instanceof DOMException ? error.name : null;
}
