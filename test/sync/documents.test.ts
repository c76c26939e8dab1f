import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  type DocumentReply,
  type DocumentRequest,
  type DocumentShelf,
  DocumentStore,
} from '../../app/sync/documents/document-store.ts';
import {
  answered,
  EMPTY_BOOK,
  entriesIn,
  type LocalBook,
  valueIn,
  waitingIn,
} from '../../app/sync/documents/local-book.ts';
import { type DocumentBook, mergeDocuments } from '../../worker/protocol/document-merge.ts';
import type { Json } from '../../worker/protocol/documents.ts';
import { DOCUMENTS_MAX } from '../../worker/protocol/limits.ts';
import { HandClock } from '../support/hand-clock.ts';
import { chance, integer, pick, random } from '../support/random.ts';

/** The hub's side of it for one person, by the code that the hub runs. */
class FakeHub {
  book: DocumentBook = { version: 0, forgotten: 0, documents: new Map(), conflicts: new Map() };
  readonly requests: DocumentRequest[] = [];

  answer({ since, changes }: DocumentRequest): DocumentReply {
    const { book, results } = mergeDocuments(this.book, changes, 1);
    this.book = book;
    const complete = since === 0 || since < book.forgotten || since > book.version;
    const rows = [...book.documents].filter(([, { version }]) => complete || version > since);
    const documents = rows.flatMap(([key, { version, value }]) =>
      value === undefined ? [] : [{ key, version, updatedAt: 1, value }],
    );
    const deleted = rows.flatMap(([key, { version, value }]) =>
      value === undefined ? [{ key, version, updatedAt: 1 }] : [],
    );
    const conflicts = [...book.conflicts.values()].filter(({ by }) => complete || by > since);
    return { ok: true, value: { version: book.version, complete, documents, deleted, conflicts, results } };
  }

  values(): Record<string, Json> {
    const live = [...this.book.documents].filter(([, { value }]) => value !== undefined);
    return Object.fromEntries(live.map(([key, { value = null }]) => [key, value]).sort());
  }
}

/** A device's storage, as its tabs share it. */
class FakeShelf {
  kept: LocalBook = EMPTY_BOOK;
  isBroken = false;
  readonly #listeners = new Set<() => void>();

