import { promisifyRequest } from 'idb-keyval';
import type { Car } from '../../worker/protocol/car.ts';
import {
  type EditRecord,
  editKey,
  FORMAT,
  type Store,
  type StoreChange,
  type Stored,
  StoreError,
} from '../sync/store.ts';
import { type AnyStored, carryOver } from '../sync/store-format.ts';

/** One object store, so that one transaction covers cars, edits and what they belong to. */
const OBJECTS = 'records';
const META = 'meta';
/** Whose the store is: the token of whoever has loaded it last (rule O3). */
const HOLDER = 'holder';
const CAR = 'car:';
const EDIT = 'edit:';
/** Sorts after every id. */
const LAST = '\uffff';

/** Under one of the keys above: which it is tells what it is. */
type Value = NonNullable<AnyStored['meta']> & Car & EditRecord;

/** The store of one site in this browser. A database of its own: nothing of one site is in another's way. */
export class IndexedDbStore implements Store {
  readonly #name: string;
  readonly #token = crypto.randomUUID();
  /** Whose it was when it was read, where the disk was too full to say that it is this one's now. */
  #before: unknown;
  #database: Promise<IDBDatabase> | null = null;
  /** There was something in it: if it is empty now, somebody has cleared it. */
  #hasData = false;
  #isNew = false;
  #isClaimed = false;
  #isClosed = false;

  constructor(site: string) {
    this.#name = databaseOf(site);
  }

  async load(): Promise<Stored> {
    const found: AnyStored = { meta: null, cars: [], edits: [] };
    const all = await this.#attempt(() => this.#claim());
    this.#before = undefined;
    // They come in the order of their keys.
    for (const [key, value] of all) {
      if (key === META) found.meta = value;
      else if (typeof key !== 'string') continue;
      else if (key.startsWith(CAR)) found.cars.push(value);
      else if (key.startsWith(EDIT)) found.edits.push(value);
      else if (key === HOLDER && !this.#isClaimed) this.#before = value;
    }
    const stored = carryOver(found);
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
      const transaction = begin(database, 'readwrite', change.durability);
      await write(transaction, change, (holder) => this.#mayWrite(transaction, holder));
    });
    this.#hasData ||= change.meta !== undefined;
    this.#isNew = false;
  }

  close(): void {
    this.#isClosed = true;
    this.#letGo();
  }

  /** Takes the store over and reads it, in one transaction: what another still writes comes before it or fails. */
  async #claim(): Promise<[IDBValidKey, Value][]> {
    const transaction = begin(await this.#open(), 'readwrite', 'relaxed');
    const done = completion(transaction);
    const all = entriesOf(transaction);
    transaction.objectStore(OBJECTS).put(this.#token, HOLDER);
    try {
      const [read] = await Promise.all([all, done]);
      this.#isClaimed = true;
      return read;
    } catch (error) {
      // A full disk is no reason not to show and send what is on it.
      if (kindOf(error) !== 'quota') throw error;
      return entriesOf(begin(await this.#open(), 'readonly', 'relaxed'));
    }
  }

  #mayWrite(transaction: IDBTransaction, holder: unknown): boolean {
    if (holder === this.#token) return true;
    if (holder !== undefined && holder !== this.#before) return false;
    transaction.objectStore(OBJECTS).put(this.#token, HOLDER);
    return true;
  }

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
    const request = indexedDB.open(this.#name, FORMAT);
    request.onupgradeneeded = ({ oldVersion }) => {
      // An older version of the app has left all there is where it still belongs: `carryOver` does the rest.
      if (oldVersion > 0) return;
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

const PREFIX = 'yardboard-';

/** The name of a site's database. */
export function databaseOf(site: string): string {
  return PREFIX + site;
}

/** The site whose database has this name; null where it is another's. */
export function siteOf(database: string): string | null {
  return database.startsWith(PREFIX) ? database.slice(PREFIX.length) : null;
}

function begin(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  durability: StoreChange['durability'],
): IDBTransaction {
  return database.transaction(OBJECTS, mode, { durability });
}

/** Writes a change if `mayWrite` says so of the one whose the store is, and otherwise fails with `taken`. */
async function write(
  transaction: IDBTransaction,
  { meta, cars, edits }: StoreChange,
  mayWrite: (holder: unknown) => boolean,
): Promise<void> {
  const objects = transaction.objectStore(OBJECTS);
  const done = completion(transaction);
  let isTaken = false;
  const holder = objects.get(HOLDER);
  // Asked first, so answered first: nothing of what follows has happened for good by then.
  holder.onsuccess = () => {
    isTaken = !mayWrite(holder.result);
    if (isTaken) transaction.abort();
    else transaction.commit();
  };
  for (const key of edits?.remove ?? []) objects.delete(EDIT + key);
  for (const record of edits?.put ?? []) objects.put(record, EDIT + editKey(record));
  for (const record of edits?.add ?? []) objects.add(record, EDIT + editKey(record));
  if (cars?.clear) objects.delete(IDBKeyRange.bound(CAR, CAR + LAST));
  for (const id of cars?.remove ?? []) objects.delete(CAR + id);
  for (const car of cars?.put ?? []) objects.put(car, CAR + car.id);
  if (meta) objects.put(meta, META);
  try {
    await done;
  } catch (error) {
    throw isTaken ? new StoreError('taken') : error;
  }
}

async function entriesOf(transaction: IDBTransaction): Promise<[IDBValidKey, Value][]> {
  const objects = transaction.objectStore(OBJECTS);
  const values: IDBRequest<Value[]> = objects.getAll();
  const [keys, all] = await Promise.all([promisifyRequest(objects.getAllKeys()), promisifyRequest(values)]);
  return all.map((value, i) => [keys[i] ?? '', value]);
}

function completion(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new StoreError('failed'));
  });
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
    case 'VersionError':
      return 'newer';
    default:
      return 'failed';
  }
}

function nameOf(error: unknown): string | null {
  return error instanceof DOMException ? error.name : null;
}
