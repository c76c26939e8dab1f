import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordEvent } from '../../worker/directory/events.ts';
import { EXPORT_NOTE_MS, SECURITY_EVENTS_MAX } from '../../worker/protocol/limits.ts';
import type { SecurityEvent } from '../../worker/protocol/security.ts';
import type { Call } from '../../worker/routes/call.ts';
import { noteExport } from '../../worker/routes/note-export.ts';
import { type SqliteD1, sqliteD1 } from '../archive/sqlite-d1.ts';

const NOW = 1_800_000_000_000;
let d1: SqliteD1;

beforeEach(() => {
  d1 = sqliteD1();
});
afterEach(() => d1.raw.close());

const event = (change: Partial<SecurityEvent>): SecurityEvent => ({
  ...{ at: NOW, type: 'role-changed', site: 'north', actor: 'lea', subject: 'wes', details: {} },
  ...change,
});
const record = (change: Partial<SecurityEvent>) => d1.db.batch(recordEvent(d1.db, event(change)));
const count = (where: string): number =>
  Number(d1.raw.prepare(`SELECT count(*) AS n FROM security_events WHERE ${where}`).get()?.n);

/** So many of them are there, as if each had been recorded. */
function fill(change: Partial<SecurityEvent>, times: number): void {
  const { at, type, site, actor, subject } = event(change);
  const insert = d1.raw.prepare(
    'INSERT INTO security_events (at, type, site, actor, subject) VALUES (?, ?, ?, ?, ?)',
  );
  d1.raw.exec('BEGIN');
  for (let i = 0; i < times; i++) insert.run(at, type, site, actor, subject);
  d1.raw.exec('COMMIT');
}

describe('B1 what happened to rights is pushed out by', () => {
  const FLOODS: [string, Partial<SecurityEvent>][] = [
    ['exports of its site', { type: 'exported', subject: null }],
    ['invitations to its site', { type: 'invited', subject: 'i1' }],
    ['role changes on another site', { site: 'south' }],
    ['failed sign-ins of its person', { type: 'sign-in-failed', site: null, actor: null }],
  ];

  test.each(FLOODS)('no flood of %s, of which the newest are kept', async (_, flood) => {
    await record({});
    await record({ site: null, type: 'password-changed', actor: 'wes' });
    fill(flood, 2 * SECURITY_EVENTS_MAX);
    await record({ ...flood, at: NOW + 1 });
    expect(count("site = 'north' AND type = 'role-changed'")).toBe(1);
    expect(count("site IS NULL AND type = 'password-changed'")).toBe(1);
    expect(count('TRUE')).toBe(2 + SECURITY_EVENTS_MAX);
    expect(count(`at = ${NOW + 1}`)).toBe(1);
  });

  test('nothing that strangers do to others: a person’s failed sign-ins are their own', async () => {
    const failed = { type: 'sign-in-failed', site: null, actor: null } as const;
    await record({ ...failed, subject: 'ana' });
    fill(failed, SECURITY_EVENTS_MAX + 10);
    await record(failed);
    expect(count("subject = 'ana'")).toBe(1);
    expect(count("subject = 'wes'")).toBe(SECURITY_EVENTS_MAX);
  });
});

test('what is kept is found by an index, however many other events there are', () => {
  const asked: string[] = [];
  const noting = { prepare: (sql: string) => ({ bind: () => asked.push(sql) }) } as unknown as D1Database;
  for (const site of ['north', null]) recordEvent(noting, event({ site }));
  const plans = asked
    .filter((sql) => sql.startsWith('DELETE'))
    .map((sql) =>
      JSON.stringify(d1.raw.prepare(`EXPLAIN QUERY PLAN ${sql}`).all({ '?1': '', '?2': '', '?3': 1 })),
    );
  expect(plans).toHaveLength(2);
  for (const [i, index] of ['security_events_of_site', 'security_events_of_subject'].entries()) {
    expect(plans[i]?.match(/(SCAN|SEARCH) security_events[^(]*/g)).toEqual(
      Array.from({ length: 2 }, () =>
        expect.stringMatching(`^SEARCH security_events USING (COVERING )?INDEX ${index} `),
      ),
    );
  }
});

describe('B1 an export is noted once in a while', () => {
  const call = (work: Promise<unknown>[]): Call =>
    ({ env: { DB: d1.db }, defer: (one: Promise<unknown>) => void work.push(one) }) as unknown as Call;
  const roster = { at: NOW, site: 'north', actor: 'wes', subject: null, details: { cars: 43 } };

  async function note(...exports: (typeof roster | Omit<SecurityEvent, 'type'>)[]): Promise<number> {
    const work: Promise<unknown>[] = [];
    for (const one of exports) noteExport(call(work), one);
    await Promise.all(work);
    return count("type = 'exported'");
  }

  test('by each person, though they do it a hundred times', async () => {
    expect(await note(...Array.from({ length: 100 }, () => roster))).toBe(1);
    expect(await note({ ...roster, at: NOW + EXPORT_NOTE_MS - 1 })).toBe(1);
    expect(await note({ ...roster, at: NOW + EXPORT_NOTE_MS })).toBe(2);
  });

  test('and apart for others, other sites, and one’s own documents', async () => {
    const own = { at: NOW, site: null, actor: 'wes', subject: 'wes', details: { documents: 2 } };
    const others = [{ ...roster, actor: 'ana' }, { ...roster, site: 'south' }, own];
    expect(await note(roster, ...others)).toBe(4);
    expect(await note(roster, ...others)).toBe(4);
  });
});
