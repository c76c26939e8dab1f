import { beforeEach, describe, expect, test } from 'vitest';
import type { Reply } from '../../app/state/api.ts';
import { devicesApi } from '../../app/state/devices-api.ts';
import { EnrolmentWait, enrolLink, inHalves } from '../../app/state/enrolment.ts';
import type { Me } from '../../worker/protocol/api.ts';
import { HandClock } from '../support/hand-clock.ts';
import { turn } from '../support/manual-clock.ts';

const TABLET: Me = {
  kind: 'device',
  person: { id: 'd1', name: 'Dock 3', email: null },
  sites: [{ id: 'north', name: 'North', role: 'viewer' }],
  device: { id: 'd1', name: 'Dock 3', shared: true },
};
const offline: Reply<never> = { ok: false, code: 'offline' };
const ok = (value: unknown): Reply<unknown> => ({ ok: true, value });
const digits = (code: string) => ok({ code, secret: `secret of ${code}`, expiresAt: 1 });

let asked: string[];
/** What the hub answers, one after the other. */
let answers: Reply<unknown>[];
let clock: HandClock;
let done: number;
let wait: EnrolmentWait;

beforeEach(() => {
  [asked, answers, done] = [[], [], 0];
  clock = new HandClock();
  const api = devicesApi({
    ask: async (path, { body }, isRight) => {
      asked.push([path, body].filter(Boolean).join(' '));
      const reply = answers.shift() ?? offline;
      if (!reply.ok) return reply;
      return isRight(reply.value) ? { ok: true, value: reply.value } : offline;
    },
  });
  wait = new EnrolmentWait(api, clock, () => done++);
});

const pass = async (ms: number): Promise<void> => {
  clock.turn(ms);
  await turn();
};

describe('a browser that is to become a device', () => {
  test('shows digits and asks every few seconds until a lead has said yes, and no more then', async () => {
    answers = [digits('417293'), ok({ pending: true }), ok({ pending: true }), ok(TABLET)];
    await wait.begin();
    expect(wait.shown.value).toEqual({ is: 'waiting', code: '417293', cut: false });
    for (let i = 0; i < 3; i++) await pass(3_000);
    expect(wait.shown.value).toEqual({ is: 'done' });
    expect(done).toBe(1);
    const claim = '/api/enrolments/claim {"secret":"secret of 417293"}';
    expect(asked).toEqual(['/api/enrolments', claim, claim, claim]);
    await pass(60_000);
    expect(asked).toHaveLength(4);
  });

  test('goes on asking while the network is away, says so, and is in once it is back', async () => {
    answers = [digits('417293'), offline, ok({ pending: true }), offline, ok(TABLET)];
    await wait.begin();
    const cut = [true, false, true];
    for (const isCut of cut) {
      await pass(3_000);
      expect(wait.shown.value).toEqual({ is: 'waiting', code: '417293', cut: isCut });
    }
    await pass(3_000);
    expect(done).toBe(1);
  });

  test('whose time is over asks no more, and begins anew with other digits when it is told to', async () => {
    answers = [digits('417293'), { ok: false, code: 'not-found' }, digits('000042'), ok(TABLET)];
    await wait.begin();
    await pass(3_000);
    expect(wait.shown.value).toEqual({ is: 'over' });
    await pass(60_000);
    expect(asked).toHaveLength(2);
    await wait.begin();
    expect(wait.shown.value).toMatchObject({ is: 'waiting', code: '000042' });
    await pass(3_000);
    expect(done).toBe(1);
  });

  test('that gets no digits says why', async () => {
    answers = [{ ok: false, code: 'too-many-requests', retryAfterSeconds: 60 }];
    await wait.begin();
    expect(wait.shown.value).toEqual({
      is: 'failed',
      refused: { ok: false, code: 'too-many-requests', retryAfterSeconds: 60 },
    });
  });

  test('that is left asks no more, and what comes late changes nothing', async () => {
    answers = [digits('417293'), ok(TABLET)];
    await wait.begin();
    clock.turn(3_000);
    wait.stop();
    await turn();
    expect(wait.shown.value).toMatchObject({ is: 'waiting' });
    expect(done).toBe(0);
  });

  test('takes no page of somebody else’s for a yes', async () => {
    answers = [digits('417293'), ok({ welcome: 'to the guest network' })];
    await wait.begin();
    await pass(3_000);
    expect(wait.shown.value).toMatchObject({ is: 'waiting', cut: true });
  });
});

test('what its code says leads to the page where a lead says yes, the digits behind the #', () => {
  expect(enrolLink(new URL('https://yard.example/tablet?x=1'), '417293')).toBe(
    'https://yard.example/enrol#code=417293',
  );
  expect(inHalves('417293')).toBe('417 293');
});
