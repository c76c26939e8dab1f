import { promisifyRequest } from 'idb-keyval';
import type { DocumentShelf, Turn } from '../sync/documents/document-store.ts';
import { EMPTY_BOOK, type LocalBook } from '../sync/documents/local-book.ts';

/** Not named as the stores of sites are. */
const DATABASE = 'yardboard.documents';
/** Of what is kept. A later version of the app that keeps something else takes another number. */
const FORMAT = 1;
const OBJECTS = 'books';

/** The book of one person in this browser: one record, which one transaction reads and writes. */
export function documentShelf(person: string): DocumentShelf {
  const channel = new BroadcastChannel(`${DATABASE}-${FORMAT}-${person}`);
  let database: Promise<IDBDatabase> | null = null;
  const letGo = () => {
    database = null;
  };
  return {
    async change(turn) {
      database ??= open(letGo);
      try {
        const [before, after] = await turned(await database, person, turn);
        if (after !== before) channel.postMessage(null);
        return after;
      } catch (error) {
        // The next change tries again.
        letGo();
        throw error;
      }
    },
    listen(changed) {
      channel.onmessage = changed;
      return () => channel.close();
    },
  };
}

async function turned(
  database: IDBDatabase,
  person: string,
  turn: Turn,
): Promise<readonly [before: LocalBook, after: LocalBook]> {
  const transaction = database.transaction(OBJECTS, 'readwrite');
  const objects = transaction.objectStore(OBJECTS);
  const found: unknown = await promisifyRequest(objects.get(person));
  const before = isBook(found) ? found : EMPTY_BOOK;
  const after = turn(before);
  if (after !== before) objects.put(after, person);
  await promisifyRequest(transaction);
  return [before, after];
}

/** @param closed is called once it can be used no longer: the browser, or a later version of the app, has taken it */
async function open(closed: () => void): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, FORMAT);
  request.onupgradeneeded = () => request.result.createObjectStore(OBJECTS);
  const database = await promisifyRequest(request);
  database.onclose = closed;
  database.onversionchange = () => {
    database.close();
    closed();
  };
  return database;
}

function isBook(value: unknown): value is LocalBook {
  return (
    typeof value === 'object' && value !== null && 'documents' in value && value.documents instanceof Map
  );
}
