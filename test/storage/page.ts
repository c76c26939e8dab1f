/** What the browser tests of the store call, inside a page. */
import { IndexedDbStore } from '../../app/storage/indexed-db-store.ts';
import { holdTab, type TabLock } from '../../app/storage/tab-lock.ts';
import { car, changeOf, edit, kindOf, META, STORE_RULES } from './store-contract.ts';

let site = 0;
let kept: IndexedDbStore | null = null;
let lock: TabLock | null = null;
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
  remove: (name: string) =>
    new Promise<boolean>((done) => {
      const request = indexedDB.deleteDatabase(`yardboard-${name}`);
      request.onsuccess = () => done(true);
      request.onblocked = () => done(false);
    }),
  hold: async (name: string, takeOver: boolean, answers = true) => {
    lock = await holdTab(name, {
      takeOver,
      lost: () => {
        events.push('lost');
        return answers ? Promise.resolve() : new Promise(() => {});
      },
    });
    return lock !== null;
  },
  release: () => lock?.release(),
  events: () => events,
};

export type StoragePage = typeof page;
Object.assign(window, { storage: page });
