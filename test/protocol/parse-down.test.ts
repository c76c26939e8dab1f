import { describe, expect, test } from 'vitest';
import type { CatchUp, DownMessage, SyncResponse } from '../../worker/protocol/messages.ts';
import { parseDown, parseSyncResponse } from '../../worker/protocol/parse-down.ts';
import { encodeSnapshot } from '../../worker/protocol/snapshot.ts';

const YOU = { person: 'p1', name: 'Nora', role: 'worker' } as const;
const SITE = { id: 's1', name: 'North', timeZone: 'Europe/Madrid', locations: ['Yard'] };
const CATCH_UP: CatchUp = { epoch: 'e000', version: 3, archived: 2, seq: 0, now: 5 };

/** One of each, so that a new message without a case here does not compile. */
const FRAMES: { [T in DownMessage['type']]: (DownMessage & { type: T })[] } = {
  welcome: [
    { type: 'welcome', protocol: 1, ...CATCH_UP, you: YOU, site: SITE, people: [] },
    {
      type: 'welcome',
      protocol: 1,
      ...CATCH_UP,
      you: YOU,
      site: SITE,
      people: [],
      snapshot: encodeSnapshot([]),
      parts: 2,
    },
    {
      type: 'welcome',
      protocol: 1,
      ...CATCH_UP,
      you: YOU,
      site: SITE,
      people: [],
      changes: [{ id: '414', late: true }],
    },
  ],
  snapshot: [{ type: 'snapshot', part: 1, snapshot: encodeSnapshot([]) }],
  changes: [
    { type: 'changes', from: 1, to: 2, by: 'p1', at: 5, cars: [{ id: '414', arrived: true }] },
    { type: 'changes', from: 1, to: 4, cars: [] },
  ],
  outcomes: [
    { type: 'outcomes', archived: 1, outcomes: [{ seq: 1, outcome: 'applied', version: 2, at: 5 }] },
  ],
  people: [{ type: 'people', people: [{ id: 'p1', name: 'Nora', role: 'lead', devices: 1, car: null }] }],
  attention: [
    {
      type: 'attention',
      items: [
        {
          author: 'p1',
          edit: { type: 'remove', car: '414', id: 'k3v90000', seq: 1, base: 1, at: 5 },
          outcome: { seq: 1, outcome: 'rejected', code: 'forbidden', at: 5 },
        },
      ],
      closed: ['k3v90001'],
    },
  ],
  notice: [
    { type: 'notice', notice: 'refused', code: 'seq-gap', seq: 4 },
    { type: 'notice', notice: 'site', site: SITE },
    { type: 'notice', notice: 'archive', delayedSince: 5 },
    { type: 'notice', notice: 'roll-call' },
    { type: 'notice', notice: 'removed', people: ['p9'] },
  ],
};

describe('a frame from the hub', () => {
  test.each(Object.values(FRAMES).flat())('$type', (frame) => {
    expect(parseDown(JSON.stringify(frame))).toEqual(frame);
  });

  test.each(Object.values(FRAMES).flat())('$type of a newer hub, with more in it', (frame) => {
    const newer = { ...frame, more: { later: true } };
    expect(parseDown(JSON.stringify(newer))).toEqual(newer);
  });

  const required = Object.values(FRAMES).flatMap(([frame]) =>
    Object.keys(frame!)
      .filter((key) => key !== 'by' && key !== 'at' && key !== 'code' && key !== 'seq')
      .map((key) => ({ type: frame!.type, key, frame: frame! })),
  );
  test.each(required)(
    '$type is none without its $key, nor with another kind of value there',
    ({ key, frame }) => {
      const { [key as 'type']: value, ...rest } = frame as DownMessage & Record<string, unknown>;
      expect(parseDown(JSON.stringify(rest))).toBeNull();
      const wrong = Array.isArray(value)
        ? {}
        : typeof value === 'object'
          ? []
          : typeof value === 'string'
            ? 1
            : 'x';
      expect(parseDown(JSON.stringify({ ...rest, [key]: wrong }))).toBeNull();
      expect(parseDown(JSON.stringify({ ...rest, [key]: null }))).toBeNull();
    },
  );

  test.each([
    ['nothing', ''],
    ['a page', '<!doctype html><p>Sign in to the network</p>'],
    ['the keep-alive', 'pong'],
    ['null', 'null'],
    ['a list', '[{"type":"people","people":[]}]'],
    ['a number', '7'],
    ['a text', '"welcome"'],
    ['cut short', '{"type":"people","people":['],
    ['no type', '{"people":[]}'],
    ['a type that is no text', '{"type":["people"],"people":[]}'],
    ['another type', '{"type":"people!","people":[]}'],
    ['a word that objects know', '{"type":"constructor"}'],
    ['another such word', '{"type":"__proto__"}'],
    ['a message of the other direction', '{"type":"push","edits":[]}'],
    ['a list for an object', '{"type":"snapshot","part":1,"snapshot":[]}'],
    ['10,000 deep', '['.repeat(10_000)],
    ['a list', '[]'],
    ['brief changes without a time', '[12,"p7",null]'],
    ['brief changes of a car without an id', '[12,"p7",5,[null,{}]]'],
    ['brief changes of a car without a row', '[12,"p7",5,["128489"]]'],
  ])('is none: %s', (_, frame) => {
    expect(parseDown(frame)).toBeNull();
  });
});

test('brief changes are changes of one version', () => {
  expect(parseDown('[4811,"p7",1763650000200,["128489",{"arrived":true}]]')).toEqual({
    type: 'changes',
    from: 4810,
    to: 4811,
    by: 'p7',
    at: 1763650000200,
    cars: [{ id: '128489', arrived: true }],
  });
});

describe('the answer to an exchange', () => {
  const answer: SyncResponse = { ...CATCH_UP, outcomes: [], you: YOU, site: SITE };

  test('is taken', () => {
    expect(parseSyncResponse(answer)).toEqual(answer);
    expect(parseSyncResponse({ ...answer, changes: [], names: { p1: 'Nora' } })).not.toBeNull();
  });

  test.each(Object.keys(answer))('is none without its %s', (key) => {
    const { [key as 'epoch']: _, ...rest } = answer;
    expect(parseSyncResponse(rest)).toBeNull();
  });

  test.each([
    [null],
    [[]],
    ['x'],
    [7],
    [undefined],
    [{ type: 'about:blank', code: 'unavailable', status: 503 }],
  ])('is not %j', (value) => {
    expect(parseSyncResponse(value)).toBeNull();
  });
});