  tab(): DocumentShelf {
    let heard = () => {};
    return {
      change: async (turn) => {
        await setImmediate();
        if (this.isBroken) throw new Error('full');
        const before = this.kept;
        this.kept = turn(before);
        if (this.kept !== before) for (const listener of this.#listeners) if (listener !== heard) listener();
        return this.kept;
      },
      listen: (changed) => {
        heard = changed;
        this.#listeners.add(heard);
        return () => this.#listeners.delete(heard);
      },
    };
  }
}

type Way = 'there' | 'none' | 'answer lost' | 'refused';

function device(hub: FakeHub, shelf = new FakeShelf(), person = 'ana') {
  const clock = new HandClock();
  const way: { is: Way } = { is: 'there' };
  const told: LocalBook[] = [];
  /** What the hub has answered arrives when this has come to its end. */
  const transit = { is: Promise.resolve() };
  const store = new DocumentStore(
    {
      person,
      shelf: shelf.tab(),
      exchange: async (request) => {
        await setImmediate();
        hub.requests.push(request);
        if (way.is === 'none') return { ok: false, isOver: false };
        if (way.is === 'refused') return { ok: false, isOver: true };
        const reply = hub.answer(request);
        await transit.is;
        return way.is === 'answer lost' ? { ok: false, isOver: false } : reply;
      },
      after: (delayMs, call) => clock.after(delayMs, call),
      isKeptBoth: (key) => key.startsWith('view.'),
    },
    (book) => told.push(book),
  );
  const values = () => Object.fromEntries([...entriesIn(store.book)].sort());
  return { store, shelf, clock, way, transit, told, values };
}

async function settled(): Promise<void> {
  for (let i = 0; i < 200; i++) await setImmediate();
}

async function started(hub: FakeHub, shelf?: FakeShelf) {
  const made = device(hub, shelf);
  await made.store.open();
  await made.store.sync();
  return made;
}

describe('offline first', () => {
  test('a write is read at once, told at once, and kept before it is sent', async () => {
    const hub = new FakeHub();
    const phone = await started(hub);
    phone.way.is = 'none';
    phone.store.write('a', 1);
    expect(phone.values()).toEqual({ a: 1 });
    expect(phone.told.at(-1)).toEqual(phone.store.book);
    await settled();
    expect(waitingIn(phone.shelf.kept)).toBe(1);
    expect(hub.values()).toEqual({});
  });

  test('what waits goes out when there is a way, later each time it is tried in vain', async () => {
    const hub = new FakeHub();
    const phone = await started(hub);
    phone.way.is = 'none';
    phone.store.write('a', 1);
    await settled();
    const tried = hub.requests.length;
    phone.clock.turn(5_000);
    await settled();
    phone.clock.turn(9_000);
    await settled();
    expect(hub.requests).toHaveLength(tried + 1);
    phone.way.is = 'there';
    phone.clock.turn(1_000);
    await settled();
    expect(hub.values()).toEqual({ a: 1 });
    expect(waitingIn(phone.store.book)).toBe(0);
  });

  test('what is refused is not asked again by itself', async () => {
    const hub = new FakeHub();
    const phone = await started(hub);
    phone.way.is = 'refused';
    phone.store.write('a', 1);
    await settled();
    const tried = hub.requests.length;
    phone.clock.turn(3_600_000);
    await settled();
    expect(hub.requests).toHaveLength(tried);
    expect(phone.values()).toEqual({ a: 1 });
  });

  test('it is there again after a restart without a network, and sent then', async () => {
    const hub = new FakeHub();
    const phone = await started(hub);
    phone.way.is = 'none';
    phone.store.write('a', 1);
    await settled();
    phone.store.stop();
    const again = device(hub, phone.shelf);
    await again.store.open();
    expect(again.values()).toEqual({ a: 1 });
    await again.store.sync();
    expect(hub.values()).toEqual({ a: 1 });
  });

  test('where the device can keep nothing it lasts as long as the page, and is sent all the same', async () => {
    const hub = new FakeHub();
    const shelf = new FakeShelf();
    shelf.isBroken = true;
    const phone = await started(hub, shelf);
    phone.store.write('a', 1);
    phone.store.write('b', 2);
    await settled();
    expect(phone.values()).toEqual({ a: 1, b: 2 });
    expect(hub.values()).toEqual({ a: 1, b: 2 });
  });

  test('B1 there is room for so many documents; one more is refused at once', async () => {
    const phone = device(new FakeHub());
    await phone.store.open();
    phone.way.is = 'none';
    for (let i = 0; i < DOCUMENTS_MAX; i++) expect(phone.store.write(`k${i}`, i)).toBe(true);
    expect(phone.store.write('more', 1)).toBe(false);
    expect(phone.store.write('k0', 'again')).toBe(true);
    phone.store.write('k0', undefined);
    expect(phone.store.write('more', 1)).toBe(true);
  });
});

describe('two devices of one person', () => {
  test('what is written on one is on the other; what is deleted is gone', async () => {
    const hub = new FakeHub();
    const [phone, tablet] = [await started(hub), await started(hub)];
    phone.store.write('a', 1);
    phone.store.write('b', 1);
    await settled();
    await tablet.store.sync();
    expect(tablet.values()).toEqual({ a: 1, b: 1 });
    tablet.store.write('a', undefined);
    await settled();
    await phone.store.sync();
    expect(phone.values()).toEqual({ b: 1 });
  });

  test('a setting that both have changed is as it was sent last, without a word', async () => {
    const hub = new FakeHub();
    const [phone, tablet] = [await started(hub), await started(hub)];
    phone.way.is = 'none';
    phone.store.write('setting.theme', 'dark');
    await settled();
    tablet.store.write('setting.theme', 'light');
    await settled();
    phone.way.is = 'there';
    await phone.store.sync();
    await tablet.store.sync();
    expect(phone.values()).toEqual({ 'setting.theme': 'dark' });
    expect(tablet.values()).toEqual({ 'setting.theme': 'dark' });
  });

  test('a view that both have changed is two views, the same two on every device', async () => {
    const hub = new FakeHub();
    const [phone, tablet] = [await started(hub), await started(hub)];
    phone.store.write('view.k', 'Late');
    await settled();
    await tablet.store.sync();
    phone.way.is = 'none';
    phone.store.write('view.k', 'Late, phone');
    await settled();
    tablet.store.write('view.k', 'Late, tablet');
    await settled();
    phone.way.is = 'there';
    await phone.store.sync();
    await tablet.store.sync();
    await settled();
    const both = { 'view.k': 'Late, phone', 'view.k.2': 'Late, tablet' };
    expect([phone.values(), tablet.values(), hub.values()]).toEqual([both, both, both]);
    // Deleted, it does not come back with a device that hears of the conflict late.
    phone.store.write('view.k.2', undefined);
    await settled();
    const late = await started(hub);
    await settled();
    expect(late.values()).toEqual({ 'view.k': 'Late, phone' });
    expect(hub.values()).toEqual({ 'view.k': 'Late, phone' });
  });

  test('a view that is deleted on one and changed on the other stays, whichever comes last', async () => {
    for (const first of ['delete', 'change'] as const) {
      const hub = new FakeHub();
      const [phone, tablet] = [await started(hub), await started(hub)];
      phone.store.write('view.k', 'Late');
      await settled();
      await tablet.store.sync();
      phone.way.is = 'none';
      phone.store.write('view.k', first === 'delete' ? 'Changed' : undefined);
      await settled();
      tablet.store.write('view.k', first === 'delete' ? undefined : 'Changed');
      await settled();
      phone.way.is = 'there';
      await phone.store.sync();
      await tablet.store.sync();
      await settled();
      expect(Object.values(phone.values())).toEqual(['Changed']);
      expect(tablet.values()).toEqual(phone.values());
    }
  });

  test('what is written while the hub answers is no conflict with what was sent', async () => {
    const hub = new FakeHub();
    const phone = await started(hub);
    const { promise, resolve } = Promise.withResolvers<void>();
    phone.transit.is = promise;
    phone.store.write('view.k', 1);
    await settled();
    expect(hub.values()).toEqual({ 'view.k': 1 });
    phone.store.write('view.k', 2);
    resolve();
    await settled();
    expect(hub.values()).toEqual({ 'view.k': 2 });
    expect(hub.book.conflicts.size).toBe(0);
  });
});

test('B1 what the hub has no room for stays here, is not sent for ever, and is offered again by the next start', async () => {
  const hub = new FakeHub();
  const [phone, tablet] = [device(hub), await started(hub)];
  await phone.store.open();
  for (let i = 0; i < DOCUMENTS_MAX; i++) tablet.store.write(`k${i}`, i);
  await settled();
  phone.store.write('more', 1);
  phone.store.write('k0', 'changed');
  await settled();
  const tried = hub.requests.length;
  await settled();
  expect(hub.requests).toHaveLength(tried);
  expect(phone.values()).toMatchObject({ more: 1, k0: 'changed' });
  expect(hub.values()).toMatchObject({ k0: 'changed' });
  tablet.store.write('k1', undefined);
  await settled();
  phone.store.stop();
  await started(hub, phone.shelf);
  expect(hub.values()).toMatchObject({ more: 1 });
});

test('an answer that arrives after a later one brings nothing back', () => {
  const nothing = { complete: false, deleted: [], conflicts: [], results: [] };
  const documents = (version: number) => [{ key: 'a', version, updatedAt: 1, value: version }];
  const book = answered(EMPTY_BOOK, [], { ...nothing, version: 5, documents: documents(5) });
  const late = answered(book, [], { ...nothing, version: 4, documents: documents(4) });
  expect(valueIn(late, 'a')).toBe(5);
});

test('each request says whose documents these are', async () => {
  const hub = new FakeHub();
  const phone = device(hub, new FakeShelf(), 'ben');
  await phone.store.open();
  await phone.store.sync();
  expect(hub.requests.map(({ person }) => person)).toEqual(['ben']);
});

test('O3 tabs share one book: what one writes the other shows, and neither loses it', async () => {
  const hub = new FakeHub();
  const shelf = new FakeShelf();
  const [one, other] = [await started(hub, shelf), await started(hub, shelf)];
  one.way.is = 'none';
  other.way.is = 'none';
  one.store.write('a', 1);
  other.store.write('b', 2);
  await settled();
  expect(one.values()).toEqual({ a: 1, b: 2 });
  expect(other.values()).toEqual({ a: 1, b: 2 });
  expect(waitingIn(shelf.kept)).toBe(2);
  const requests = hub.requests.length;
  await settled();
  expect(hub.requests).toHaveLength(requests);
});

test('a hub that has lost what it had is given nothing, and the device follows it', async () => {
  const hub = new FakeHub();
  const phone = await started(hub);
  phone.store.write('a', 1);
  phone.store.write('b', 1);
  await settled();
  hub.book = {
    version: 1,
    forgotten: 0,
    documents: new Map([['a', { version: 1, updatedAt: 1, value: 0 }]]),
    conflicts: new Map(),
  };
  await phone.store.sync();
  expect(phone.values()).toEqual({ a: 0 });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'C1 whatever is written on three devices, lost on the way and interrupted, all end as the hub does (seed %i)',
  async (seed) => {
    const next = random(seed);
    const hub = new FakeHub();
    const devices = [await started(hub), await started(hub), await started(hub)];
    for (let round = 0; round < 80; round++) {
      const here = pick(next, devices);
      here.way.is = pick<Way>(next, ['there', 'there', 'none', 'answer lost']);
      const key = pick(next, ['setting.theme', 'view.a', 'view.b', 'view.c']);
      const value = chance(next, 0.2) ? undefined : round;
      if (chance(next, 0.7)) {
        here.store.write(key, value);
        expect(valueIn(here.store.book, key)).toBe(value);
      } else {
        void here.store.sync();
      }
      for (let i = integer(next, 0, 8); i > 0; i--) await setImmediate();
    }
    for (const { way } of devices) way.is = 'there';
    // What one keeps beside the other's is news to the others.
    for (let i = 0; i < 4; i++) for (const { store } of devices) await store.sync();
    await settled();
    for (const one of devices) {
      expect(waitingIn(one.store.book)).toBe(0);
      expect(one.values()).toEqual(hub.values());
    }
  },
);
