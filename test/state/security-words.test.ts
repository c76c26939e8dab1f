import { expect, test } from 'vitest';
import '../../app/messages/add-account.ts';
import { securityDetail, securityWords } from '../../app/state/security-words.ts';
import { SECURITY_EVENTS, type SecurityEventType } from '../../worker/protocol/security.ts';
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

test('a device is told of by the name it had then, whatever it is called now', () => {
  const subject = { id: 'd1', name: 'Dock 4' };
  const details = { name: 'Dock 3', kind: 'device' };
  const words = (type: SecurityEventType, more = {}) =>
    securityWords(securityEntry(type, { subject, details: { ...details, ...more } }));
  expect(words('device-enrolled')).toBe('Lea enrolled the device Dock 3');
  expect(words('device-renamed', { was: 'Dock' })).toBe('Lea renamed the device Dock to Dock 3');
  expect(words('device-ended')).toBe('Lea ended the device Dock 3');
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

test('of changed settings it is told what they are and what they were, and of an export whose it was', () => {
  const details = {
    name: 'North',
    nameBefore: 'South',
    added: 'Dock, 700',
    removed: 'Shop',
    reordered: true,
  };
  expect(securityDetail(securityEntry('site-changed', { details }))).toBe(
    'name North, before South · new: Dock, 700 · taken away: Shop · locations in another order',
  );
  expect(securityDetail(securityEntry('site-changed', { details: { renamed: '200 → Dock' } }))).toBe(
    'other names: 200 → Dock',
  );
  expect(securityDetail(securityEntry('site-changed', { details: { shifts: true } }))).toBe('shift times');
  const own = securityEntry('exported', { subject: WES, details: { documents: 3 } });
  expect(securityWords(own)).toBe('Lea took their own settings and views along');
});
