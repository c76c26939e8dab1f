import { beforeEach, describe, expect, test } from 'vitest';
import type { HistoryFilter, Reply } from '../../app/state/api.ts';
import { HistoryPages } from '../../app/state/history-pages.ts';
import type { History } from '../../worker/protocol/api.ts';

const page = (versions: number[], next: number | null): Reply<History> => ({
  ok: true,
  value: {
    entries: versions.map((version) => ({ version, at: 0, by: 'p1', name: 'Ana', type: 'set', cars: [] })),
    next,
    delayed: false,
  },
});

let asked: HistoryFilter[];
let answers: ((reply: Reply<History>) => void)[];
let pages: HistoryPages;
const versions = () => pages.shown.value.entries.map(({ version }) => version);

beforeEach(() => {
  asked = [];
  answers = [];
  const history = (_site: string, filter: HistoryFilter) => {
    asked.push(filter);
    return new Promise<Reply<History>>((resolve) => answers.push(resolve));
  };
  pages = new HistoryPages({ history }, 'north');
});

describe('history', () => {
  test('goes on where the last page ended', async () => {
    const first = pages.choose({});
    answers[0]?.(page([9, 8], 8));
    await first;
    const second = pages.more();
    answers[1]?.(page([7], null));
    await second;
    expect(asked).toEqual([{}, { before: 8 }]);
    expect(versions()).toEqual([9, 8, 7]);
    expect(pages.shown.value.next).toBeNull();
  });

  test('forgets an answer to what is no longer asked', async () => {
    const slow = pages.choose({});
    const quick = pages.choose({ car: '128414' });
    answers[1]?.(page([5], null));
    await quick;
    answers[0]?.(page([9, 8], 8));
    await slow;
    expect(versions()).toEqual([5]);
  });

  test('keeps what is there when an older page does not come', async () => {
    const first = pages.choose({});
    answers[0]?.(page([9], 9));
    await first;
    const second = pages.more();
    answers[1]?.({ ok: false, code: 'offline' });
    await second;
    expect(versions()).toEqual([9]);
    expect(pages.shown.value).toMatchObject({ problem: 'offline', next: 9, loading: false });
  });
});
