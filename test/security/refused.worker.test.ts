import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deviceFamilies } from './device-rows.ts';
import { httpFamilies } from './http-rows.ts';
import { pinFamilies } from './pin-rows.ts';
import { type Family, keyOf, type Refused } from './row.ts';
import { send } from './send.ts';
import { sessionFamilies } from './session-rows.ts';
import { socketFamilies } from './socket-rows.ts';
import { wallFamilies } from './wall-rows.ts';
import { startYard, type Yard } from './yard.ts';

/** So many different inputs at least are refused; families that lose rows are to be noticed. */
const ROWS_MIN = 2_000;
const AT_ONCE = 8;

let yard: Yard;

beforeAll(async () => {
  yard = await startYard();
}, 60_000);
afterAll(() => yard.hub.stop());

const SOURCES: [where: string, families: (yard: Yard) => Family[]][] = [
  ['over HTTP', httpFamilies],
  ['on a socket', socketFamilies],
  ['of walls and shifts', wallFamilies],
  ['of who is not who they say', sessionFamilies],
  ['of devices, and of who would be one', deviceFamilies],
  ['of PINs', pinFamilies],
];

describe.each(SOURCES)('refused input %s', (_, families) => {
  test('is refused with the right code, changes nothing, and tells nothing', async () => {
    for (const { name, rows } of families(yard)) {
      const before = await yard.all();
      const logged = yard.hub.logs.length;
      const wrong: string[] = [];
      await inTurns(rows, async (row) => {
        const heard = await send(yard.hub.origin, yard.site.id, row.input);
        const which = `${name}: ${row.what}, ${row.how}`;
        if (heard.with !== row.with)
          wrong.push(`${which}: ${heard.with}, not ${row.with} ${heard.text.slice(0, 300)}`);
        const leak = yard.leak(heard.text, keyOf(row));
        if (leak !== null) wrong.push(`${which}: ${leak.slice(0, 300)}`);
      });
      for (const { level, message } of yard.hub.logs.slice(logged)) {
        const leak = yard.leak(message);
        if (leak !== null) wrong.push(`${name}: logged: ${leak.slice(0, 300)}`);
        // What somebody sends is nobody's mistake here: it is noted, and is no alarm.
        if (level === 'error' || level === 'warn')
          wrong.push(`${name}: logged as ${level}: ${message.slice(0, 300)}`);
      }
      expect(wrong).toEqual([]);
      expect(differenceOf(before, await yard.all()), name).toBeNull();
    }
  }, 180_000);
});

test('no input is in the table twice, and there are many', () => {
  const rows = SOURCES.flatMap(([, families]) => families(yard).flatMap((family) => family.rows));
  const keys = Map.groupBy(rows, keyOf);
  const twice = [...keys.values()]
    .filter((same) => same.length > 1)
    .map(([row]) => `${row?.what}, ${row?.how}`);
  expect(twice).toEqual([]);
  expect(keys.size).toBeGreaterThanOrEqual(ROWS_MIN);
});

/** Where two texts part, or null where they are the same. */
function differenceOf(before: string, after: string): string | null {
  if (before === after) return null;
  let at = 0;
  while (before[at] === after[at]) at++;
  return `${before.slice(Math.max(0, at - 200), at + 60)} became ${after.slice(at, at + 60)}`;
}

/** A few at a time, as many people would. */
async function inTurns(rows: readonly Refused[], act: (row: Refused) => Promise<void>): Promise<void> {
  const left = rows.values();
  const work = async (): Promise<void> => {
    for (const row of left) await act(row);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
