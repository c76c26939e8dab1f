import { expect, test } from 'vitest';
import '../../app/messages/add-account.ts';
import { securityDetail, securityWords } from '../../app/state/security-words.ts';
import { SECURITY_EVENTS } from '../../worker/protocol/security.ts';
import { securityEntry } from '../support/security-entries.ts';

const WES = { id: 'p2', name: 'Wes' };

test('every event is a sentence of its own, with a person in it', () => {
  const sentences = SECURITY_EVENTS.map((type) => securityWords(securityEntry(type, { subject: WES })));
  expect(new Set(sentences).size).toBe(SECURITY_EVENTS.length);
  for (const sentence of sentences) expect(sentence).toMatch(/Lea|Wes/);
});

test('a failed sign-in is told of whom it was tried for; nobody was signed in', () => {
  const entry = securityEntry('sign-in-failed', { actor: null, subject: WES });
  expect(securityWords(entry)).toBe('A sign-in as Wes failed');
});

test('devices that somebody signed out are told from those of others', () => {
  const own = securityEntry('session-ended', { actor: WES, subject: WES, details: { count: 3 } });
  expect(securityWords(own)).toBe('Wes signed out 3 of their devices');
  const other = securityEntry('session-ended', { subject: WES, details: { count: 1 } });
  expect(securityWords(other)).toBe('Lea signed out a device of Wes');
});

test('somebody who is gone is somebody', () => {
  const entry = securityEntry('removed', { subject: { id: 'p9', name: null } });
  expect(securityWords(entry)).toBe('Lea removed Somebody from the site');
});

test('with what and where is told as far as it is known', () => {
  const details = { via: 'password', agent: 'Chrome on Android', place: 'Chicago, US' };
  expect(securityDetail(securityEntry('signed-in', { details }))).toBe('Chrome on Android · Chicago, US');
  expect(securityDetail(securityEntry('signed-in', { details: { ...details, place: null } }))).toBe(
    'Chrome on Android',
  );
  expect(securityDetail(securityEntry('exported', { details: { cars: 43 } }))).toBe('');
});
