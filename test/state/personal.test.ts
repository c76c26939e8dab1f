import { beforeEach, describe, expect, test } from 'vitest';
import '../../app/messages/add-board.ts';
import '../../app/messages/add-views.ts';
import { Personal } from '../../app/state/personal.ts';
import { Preferences } from '../../app/state/preferences.ts';
import { viewName } from '../../app/state/saved-views.ts';
import { viewWords } from '../../app/state/view-words.ts';
import {
  EMPTY_BOOK,
  hasRoomFor,
  type LocalBook,
  valueIn,
  written,
} from '../../app/sync/documents/local-book.ts';
import type { Json } from '../../worker/protocol/documents.ts';
import { DOCUMENTS_MAX, VIEW_NAME_CHARS_MAX } from '../../worker/protocol/limits.ts';
import { mapMemory } from '../support/map-memory.ts';

/** As the hub has it. */
function bookOf(values: Record<string, Json>, hasHeard = true): LocalBook {
  const documents = Object.entries(values).map(
    ([key, value]) => [key, { value, version: 1, pending: null }] as const,
  );
  return { since: 1, hasHeard, documents: new Map(documents) };
}

/** A person at a device, with what is kept for them there. */
function enter(
  person: string,
  memory = mapMemory(),
  book = EMPTY_BOOK,
  preferences = new Preferences(memory),
) {
  let kept = book;
  const writes: [string, Json | undefined][] = [];
  const see = (next: LocalBook) => {
    kept = next;
    personal.see(next);
  };
  const keeper = {
    write: (key: string, value: Json | undefined) => {
      if (value !== undefined && !hasRoomFor(kept, key)) return false;
      writes.push([key, value]);
      kept = written(kept, key, value);
      // The first can come while it is being made.
      queueMicrotask(() => personal.see(kept));
      return true;
    },
  };
  let ids = 0;
  const personal: Personal = new Personal(person, keeper, book, {
    preferences,
    memory,
    newId: () => `id${++ids}`,
  });
  return { personal, preferences, memory, writes, see, value: (key: string) => valueIn(kept, key) };
}

describe('settings follow the person', () => {
  test('what is chosen is written; what comes from another device is chosen here', () => {
    const { preferences, writes, see } = enter('ana');
    preferences.setTheme('light');
    preferences.setShortcuts(false);
    expect(writes).toEqual([
      ['setting.theme', 'light'],
      ['setting.shortcuts', false],
    ]);
    see(bookOf({ 'setting.theme': 'dark', 'setting.shortcuts': true }));
    expect([preferences.theme.value, preferences.shortcuts.value]).toEqual(['dark', true]);
    expect(writes).toHaveLength(2);
  });

  test('what is kept is there as the person comes, and survives a start without it', () => {
    const memory = mapMemory();
    enter('ana', memory, bookOf({ 'setting.theme': 'dark' }));
    expect(new Preferences(memory).theme.value).toBe('dark');
  });

  test('what no version of the app would write is taken for what is usual', () => {
    const { preferences } = enter('ana', mapMemory({ theme: 'dark' }), bookOf({ 'setting.theme': { a: 1 } }));
    expect(preferences.theme.value).toBe('auto');
  });

  test('the saver of data belongs to the device', () => {
    const { preferences, writes } = enter('ana');
    preferences.setSaver(true);
    expect(writes).toEqual([]);
  });
});

describe('another person on the same device', () => {
  test('sees nothing of what the last one has chosen, and writes nothing of it as theirs', () => {
    const memory = mapMemory();
    const ana = enter('ana', memory, bookOf({ 'setting.theme': 'light', 'setting.shortcuts': false }));
    ana.personal.stop(false);
    const ben = enter('ben', memory, bookOf({}));
    expect([ben.preferences.theme.value, ben.preferences.shortcuts.value]).toEqual(['auto', true]);
    expect(ben.writes).toEqual([]);
  });

  test('nor does whoever looks after a sign-out; who comes back has it again', () => {
    const memory = mapMemory();
    const book = bookOf({ 'setting.theme': 'light' });
    const { personal, preferences, writes } = enter('ana', memory, book);
    personal.stop(true);
    expect(preferences.theme.value).toBe('auto');
    expect(writes).toEqual([]);
    expect(enter('ana', memory, book, preferences).preferences.theme.value).toBe('light');
  });
});

