import { promisifyRequest } from 'idb-keyval';
import type { VaultRecord, VaultShelf } from '../sync/vault/ports.ts';
import { newDeviceKey } from './vault-crypto.ts';

/** Not named as the stores of sites are. */
const DATABASE = 'yardboard.vault';
/** Of what is kept. A later version of the app that keeps something else takes another number. */
const FORMAT = 1;
const PEOPLE = 'people';
const KEYS = 'keys';
const DEVICE_KEY = 'device';

/** What this browser keeps of those who have shown it their PIN, and the key it has for that. */
export function vaultShelf(): VaultShelf & { deviceKey(): Promise<CryptoKey> } {
  return {
    all: () =>
      using(async (database) => {
        const found: unknown[] = await promisifyRequest(
          database.transaction(PEOPLE).objectStore(PEOPLE).getAll(),
        );
        return found.filter(isRecord);
      }),
    change: (person, turn) =>
      using(async (database) => {
        const transaction = database.transaction(PEOPLE, 'readwrite', { durability: 'strict' });
        const people = transaction.objectStore(PEOPLE);
        const found: unknown = await promisifyRequest(people.get(person));
        const before = isRecord(found) ? found : null;
        const after = turn(before);
        if (after === null) people.delete(person);
        else if (after !== before) people.put(after, person);
        await promisifyRequest(transaction);
        return after;
      }),
    clear: () =>
      using(async (database) => {
        const transaction = database.transaction([PEOPLE, KEYS], 'readwrite');
        transaction.objectStore(PEOPLE).clear();
        transaction.objectStore(KEYS).clear();
        await promisifyRequest(transaction);
      }),
    deviceKey: () => using(deviceKey),
  };
}

/** The device's key, made when it is first asked for. */
async function deviceKey(database: IDBDatabase): Promise<CryptoKey> {
  const fresh = await newDeviceKey();
  const transaction = database.transaction(KEYS, 'readwrite', { durability: 'strict' });
  const keys = transaction.objectStore(KEYS);
  const found: unknown = await promisifyRequest(keys.get(DEVICE_KEY));
  // Of two tabs that make one, the later takes the other's.
  if (found instanceof CryptoKey) return found;
  keys.put(fresh, DEVICE_KEY);
  await promisifyRequest(transaction);
  return fresh;
}

/** A connection of its own for each use: they are few, and none is in the way of a later version of the app. */
async function using<T>(use: (database: IDBDatabase) => Promise<T>): Promise<T> {
  const request = indexedDB.open(DATABASE, FORMAT);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(PEOPLE);
    request.result.createObjectStore(KEYS);
  };
  const database = await promisifyRequest(request);
  try {
    return await use(database);
  } finally {
    database.close();
  }
}

/** Written by this app alone: it tells a record from none. */
function isRecord(value: unknown): value is VaultRecord {
  return typeof value === 'object' && value !== null && 'me' in value && 'tries' in value;
}
