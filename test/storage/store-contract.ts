import {
  type EditRecord,
  editKey,
  FORMAT,
  type Meta,
  type Store,
  type StoreChange,
} from '../../app/sync/store.ts';
import type { Car } from '../../worker/protocol/car.ts';

/** What every store keeps to. Runs in Node and, bundled, inside a page: so it brings its own assertions. */
export interface StoreRule {
  title: string;
  /** `open` opens the same store again, as a process would that starts later; those before may still run. */
  check(open: () => Promise<Store>): Promise<void>;
}

export const STORE_RULES: readonly StoreRule[] = [
  {
    title: 'a store that nothing was put in has nothing',
    async check(open) {
      same(await (await open()).load(), { meta: null, cars: [], edits: [] });
    },
  },
  {
    title: 'what was committed is there after the process has ended, edits in the order of queue and seq',
    async check(open) {
      const first = await open();
      await first.commit(
        changeOf({ meta: META, put: [car('b'), car('a')], add: [edit(2, 1), edit(1, 10), edit(1, 9)] }),
      );
      first.close();
      const { meta, cars, edits } = await (await open()).load();
      same(meta, META);
      same(cars.map(({ id }) => id).sort(), ['a', 'b']);
      same(
        cars.find(({ id }) => id === 'a'),
        car('a'),
      );
      same(edits, [edit(1, 9), edit(1, 10), edit(2, 1)]);
    },
  },
  {
    title: 'O1 an edit under a key that is taken fails, and with it all of its change',
    async check(open) {
      const store = await open();
      await store.commit(changeOf({ meta: META, put: [car('a')], add: [edit(1, 1)] }));
      const change = changeOf({
        meta: { ...META, version: 9 },
        put: [car('b')],
        add: [edit(1, 2), edit(1, 1)],
      });
      same(await kindOf(store.commit(change)), 'taken');
      const { meta, cars, edits } = await store.load();
      same([meta?.version, cars.length, edits.length], [META.version, 1, 1]);
    },
  },
  {
    title: 'a key that is removed can be added again in the same change',
    async check(open) {
      const store = await open();
      await store.commit(changeOf({ add: [edit(1, 1)] }));
      const again = { ...edit(1, 1), author: 'wes' };
      await store.commit(changeOf({ remove: [editKey(again)], add: [again] }));
      same((await store.load()).edits, [again]);
    },
  },
  {
    title: 'put replaces an edit, remove takes it away',
    async check(open) {
      const store = await open();
      await store.commit(changeOf({ add: [edit(1, 1), edit(1, 2)] }));
      const done: EditRecord = { ...edit(1, 1), outcome: { seq: 1, at: 5, outcome: 'applied', version: 6 } };
      await store.commit(changeOf({ replace: [done], remove: [editKey(edit(1, 2))] }));
      same((await store.load()).edits, [done]);
    },
  },
  {
    title: 'a board that is replaced leaves no car behind, and no edit is touched',
    async check(open) {
      const store = await open();
      await store.commit(changeOf({ put: [car('a'), car('ÿ'), car('z')], add: [edit(1, 1)] }));
      await store.commit(changeOf({ clear: true, put: [car('c')] }));
      const { cars, edits } = await store.load();
      same([cars, edits], [[car('c')], [edit(1, 1)]]);
    },
  },
  {
    title: 'cars that are removed are gone, others stay',
    async check(open) {
      const store = await open();
      await store.commit(changeOf({ put: [car('a'), car('b')] }));
      await store.commit(changeOf({ gone: ['a', 'never there'] }));
      same((await store.load()).cars, [car('b')]);
    },
  },
  {
    title: 'a thousand edits and two thousand cars are one change',
    async check(open) {
      const cars = Array.from({ length: 2000 }, (_, i) => car(String(i)));
      const add = Array.from({ length: 1000 }, (_, i) => edit(1, i + 1));
      await (await open()).commit(changeOf({ meta: META, put: cars, add }));
      const stored = await (await open()).load();
      same([stored.cars.length, stored.edits.length], [2000, 1000]);
      same(stored.edits.at(-1), add.at(-1));
    },
  },
  {
    title:
      'O3 whoever has loaded the store last may write; the one before is refused whole, and told that it is taken',
    async check(open) {
      const first = await open();
      await first.load();
      await first.commit(changeOf({ meta: META, put: [car('a')], add: [edit(1, 1)] }));
      const second = await open();
      same((await second.load()).edits, [edit(1, 1)]);
      const late = changeOf({ meta: { ...META, version: 9 }, put: [car('b')], add: [edit(1, 3)] });
      same(await kindOf(first.commit(late)), 'taken');
      await second.commit(changeOf({ add: [edit(1, 2)] }));
      same(await kindOf(first.commit(changeOf({ remove: [editKey(edit(1, 2))] }))), 'taken');
      const { meta, cars, edits } = await (await open()).load();
      same([meta, cars.map(({ id }) => id), edits], [META, ['a'], [edit(1, 1), edit(1, 2)]]);
    },
  },
  {
    title: 'a store that was let go of takes nothing',
    async check(open) {
      const store = await open();
      await store.commit(changeOf({ meta: META }));
      store.close();
      same(await kindOf(store.commit(changeOf({ meta: { ...META, version: 9 } }))), 'closed');
      same((await (await open()).load()).meta, META);
    },
  },
];

export const META: Meta = {
  format: FORMAT,
  epoch: 'epoch-1',
  version: 5,
  archived: 3,
  queues: [{ number: 1, device: 'device-1', person: 'wes', epoch: 'epoch-1', lastSeq: 10 }],
  lastQueue: 1,
  you: { person: 'wes', name: 'Wes', role: 'worker' },
  site: null,
  names: { wes: 'Wes' },
  hubTimeOffsetMs: -40,
  syncedAt: 1_790_000_000_000,
};

interface Parts {
  meta?: Meta;
  clear?: boolean;
  put?: Car[];
  gone?: string[];
  add?: EditRecord[];
  replace?: EditRecord[];
  remove?: string[];
}

export function changeOf({ meta, clear, put, gone, add, replace, remove }: Parts): StoreChange {
  return {
    durability: 'strict',
    ...(meta && { meta }),
    ...((clear || put || gone) && { cars: { clear: clear ?? false, put: put ?? [], remove: gone ?? [] } }),
    ...((add || replace || remove) && {
      edits: { add: add ?? [], put: replace ?? [], remove: remove ?? [] },
    }),
  };
}

export function car(id: string): Car {
  const flags = { arrived: true, late: false, empty: false, removed: false };
  const stamps = { version: 4, updatedAt: 1, updatedBy: 'lea', arrivedAt: 1, emptiedAt: null };
  return { id, location: '300', notes: 'Door sticks', ...flags, ...stamps };
}

export function edit(queue: number, seq: number): EditRecord {
  const fields = { arrived: true };
  return {
    queue,
    author: null,
    edit: { type: 'set', car: '414', fields, id: `edit-${queue}-${seq}`, seq, base: 4, at: 1 },
  };
}

/** The kind of the `StoreError` a promise rejects with; null where it does not. */
export async function kindOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => null,
    (error: unknown) => (typeof error === 'object' && error && 'kind' in error ? error.kind : error),
  );
}

function same(actual: unknown, expected: unknown): void {
  const [a, e] = [inOrder(actual), inOrder(expected)];
  if (a !== e) throw new Error(`expected ${e}, got ${a}`);
}

/** JSON with the keys of every object in one order. */
function inOrder(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
