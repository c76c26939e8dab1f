import { beforeEach, describe, expect, test } from 'vitest';
import '../../app/messages/add-board.ts';
import '../../app/messages/add-later.ts';
import type { Reply, VerifyPlace } from '../../app/state/api.ts';
import { progressWords, verdictWords } from '../../app/state/check-words.ts';
import { type Check, HistoryCheck } from '../../app/state/history-check.ts';
import { siteTime } from '../../app/state/site-time.ts';
import type { Verification } from '../../worker/protocol/api.ts';
import { NIGHT_MS } from '../support/fake-site-client.ts';

const seal = 'a'.repeat(43);
/** Entries from one version up to another; there are more below unless it is the first. */
const page = (from: number, to: number): Reply<Verification> => ({
  ok: true,
  value: {
    ok: true,
    checked: to - from + 1,
    from,
    to,
    at: NIGHT_MS,
    next: from > 1 ? { before: from, expect: seal } : null,
  },
});

let asked: (VerifyPlace | null)[];
let answers: Reply<Verification>[];
let check: HistoryCheck;
let seen: Check[];

beforeEach(() => {
  asked = [];
  answers = [];
  const verifyHistory = async (_site: string, next: VerifyPlace | null) => {
    asked.push(next);
    return answers.shift() ?? ({ ok: false, code: 'offline' } as const);
  };
  check = new HistoryCheck({ verifyHistory }, 'north');
  seen = [];
  check.state.subscribe((state) => seen.push(state));
});

const { when } = siteTime('America/Chicago', { language: 'en', hour12: false });
const words = () => verdictWords(check.state.value, (at) => when(at, NIGHT_MS));

describe('A1 the check of the archive', () => {
  test('asks page after page, says how far it is, and then that all is as it was written', async () => {
    answers = [page(12_001, 18_000), page(6_001, 12_000), page(1, 6_000)];
    await check.begin();
    expect(asked).toEqual([null, { before: 12_001, expect: seal }, { before: 6_001, expect: seal }]);
    const progress = seen.flatMap((state) => (state.is === 'running' ? [progressWords(state)] : []));
    expect(progress).toEqual([
      'Asking the hub',
      '6,000 of 18,000 entries checked',
      '12,000 of 18,000 entries checked',
    ]);
    expect(words()).toBe('All 18,000 entries are as they were written, as of 02:14.');
  });

  test.each<[string, Omit<Extract<Verification, { ok: false }>, 'ok' | 'checked'>]>([
    [
      'Entry 4,812 (02:14, Lea) is not as it was written.',
      { version: 4_812, reason: 'altered', entry: { at: NIGHT_MS, name: 'Lea' } },
    ],
    ['Entry 4,812 is not as it was written.', { version: 4_812, reason: 'parts' }],
    ['Entry 4,812 is missing.', { version: 4_812, reason: 'missing', since: 4_812 }],
    ['Entries are missing between 4,800 and 4,812.', { version: 4_812, reason: 'missing', since: 4_800 }],
    [
      'Entry 4,812 (02:14, Somebody) does not come from the hub.',
      { version: 4_812, reason: 'ahead', entry: { at: NIGHT_MS, name: '' } },
    ],
    [
      'Entry 4,812 is not filed as it was written: it is found where it does not belong, or not where it does.',
      { version: 4_812, reason: 'cars' },
    ],
  ])('says in words: %s', async (said, found) => {
    answers = [page(5_001, 6_000), { ok: true, value: { ok: false, checked: 188, ...found } }];
    await check.begin();
    expect(check.state.value).toMatchObject({ is: 'altered', checked: 1_188 });
    expect(words()).toBe(said);
  });

  test('that could not go on goes on from there', async () => {
    answers = [page(11, 20), { ok: false, code: 'unavailable' }];
    await check.begin();
    expect(check.state.value).toMatchObject({ is: 'stopped', checked: 10, total: 20 });
    expect(words()).toMatch(/^The check could not go on\. /);
    answers = [page(1, 10)];
    await check.goOn();
    expect(asked.slice(-2)).toEqual([
      { before: 11, expect: seal },
      { before: 11, expect: seal },
    ]);
    expect(check.state.value).toMatchObject({ is: 'intact', checked: 20, from: 1 });
    answers = [page(1, 25)];
    await check.begin();
    expect(check.state.value).toMatchObject({ is: 'intact', checked: 25 });
  });

  test('of an archive with nothing in it says so', async () => {
    answers = [{ ok: true, value: { ok: true, checked: 0, from: 0, to: 0, at: null, next: null } }];
    await check.begin();
    expect(words()).toBe('Nothing has reached the archive yet. Try again in a moment.');
  });

  test('asks no more once nobody looks', async () => {
    answers = [page(11, 20), page(1, 10)];
    const running = check.begin();
    check.stop();
    await running;
    expect(asked).toHaveLength(1);
    expect(check.state.value.is).toBe('running');
  });
});
