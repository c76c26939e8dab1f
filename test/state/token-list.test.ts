import { beforeEach, describe, expect, test } from 'vitest';
import type { Api, Reply } from '../../app/state/api.ts';
import { isExpired, TokenList } from '../../app/state/token-list.ts';
import type { Token, TokenMade } from '../../worker/protocol/api.ts';
import { NIGHT_MS } from '../support/fake-site-client.ts';

const GATE: Token = {
  id: 't1',
  name: 'North gate',
  role: 'worker',
  madeBy: { id: 'p1', name: 'Lee', isHere: true },
  madeAt: NIGHT_MS,
  usedAt: null,
  expiresAt: NIGHT_MS + 1_000,
};
const BODY = { name: 'North gate', role: 'worker', days: 90 } as const;
const offline: Reply<never> = { ok: false, code: 'offline' };

let asked: string[];
/** What the hub answers, by method; a list where nothing else is said. */
let answers: Record<string, unknown>;
let refusals: Record<string, Reply<never>>;
let list: TokenList;

beforeEach(() => {
  asked = [];
  answers = { GET: { at: NIGHT_MS, tokens: [GATE] }, POST: { token: GATE, secret: 's' }, DELETE: null };
  refusals = {};
  const ask: Api['ask'] = async (path, { method = 'GET', body }, isRight) => {
    asked.push([method, path, body].filter(Boolean).join(' '));
    const answer = answers[method];
    return refusals[method] ?? (isRight(answer) ? { ok: true, value: answer } : offline);
  };
  list = new TokenList({ ask }, 'north yard');
});

describe('the tokens of a site', () => {
  test('are asked for, and stay where there is no newer list', async () => {
    await list.load();
    refusals.GET = offline;
    await list.load();
    expect(asked).toEqual(Array(2).fill('GET /api/sites/north%20yard/tokens'));
    expect(list.shown.value).toEqual({ tokens: answers.GET, problem: 'offline' });
  });

  test.each([null, [], {}, { at: NIGHT_MS }, { tokens: [] }])('are not %j', async (answer) => {
    answers.GET = answer;
    await list.load();
    expect(list.shown.value).toEqual({ tokens: null, problem: 'offline' });
  });

  test('have expired by the server’s clock, not by the device’s', () => {
    const at = (now: number) => isExpired(GATE, { at: now, tokens: [] });
    expect([at(GATE.expiresAt - 1), at(GATE.expiresAt)]).toEqual([false, true]);
  });
});

describe('a token that is made', () => {
  test('is there to be read, and in the list', async () => {
    expect(await list.make(BODY)).toBeNull();
    expect(asked).toEqual([
      `POST /api/sites/north%20yard/tokens ${JSON.stringify(BODY)}`,
      'GET /api/sites/north%20yard/tokens',
    ]);
    const made: TokenMade = { token: GATE, secret: 's' };
    expect(list.made.value).toEqual(made);
  });

  test('is not where the hub refuses it, and the field at fault is named', async () => {
    refusals.POST = { ok: false, code: 'invalid', field: 'name' };
    expect(await list.make(BODY)).toMatchObject({ code: 'invalid', field: 'name' });
    expect(list.made.value).toBeNull();
  });
});

describe('ending a token', () => {
  test('is done once the hub says so; what was to be read of it goes too', async () => {
    await list.make(BODY);
    await list.end(GATE);
    expect(asked.slice(2)).toEqual([
      'DELETE /api/sites/north%20yard/tokens/t1',
      'GET /api/sites/north%20yard/tokens',
    ]);
    expect(list.ending.value).toEqual({ is: 'done', name: 'North gate' });
    expect(list.made.value).toBeNull();
  });

  test('is done where it has been forgotten already, and not where the hub has not heard', async () => {
    refusals.DELETE = { ok: false, code: 'not-found' };
    await list.end(GATE);
    expect(list.ending.value).toEqual({ is: 'done', name: 'North gate' });
    refusals.DELETE = { ok: false, code: 'unavailable' };
    await list.end(GATE);
    expect(list.ending.value).toEqual({ is: 'failed', token: 't1', problem: 'unavailable' });
  });
});
