import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentChanges, DocumentsExport, DocumentsMerged } from '../../worker/protocol/documents.ts';
import {
  DOCUMENT_BYTES_MAX,
  DOCUMENT_CHANGES_MAX,
  DOCUMENT_CONFLICTS_MAX,
  DOCUMENT_DEPTH_MAX,
  DOCUMENT_KEY_CHARS_MAX,
  DOCUMENT_TOMBSTONES_MAX,
  DOCUMENTS_BODY_BYTES_MAX,
  DOCUMENTS_MAX,
} from '../../worker/protocol/limits.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { addPerson, makeSite, type TestPerson, type TestSite } from '../support/site.ts';
import { problemIn } from './http.ts';

let hub: Hub;
let site: TestSite;
let ana: TestPerson;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
});
afterAll(() => hub.stop());
beforeEach(async () => {
  ana = await addPerson(hub, site.id, { role: 'viewer', name: 'Ana' });
});

function send(who: TestPerson | null, method: string, path = '', body?: unknown): Promise<Response> {
  return fetch(`${hub.origin}/api/sync${path}`, {
    method,
    headers: {
      Origin: hub.origin,
      ...(who && { Cookie: who.cookie }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

async function ok<T>(response: Promise<Response>): Promise<T> {
  const answer = await response;
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
}

const put = (key: string, value: unknown, base?: number, who = ana): Promise<{ version: number }> =>
  ok(send(who, 'PUT', `/${key}`, { value, ...(base !== undefined && { base }) }));
const list = (since?: number, who = ana): Promise<DocumentChanges> =>
  ok(send(who, 'GET', since === undefined ? '' : `?since=${since}`));
const merge = (body: unknown, who = ana): Promise<DocumentsMerged> => ok(send(who, 'POST', '', body));

/** As it would stand in a clean listing. */
const plain = ({ documents }: DocumentChanges) =>
  Object.fromEntries(documents.map(({ key, value }) => [key, value]));

test('a document comes back as it was written, with the version and hub time of its last write', async () => {
  const before = Date.now();
  const value = {
    a: [1, -0.5, 1e21, null, true],
    ключ: '\u0000 "quoted" \u2028 🚚',
    nested: { ['__proto__']: {} },
  };
  expect(await put('settings.theme', value)).toEqual({ version: 1, updatedAt: expect.any(Number) });
  const { documents, ...rest } = await list();
  expect(rest).toEqual({ version: 1, complete: true, deleted: [], conflicts: [] });
  expect(JSON.stringify(documents[0]?.value)).toBe(JSON.stringify(value));
  expect(documents[0]?.updatedAt).toBeGreaterThanOrEqual(before);
  expect(documents[0]?.updatedAt).toBeLessThanOrEqual(Date.now());
});

test('since a version: what was written after it, deletions among it', async () => {
  await put('a', 1);
  await put('b', 1);
  await put('a', 2);
  expect(await ok(send(ana, 'DELETE', '/b'))).toMatchObject({ version: 4 });
  expect(plain(await list(2))).toEqual({ a: 2 });
  expect((await list(2)).deleted).toEqual([{ key: 'b', version: 4, updatedAt: expect.any(Number) }]);
  expect(await list(4)).toMatchObject({ version: 4, complete: false, documents: [], deleted: [] });
});

test('who asks from ahead of what there is is told all, and that it is all', async () => {
  await put('a', 1);
  expect(await list(7)).toMatchObject({ version: 1, complete: true, documents: [{ key: 'a' }] });
});

test('writing the same again, or deleting what is not there, changes nothing', async () => {
  const first = await put('a', { x: 1 });
  expect(await put('a', { x: 1 }, 0)).toEqual(first);
  expect(await ok(send(ana, 'DELETE', '/nothing'))).toEqual({ version: 0, updatedAt: null });
  expect((await list()).version).toBe(1);
});

test('the newer write wins over what it did not know; what it overwrote is listed until it is back', async () => {
  await put('a', 'first');
  await put('a', 'phone', 1);
  const overwritten = { key: 'a', value: 'phone', version: 2, updatedAt: expect.any(Number), by: 3 };
  expect(await put('a', 'tablet', 1)).toMatchObject({ version: 3, overwritten });
  expect(plain(await list())).toEqual({ a: 'tablet' });
  expect((await list(2)).conflicts).toEqual([overwritten]);
  expect((await list(3)).conflicts).toEqual([]);
  await put('a', 'phone', 3);
  expect((await list()).conflicts).toEqual([]);
});

test('a deletion that did not know the last write is a conflict with it, and the other way round', async () => {
  await put('a', 'old');
  await put('a', 'new', 1);
  expect(await ok(send(ana, 'DELETE', '/a?base=1'))).toMatchObject({ overwritten: { value: 'new' } });
  expect(await put('a', 'newer', 2)).toMatchObject({ overwritten: { deleted: true } });
});

test('many changes at once: each is answered in its place, with what else has changed', async () => {
  await put('a', 1);
  await put('b', 1);
  const changes = [
    { key: 'a', value: 1 },
    { key: 'b', value: 2, base: 0 },
    { key: 'c', value: null },
    { key: 'd', deleted: true },
  ];
  const merged = await merge({ since: 1, changes });
  expect(merged.results).toMatchObject([
    { key: 'a', result: 'unchanged', version: 1 },
    { key: 'b', result: 'conflict', version: 3, overwritten: { value: 1, version: 2 } },
    { key: 'c', result: 'applied', version: 4 },
    { key: 'd', result: 'unchanged', version: 0 },
  ]);
  expect(merged.version).toBe(4);
  expect(plain(merged)).toEqual({ b: 2, c: null });
});

test('writes that race lose nothing: each has a version of its own', async () => {
  const writes = Array.from({ length: 12 }, (_, i) =>
    i % 2 === 0
      ? put(`key-${i}`, i)
      : merge({
          changes: [
            { key: `key-${i}`, value: i },
            { key: 'same', value: i },
          ],
        }),
  );
  await Promise.all(writes);
  const { version, documents } = await list();
  expect(version).toBe(18);
  expect(documents).toHaveLength(13);
  expect(new Set(documents.map((document) => document.version)).size).toBe(13);
});

test('I1 nothing of one person is visible to another, on whatever site and in whatever role', async () => {
  await put('a', 'hers');
  await put('a', 'hers, too', 0);
  const elsewhere = await makeSite(hub);
  for (const other of [site.admin, site.viewer, elsewhere.admin]) {
    expect(await list(0, other)).toMatchObject({ version: 0, documents: [], deleted: [], conflicts: [] });
    expect(await ok(send(other, 'DELETE', '/a'))).toEqual({ version: 0, updatedAt: null });
    expect(await put('a', 'another', 2, other)).toEqual({ version: 1, updatedAt: expect.any(Number) });
    const file = await (await send(other, 'GET', '/export')).text();
    expect(file).not.toContain('hers');
    expect(file).not.toContain(ana.id);
    const refused = await send(other, 'POST', '', { person: ana.id, changes: [{ key: 'a', deleted: true }] });
    expect(await problemIn(refused)).toMatchObject({ status: 403, code: 'forbidden', field: 'person' });
  }
  expect(await list()).toMatchObject({ version: 2, documents: [{ key: 'a', value: 'hers, too' }] });
});

test('what was overwritten is forgotten as its person wishes, if it is what they have seen, and by nobody else', async () => {
  await put('a', 'first');
  await put('a', 'second', 0);
  const [conflict] = (await list()).conflicts;
  expect(conflict).toMatchObject({ key: 'a', version: 1, value: 'first' });
  const other = await addPerson(hub, site.id, { role: 'admin', name: 'Olga' });
  const forget = (version: number, who: TestPerson | null = ana) =>
    send(who, 'DELETE', `/a/overwritten?version=${version}`);
  for (const answer of [await forget(1, other), await forget(2)]) expect(answer.status).toBe(204);
  expect((await list()).conflicts).toEqual([conflict]);
  expect((await send(ana, 'DELETE', '/a/overwritten')).status).toBe(422);
  expect((await send(ana, 'DELETE', '/A/overwritten?version=1')).status).toBe(422);
  expect([(await forget(1)).status, (await forget(1)).status]).toEqual([204, 204]);
  expect(await list()).toMatchObject({ version: 2, documents: [{ value: 'second' }], conflicts: [] });
});

test('the export is a file with all that is kept of the person', async () => {
  await put('a', { deep: ['x'] });
  await put('b', 1);
  await put('b', 2, 0);
  const response = await send(ana, 'GET', '/export');
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="yardboard-documents.json"');
  const file: DocumentsExport = await response.json();
  expect(file.person).toEqual({ id: ana.id, name: 'Ana', email: ana.email });
  expect(file.documents.map(({ key, value }) => [key, value])).toEqual([
    ['a', { deep: ['x'] }],
    ['b', 2],
  ]);
  expect(file.conflicts).toMatchObject([{ key: 'b', value: 1 }]);
  // Administrators of the person's sites can see that they took it, and not what is in it.
  const event =
    "SELECT site, details FROM security_events WHERE type = 'exported' AND subject = ? AND actor = ?";
  await expect
    .poll(() => hub.db.prepare(event).bind(ana.id, ana.id).first(), { timeout: 5_000 })
    .toEqual({ site: null, details: '{"documents":2}' });
});

describe('I3 who is not signed in any more', () => {
  const requests: [string, string, unknown?][] = [
    ['GET', ''],
    ['POST', '', { changes: [{ key: 'a', value: 2 }] }],
    ['GET', '/export'],
    ['PUT', '/a', { value: 2 }],
    ['DELETE', '/a'],
    ['DELETE', '/a/overwritten?version=1'],
  ];

  test.each(requests)(
    '%s /api/sync%s is 401 to nobody and to an ended session, whatever its cookie says',
    async (...request) => {
      await put('a', 1);
      expect((await send(null, ...request)).status).toBe(401);
      await hub.db.prepare('UPDATE sessions SET revoked_at = 1 WHERE person = ?').bind(ana.id).run();
      expect(await problemIn(await send(ana, ...request))).toMatchObject({
        status: 401,
        code: 'unauthenticated',
      });
      expect(
        await hub.db.prepare('SELECT value FROM documents WHERE person = ?').bind(ana.id).first('value'),
      ).toBe('1');
    },
  );
});

describe('what is refused changes nothing', () => {
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const change = (more: object) => ({ changes: [{ key: 'a', ...more }] });
  test.each<[string, string, string, unknown, object]>([
    ['a key in capitals', 'PUT', '/Theme', { value: 1 }, { status: 422, field: 'key' }],
    ['a key with a slash', 'PUT', '/a%2Fb', { value: 1 }, { status: 422, field: 'key' }],
    [
      'a long key',
      'DELETE',
      `/${'k'.repeat(DOCUMENT_KEY_CHARS_MAX + 1)}`,
      undefined,
      { status: 422, field: 'key' },
    ],
    ['no value', 'PUT', '/a', {}, { status: 422, field: 'value' }],
    ['an unknown field', 'PUT', '/a', { value: 1, person: 'p1' }, { status: 422, field: 'person' }],
    ['a base below 0', 'PUT', '/a', { value: 1, base: -1 }, { status: 422, field: 'base' }],
    ['a base that is none', 'DELETE', '/a?base=x', undefined, { status: 422, field: 'base' }],
    ['a since that is none', 'GET', '?since=-1', undefined, { status: 422, field: 'since' }],
    ['an unknown parameter', 'GET', '?person=p1', undefined, { status: 422, field: 'person' }],
    ['no changes', 'POST', '', {}, { status: 422, field: 'changes' }],
    ['a change without value', 'POST', '', change({}), { status: 422, field: 'changes.0.value' }],
    [
      'a change that is both',
      'POST',
      '',
      change({ value: 1, deleted: true }),
      { status: 422, field: 'changes.0.value' },
    ],
    [
      'a change that is deleted: false',
      'POST',
      '',
      change({ deleted: false }),
      { status: 422, field: 'changes.0.deleted' },
    ],
    ['a change to no object', 'POST', '', { changes: [null] }, { status: 422, field: 'changes.0' }],
    [
      'a key twice',
      'POST',
      '',
      {
        changes: [
          { key: 'a', value: 1 },
          { key: 'a', value: 2 },
        ],
      },
      { status: 422, field: 'changes' },
    ],
    [
      'a number that JSON cannot write again',
      'PUT',
      '/a',
      '{"value":[1e999]}',
      { status: 422, field: 'value' },
    ],
    [
      'what is nested too deep',
      'PUT',
      '/a',
      `{"value":${deep(DOCUMENT_DEPTH_MAX + 1)}}`,
      { status: 422, field: 'value' },
    ],
    ['what is nested as deep as a body can be', 'PUT', '/a', `{"value":${deep(200_000)}}`, { status: 422 }],
    ['no JSON', 'PUT', '/a', '{"value":', { status: 400, code: 'bad-json' }],
  ])('%s', async (_, method, path, body, refusal) => {
    await put('a', 'kept');
    expect(await problemIn(await send(ana, method, path, body))).toMatchObject(refusal);
    expect(await list()).toMatchObject({ version: 1, documents: [{ key: 'a', value: 'kept' }], deleted: [] });
  });

  test('B1 a document is so large at most, counted in bytes as JSON', async () => {
    const full = '🚚'.repeat((DOCUMENT_BYTES_MAX - 4) / 4);
    await put('a', `${full}xx`);
    const over = `${full}xxx`;
    expect(await problemIn(await send(ana, 'PUT', '/b', { value: over }))).toMatchObject({
      status: 413,
      field: 'value',
    });
    const changes = [
      { key: 'c', value: 1 },
      { key: 'b', value: over },
    ];
    const refused = await problemIn(await send(ana, 'POST', '', { changes }));
    expect(refused).toMatchObject({ status: 413, field: 'changes.1.value' });
    expect((await list()).version).toBe(1);
  });

  test('B1 a request is so large at most, and has so many changes', async () => {
    const large = 'x'.repeat(DOCUMENTS_BODY_BYTES_MAX);
    expect(
      await problemIn(await send(ana, 'POST', '', { changes: [{ key: 'a', value: large }] })),
    ).toMatchObject({ status: 413 });
    const sixteen = Array.from({ length: 15 }, (_, i) => ({
      key: `k${i}`,
      value: 'x'.repeat(DOCUMENT_BYTES_MAX - 2),
    }));
    expect(await problemIn(await send(ana, 'POST', '', { changes: sixteen }))).toMatchObject({
      status: 413,
      field: 'changes',
    });
    const many = Array.from({ length: DOCUMENT_CHANGES_MAX + 1 }, (_, i) => ({ key: `k${i}`, value: 1 }));
    expect(await problemIn(await send(ana, 'POST', '', { changes: many }))).toMatchObject({
      status: 422,
      field: 'changes',
    });
    expect((await list()).version).toBe(0);
  });
});

describe('B1 what is kept of a person is bounded', () => {
  const keys = (count: number, name = 'k') => Array.from({ length: count }, (_, i) => `${name}${i}`);

  test('one document more than a person may have is refused, the rest is not', async () => {
    await merge({ changes: keys(DOCUMENTS_MAX).map((key) => ({ key, value: 1 })) });
    expect(await problemIn(await send(ana, 'PUT', '/more', { value: 1 }))).toMatchObject({
      status: 413,
      code: 'too-large',
    });
    const { results } = await merge({
      changes: [
        { key: 'more', value: 1 },
        { key: 'k0', value: 2 },
      ],
    });
    expect(results).toMatchObject([{ result: 'rejected', code: 'too-large' }, { result: 'applied' }]);
    await ok(send(ana, 'DELETE', '/k0'));
    await put('more', 1);
    expect((await list()).documents).toHaveLength(DOCUMENTS_MAX);
  });

  test('the oldest deletions are forgotten, and who knows less than that is told all there is', async () => {
    await put('stays', 1);
    for (const name of ['a', 'b']) {
      const batch = keys(DOCUMENT_TOMBSTONES_MAX / 2 + 5, name);
      await merge({ changes: batch.map((key) => ({ key, value: 1 })) });
      await merge({ changes: batch.map((key) => ({ key, deleted: true })) });
    }
    const all = await list(1);
    expect(all).toMatchObject({ complete: true, documents: [{ key: 'stays' }] });
    expect(all.deleted).toHaveLength(DOCUMENT_TOMBSTONES_MAX);
    const oldest = Math.min(...all.deleted.map(({ version }) => version));
    expect(await list(oldest - 1)).toMatchObject({ complete: false, documents: [] });
    expect(await list(oldest - 2)).toMatchObject({ complete: true });
  });

  test('of what was overwritten the last is kept, of so many documents', async () => {
    const all = keys(DOCUMENT_CONFLICTS_MAX + 3);
    for (const value of [1, 2, 3]) await merge({ changes: all.map((key) => ({ key, value, base: 0 })) });
    const { conflicts } = await list();
    expect(conflicts.map(({ key }) => key)).toEqual(all.slice(3));
    expect(conflicts.every((one) => 'value' in one && one.value === 2)).toBe(true);
  });
});
