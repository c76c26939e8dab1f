/** What the browser tests of the store call, inside a page. */
import { IndexedDbStore } from '../../app/storage/indexed-db-store.ts';
import { siteLock } from '../../app/storage/site-lock.ts';
import { editKey, type StoreError } from '../../app/sync/store.ts';
import type { AnyStored } from '../../app/sync/store-format.ts';
import { car, changeOf, edit, kindOf, META, STORE_RULES } from './store-contract.ts';

let site = 0;
let kept: IndexedDbStore | null = null;
let letGo = (): void => {};
const events: string[] = [];

const page = {
  titles: () => STORE_RULES.map(({ title }) => title),
  /** Null where the rule holds, otherwise what was wrong. */
  check: async (title: string): Promise<string | null> => {
    const name = `rule-${++site}`;
    const rule = STORE_RULES.find((one) => one.title === title);
    return (
      rule
        ?.check(async () => new IndexedDbStore(name))
        .then(
          () => null,
          (error: unknown) => String(error),
        ) ?? 'no such rule'
    );
  },
  /** Opens a store and keeps it. */
  keep: async (name: string) => {
    kept = new IndexedDbStore(name);
    const { edits } = await kept.load();
    return edits.map((record) => record.edit.seq);
  },
  /** Commits one edit to the store that is kept; says how that went. */
  add: (seq: number) => kindOf(kept!.commit(changeOf({ meta: META, put: [car('a')], add: [edit(1, seq)] }))),
  /** Commits edits of about 200 kB each that nothing can compress. */
  addLarge: (count: number) => {
    const add = Array.from({ length: count }, (_, i) => {
      const author = crypto.getRandomValues(new Uint8Array(65_536)).join();
      return { ...edit(2, i + 1), author };
    });
    return kindOf(kept!.commit(changeOf({ add })));
  },
  /** Leaves a store as another version of the app would, of which the database has the same version as the format. */
  leave: (name: string, { meta, cars, edits }: AnyStored, version: number) =>
    new Promise<void>((done, failed) => {
      const request = indexedDB.open(`yardboard-${name}`, version);
      request.onerror = () => failed(request.error);
      request.onupgradeneeded = () => request.result.createObjectStore('records');
      request.onsuccess = () => {
        // Every version of the app gives way to a later one.
        request.result.onversionchange = () => request.result.close();
        const transaction = request.result.transaction('records', 'readwrite');
        const objects = transaction.objectStore('records');
        if (meta) objects.put(meta, 'meta');
        for (const one of cars) objects.put(one, `car:${one.id}`);
        for (const record of edits) objects.put(record, `edit:${editKey(record)}`);
        transaction.oncomplete = () => done();
      };
    }),
  /** All that a store has; or the kind of error. */
  load: (name: string) =>
    new IndexedDbStore(name).load().catch((error: StoreError): { kind: string } => ({ kind: error.kind })),
  /** Commits edits to the store that is kept until not the smallest finds room any more; says how many there are. */
  fill: async () => {
    let seq = 0;
    for (const chars of [65_536, 4_096, 256, 1]) {
      for (;;) {
        const author = crypto.getRandomValues(new Uint8Array(chars)).join();
        const kind = await kindOf(kept!.commit(changeOf({ add: [{ ...edit(3, seq + 1), author }] })));
        if (kind !== null) break;
        seq++;
      }
    }
    return seq;
  },
  remove: (name: string) =>
    new Promise<boolean>((done) => {
      const request = indexedDB.deleteDatabase(`yardboard-${name}`);
      request.onsuccess = () => done(true);
      request.onblocked = () => done(false);
    }),
  /** Asks for the lock; what comes of it is in `events`. */
  ask: (name: string, how: 'if-free' | 'queue' | 'steal') => {
    letGo = siteLock(name).request(how, {
      held: () => events.push('held'),
      refused: () => events.push('refused'),
      lost: () => events.push('lost'),
    });
  },
  letGo: () => letGo(),
  events: () => events,
};

export type StoragePage = typeof page;
Object.assign(window, { storage: page });
