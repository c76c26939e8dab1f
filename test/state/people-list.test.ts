import { expect, test } from 'vitest';
import type { Reply } from '../../app/state/api.ts';
import { invitationLink } from '../../app/state/invitation-link.ts';
import { peopleApi } from '../../app/state/people-api.ts';
import { PeopleList } from '../../app/state/people-list.ts';
import type { People } from '../../worker/protocol/api.ts';

const WES = { id: 'p2', name: 'Wes', email: null, role: 'worker', since: 1 } as const;
const EMPTY: People = { people: [WES], invitations: [] };
const TOKEN = 'Q2hhcmxpZSBpbnZpdGVkIHRoZSB3aG9sZSBzaGlmdCE';

/** A list over an API that answers `answers` in order, and then with the people; what was asked of it. */
function listOver(...answers: Reply<unknown>[]) {
  const asked: { method: string; path: string; body?: unknown }[] = [];
  const ask = async <T>(
    path: string,
    { method = 'GET', body }: RequestInit,
    isAnswer: (value: unknown) => value is T,
  ): Promise<Reply<T>> => {
    asked.push({ method, path, ...(body !== undefined && { body: JSON.parse(String(body)) }) });
    if (method === 'GET') return { ok: true, value: EMPTY as T };
    const reply = answers.shift() ?? { ok: true, value: null };
    if (!reply.ok) return reply;
    if (!isAnswer(reply.value)) throw new Error(`not an answer: ${JSON.stringify(reply.value)}`);
    return { ok: true, value: reply.value };
  };
  return { asked, list: new PeopleList(peopleApi({ ask }), 'north yard') };
}

test('a role is set for one person, and the people are asked for anew', async () => {
  const { asked, list } = listOver();
  expect(await list.setRole('p2', 'lead')).toBe(true);
  expect(asked).toEqual([
    { method: 'PATCH', path: '/api/sites/north%20yard/people/p2', body: { role: 'lead' } },
    { method: 'GET', path: '/api/sites/north%20yard/people' },
  ]);
  expect(list.people.value).toEqual(EMPTY);
  expect(list.failure.value).toBeNull();
});

test('what could not be done is said where it was asked, and what stands now is shown', async () => {
  const { list } = listOver({ ok: false, code: 'last-admin' });
  expect(await list.remove('p2')).toBe(false);
  expect(list.failure.value).toEqual({ of: 'p2', problem: 'last-admin' });
  expect(list.people.value).toEqual(EMPTY);
  // The next thing asked for begins without it.
  expect(await list.remove('p2')).toBe(true);
  expect(list.failure.value).toBeNull();
});

test('one thing is done at a time: what is pressed twice happens once', async () => {
  const { asked, list } = listOver();
  const [first, second] = await Promise.all([list.remove('p2'), list.remove('p2')]);
  expect([first, second]).toEqual([true, false]);
  expect(asked.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  expect(list.busy.value).toBe(false);
});

test('an invitation is shown once: until it has been put away, or is withdrawn', async () => {
  const answer: Reply<unknown> = { ok: true, value: { id: 'i1', token: TOKEN, expiresAt: 9 } };
  const { asked, list } = listOver(answer, answer);
  await list.invite('worker', '  Nia ');
  expect(asked[0]).toMatchObject({ method: 'POST', body: { role: 'worker', name: 'Nia' } });
  expect(list.made.value).toEqual({ id: 'i1', role: 'worker', name: 'Nia', token: TOKEN, expiresAt: 9 });
  list.put();
  expect(list.made.value).toBeNull();
  await list.invite('viewer', ' ');
  expect(asked[2]).toMatchObject({ body: { role: 'viewer' } });
  await list.withdraw('i1');
  expect(list.made.value).toBeNull();
});

test('an invitation that is gone already counts as withdrawn', async () => {
  const { list } = listOver({ ok: false, code: 'not-found' });
  expect(await list.withdraw('i1')).toBe(true);
  expect(list.failure.value).toBeNull();
});

test('a link has its token in the fragment, whatever page it was made on', () => {
  const link = new URL(invitationLink(new URL('https://yard.example/s/north/people?x=1#y'), TOKEN));
  expect(link.href).toBe(`https://yard.example/join#invite=${TOKEN}`);
  expect(link.pathname + link.search).not.toContain(TOKEN);
});
