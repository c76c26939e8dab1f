import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { d1Archive } from '../../worker/archive/archive.ts';
import type { History } from '../../worker/protocol/api.ts';
import { checkpoint, entry } from '../archive/checkpoints.ts';
import { takeD1Down } from '../support/d1-outage.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { makeSite, type TestSite } from '../support/site.ts';
import { problemIn } from './http.ts';

let hub: Hub;
/** Versions 1 to 6 are in the archive alone, as when the hub has pruned them; 7 to 9 in the hub. */
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
  const entries = [1, 2, 3, 4, 5, 6].map((version) => entry(version, ['100'], { by: site.worker.id }));
  await d1Archive(hub.db).save(checkpoint(6, { site: site.id, entries, names: {} }));
  for (const id of ['700', '800', '900']) await site.lead.request('POST', 'cars', { id });
});
afterAll(() => hub.stop());

const page = async (query = '', path = 'history'): Promise<History> =>
  (await site.viewer.get(`${path}${query}`)).json();
const versions = ({ entries }: History): number[] => entries.map(({ version }) => version);

test('history is one list, newest first, of what the hub holds and what the archive has', async () => {
  const all = await page();
  expect(versions(all)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(all).toMatchObject({ next: null, delayed: false });
  expect(all.entries[0]).toMatchObject({ by: site.lead.id, name: 'Lee', type: 'add', cars: [{ id: '900' }] });
  expect(all.entries.at(-1)).toMatchObject({ by: site.worker.id, name: 'Wes' });
  expect(await page('', 'audit')).toEqual(all);
});

test.each([1, 2, 3, 4, 9, 10])('pages of %i leave nothing out and repeat nothing', async (limit) => {
  const seen: number[] = [];
  let next: number | null = null;
  do {
    const some: History = await page(`?limit=${limit}${next === null ? '' : `&before=${next}`}`);
    expect(some.entries.length).toBeLessThanOrEqual(limit);
    seen.push(...versions(some));
    next = some.next;
  } while (next !== null);
  expect(seen).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
});

test.each([
  ['of a car', () => '?car=800', [8]],
  ['of a car in the archive', () => '?car=100', [6, 5, 4, 3, 2, 1]],
  ['of a person', () => `?person=${site.lead.id}`, [9, 8, 7]],
  ['up to a moment', () => '?to=2000', [2, 1]],
  ['between two moments', () => '?from=2000&to=4000', [4, 3, 2]],
  ['of nobody', () => '?person=p0000000', []],
])('history %s', async (_, query, expected) => {
  expect(versions(await page(query()))).toEqual(expected);
});

describe('a question that is not right is refused, not answered differently', () => {
  test.each([
    ['limit', '?limit=0'],
    ['limit', '?limit=501'],
    ['limit', '?limit=ten'],
    ['before', '?before=0'],
    ['before', '?before=-1'],
    ['from', '?from=yesterday'],
    ['to', '?to=1e9'],
    ['car', '?car=%25'],
    ['person', "?person='%20OR%201=1"],
    ['who', '?who=p1'],
    ['car', '?car=1&car=2'],
  ])('%s of %s', async (field, query) => {
    const response = await site.viewer.get(`history${query}`);
    expect(await problemIn(response)).toMatchObject({ status: 422, code: 'invalid', field });
  });
});

test('while D1 is down history is what the hub holds, and says so', async () => {
  const heal = takeD1Down(hub.stateDir);
  try {
    const some = await page();
    expect(versions(some)).toEqual([9, 8, 7]);
    expect(some).toMatchObject({ delayed: true, next: 7 });
    expect(await page('?limit=2')).toMatchObject({ delayed: false, next: 8 });
  } finally {
    heal();
  }
  expect(versions(await page('?before=7'))).toEqual([6, 5, 4, 3, 2, 1]);
});

describe('a poller', () => {
  test('is told what changed since the version it has', async () => {
    const { epoch } = (await (await site.viewer.get('cars')).json()) as { epoch: string };
    const caughtUp = await (await site.viewer.get(`changes?since=8&epoch=${epoch}`)).json();
    expect(caughtUp).toMatchObject({ epoch, version: 9, changes: [{ id: '900', version: 9 }] });
    expect(await (await site.viewer.get('changes')).json()).toMatchObject({
      snapshot: { ids: expect.any(Array) },
    });
    expect(await (await site.viewer.get('changes?since=8&epoch=other')).json()).toHaveProperty('snapshot');
  });

  test.each([
    ['since', '?since=x'],
    ['since', '?since=-1'],
    ['epoch', '?epoch=%20'],
    ['until', '?until=9'],
  ])('is refused for its %s: %s', async (field, query) => {
    expect(await problemIn(await site.viewer.get(`changes${query}`))).toMatchObject({ status: 422, field });
  });
});

describe('an exchange over HTTP', () => {
  const request = { device: 'device-1234', epoch: null, version: 0, edits: [] as unknown[] };
  const edit = { type: 'set', car: '700', fields: { late: true }, id: 'edit-0001', seq: 1, base: 9, at: 0 };

  test('answers the edits and brings the device to now', async () => {
    const response = await site.worker.request('POST', 'sync', { ...request, edits: [edit] });
    expect(await response.json()).toMatchObject({
      version: 10,
      seq: 1,
      outcomes: [{ seq: 1, outcome: 'applied', version: 10 }],
      you: { person: site.worker.id, role: 'worker' },
      site: { id: site.id },
    });
  });

  test.each<[string, object, string]>([
    ['no device', { device: undefined }, 'device'],
    ['a device that is too short', { device: 'x' }, 'device'],
    ['a version below zero', { version: -1 }, 'version'],
    ['a version past what numbers hold', { version: 2 ** 53 }, 'version'],
    ['an edit of no known type', { edits: [{ ...edit, type: 'wipe' }] }, 'edits.0.type'],
    ['an edit with seq zero', { edits: [{ ...edit, seq: 0 }] }, 'edits.0.seq'],
    ['an edit with half a seq', { edits: [{ ...edit, seq: 1.5 }] }, 'edits.0.seq'],
    ['an edit that names a site', { edits: [{ ...edit, site: 'x' }] }, 'edits.0.site'],
    ['a site', { site: 'x' }, 'site'],
  ])('with %s is refused whole', async (_, more, field) => {
    const response = await site.worker.request('POST', 'sync', { ...request, ...more });
    expect(await problemIn(response)).toMatchObject({ status: 422, code: 'invalid', field });
  });

  test('that leaves a gap is refused and told the seq expected', async () => {
    const body = { ...request, device: 'device-gap-1', edits: [{ ...edit, seq: 5 }] };
    const problem = await problemIn(await site.worker.request('POST', 'sync', body));
    expect(problem).toMatchObject({ status: 409, code: 'seq-gap', detail: expect.stringContaining('1') });
  });

  test('over its cap is 413', async () => {
    const body = {
      ...request,
      edits: Array.from({ length: 1_000 }, () => ({ ...edit, pad: 'x'.repeat(1_100) })),
    };
    expect((await problemIn(await site.worker.request('POST', 'sync', body))).status).toBe(413);
  });
});