describe('a choice from before there were documents', () => {
  test('waits until the hub has said that it has none, and is the person’s then', () => {
    const { writes, see } = enter('ana', mapMemory({ theme: 'dark' }));
    expect(writes).toEqual([]);
    see(bookOf({}));
    expect(writes).toEqual([['setting.theme', 'dark']]);
  });

  test('gives way to what the hub has', () => {
    const { preferences, writes, see } = enter('ana', mapMemory({ theme: 'dark' }));
    see(bookOf({ 'setting.theme': 'light' }));
    expect(preferences.theme.value).toBe('light');
    expect(writes).toEqual([]);
  });

  test('but what the person chooses meanwhile is written at once', () => {
    const { preferences, writes } = enter('ana', mapMemory({ theme: 'dark' }));
    preferences.setTheme('light');
    expect(writes).toEqual([['setting.theme', 'light']]);
  });
});

describe('saved views', () => {
  let at: ReturnType<typeof enter>;
  beforeEach(() => {
    at = enter('ana');
  });
  const names = async (site = 'north') => {
    await Promise.resolve();
    return at.personal.views(site).map(({ name }) => name);
  };
  const save = (name: string, query = '', site = 'north') => at.personal.saveView({ site, name, query });

  test('are of one site, by name', async () => {
    save('Shop', 'at=Shop');
    save('Late', 'show=late');
    save('South', '', 'south');
    expect(await names()).toEqual(['Late', 'Shop']);
    expect(await names('south')).toEqual(['South']);
  });

  test('saved again under a name is that one, changed; renamed and deleted, it is that one, too', async () => {
    save('Late', 'show=late');
    await names();
    save('Late', 'show=late&order=state');
    expect(await names()).toEqual(['Late']);
    const [view] = at.personal.views('north');
    expect(view?.query).toBe('show=late&order=state');
    at.personal.putView({ ...view!, name: 'Overdue' });
    expect(await names()).toEqual(['Overdue']);
    at.personal.removeView(view!);
    expect(await names()).toEqual([]);
    expect(at.personal.counts).toEqual({ all: 0, waiting: 1 });
  });

  test('two of one name, as two devices may make them, can be told apart', async () => {
    const view = { site: 'north', name: 'Late', query: '' };
    at.see(
      bookOf({
        'view.a': view,
        'view.a.4': { ...view, query: 'show=late' },
        'view.b': 7,
        'view.c': { name: 'x' },
      }),
    );
    expect(await names()).toEqual(['Late', 'Late (2)']);
  });

  test('B1 one more than there is room for is refused', async () => {
    for (let i = 0; i < DOCUMENTS_MAX; i++) expect(save(`View ${i}`)).toBe(true);
    await names();
    expect(save('More')).toBe(false);
    expect(save('View 1', 'show=late')).toBe(true);
  });

  test('a name is one line of so many characters', () => {
    expect(viewName('  Late \n at\tthe  shop ')).toBe('Late at the shop');
    expect(viewName(` ${'x'.repeat(VIEW_NAME_CHARS_MAX - 1)} yz`)).toBe('x'.repeat(VIEW_NAME_CHARS_MAX - 1));
    expect(viewName(' \n ')).toBe('');
  });

  test('say what they show', () => {
    expect(viewWords('')).toBe('All cars');
    expect(viewWords('show=late&at=300&q=door&order=state&view=columns')).toBe(
      'Late, 300, “door”, By state, Columns',
    );
    expect(viewWords('show=nonsense&order=x')).toBe('All cars');
  });
});
