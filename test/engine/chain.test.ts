import { describe, expect, test } from 'vitest';
import { sha256 } from '../../worker/hash.ts';
import { entryText, genesisText } from '../../worker/protocol/chain.ts';
import type { LogEntry } from '../../worker/protocol/history.ts';
import { makeHub } from '../support/engine-hub.ts';

/** An entry with a value in each field: a new one that is not here does not compile. */
const FULL: Required<LogEntry> = {
  version: 7,
  at: 1_790_000_000_000,
  by: 'p1',
  device: 'phone-1',
  seq: 3,
  id: 'edit-1',
  type: 'set',
  undoes: 5,
  settled: { item: 'edit-0', author: 'p2', cars: ['1'], choice: 'mine' },
  renamed: [{ from: '100', to: 'Dock' }],
  prev: 'a'.repeat(43),
  cars: [
    {
      id: '1',
      before: { location: 'Yard', arrived: false, arrivedAt: null },
      after: { location: '300', arrived: true, arrivedAt: 5 },
    },
  ],
};

/** Every value in a structure, by the path to it. */
function leaves(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, part]) => leaves(part, [...path, key]));
}

function altered(path: readonly string[], change: (holder: Record<string, unknown>, key: string) => void) {
  const copy = structuredClone(FULL);
  let holder = copy as unknown as Record<string, unknown>;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
  change(holder, path.at(-1)!);
  return copy;
}

describe('A1 the text of an entry', () => {
  test.each(leaves(FULL).map((path) => [path.join('.'), path] as const))(
    'is another with another %s',
    (_, path) => {
      const other = altered(path, (holder, key) => {
        const value = holder[key];
        holder[key] =
          typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${value}x`;
      });
      expect(entryText(other)).not.toBe(entryText(FULL));
    },
  );

  test.each(['undoes', 'settled', 'prev'] as const)('is another without %s', (key) => {
    const { [key]: _, ...other } = FULL;
    expect(entryText(other)).not.toBe(entryText(FULL));
  });

  test('tells a value that is null from one that is not there, and cars by their order', () => {
    const [diff] = FULL.cars;
    const { arrivedAt: _, ...before } = diff!.before!;
    expect(entryText({ ...FULL, cars: [{ ...diff!, before }] })).not.toBe(entryText(FULL));
    expect(entryText({ ...FULL, cars: [{ ...diff!, before: null }] })).not.toBe(
      entryText({ ...FULL, cars: [{ ...diff!, before: {} }] }),
    );
    const two = [diff!, { ...diff!, id: '2' }];
    expect(entryText({ ...FULL, cars: two })).not.toBe(entryText({ ...FULL, cars: two.toReversed() }));
  });

  test('does not depend on the order in which its fields were written down', () => {
    const turned = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(turned)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .toReversed()
                .map(([key, part]) => [key, turned(part)]),
            )
          : value;
    const other = turned(FULL) as LogEntry;
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(FULL));
    expect(entryText(other)).toBe(entryText(FULL));
  });
});

describe('A1 the chain', () => {
  test('begins with the site, and each entry carries the hash of the one before', () => {
    const hub = makeHub();
    const device = hub.device('wes');
    device.push(
      { type: 'add', car: '1' },
      { type: 'set', car: '1', fields: { arrived: true } },
      { type: 'set', car: '1', fields: { arrived: true } },
      { type: 'note', car: '1', text: 'x' },
    );
    hub.request('lea', { type: 'undo', version: 2 });
    let expected = sha256(genesisText('hub-1'));
    const entries = hub.twin.entriesSince(0);
    expect(entries).toHaveLength(4);
    for (const entry of entries) {
      expect(entry.prev).toBe(expected);
      expected = sha256(entryText(entry));
    }
    expect(hub.state.head).toBe(expected);
  });

  test('goes on after a crash from the log, and where the log is empty from what was stored at birth', () => {
    const hub = makeHub();
    const { head } = hub.state;
    hub.restart({ sockets: 'cut' });
    expect(hub.state.head).toBe(head);
    hub.request('lea', { type: 'add', car: '1' });
    const after = hub.state.head;
    expect(after).not.toBe(head);
    hub.restart({ sockets: 'cut' });
    expect(hub.state.head).toBe(after);
  });

  test('V2 goes on across epochs: the first entry of the new one carries the hash of the newest in the archive', () => {
    const hub = makeHub();
    hub.request('lea', { type: 'add', car: '1' });
    const newest = hub.twin.entry(1)!;
    hub.reborn('epoch-2', { version: 1, cars: [hub.car('1')!], names: {}, newest });
    hub.admit('lea', 'lead');
    hub.request('lea', { type: 'add', car: '2' });
    expect(hub.twin.entry(2)?.prev).toBe(sha256(entryText(newest)));
  });

  test('H1 costs no row: an applied edit writes three', () => {
    const hub = makeHub();
    const device = hub.device('wes');
    device.do({ type: 'add', car: '1' });
    const before = hub.twin.rowsWritten;
    device.do({ type: 'set', car: '1', fields: { arrived: true } });
    expect(hub.twin.rowsWritten - before).toBe(3);
  });
});
