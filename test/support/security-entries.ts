import {
  SECURITY_EVENTS,
  type SecurityEntry,
  type SecurityEventType,
} from '../../worker/protocol/security.ts';

const LEA = { id: 'p1', name: 'Lea' };
const WES = { id: 'p2', name: 'Maximiliana Konstantinopoulos' };

/** Lea did it, to Wes, unless told otherwise. */
export function securityEntry(type: SecurityEventType, entry: Partial<SecurityEntry> = {}): SecurityEntry {
  return { id: 7, at: 0, type, ofSite: true, actor: LEA, subject: WES, details: {}, ...entry };
}

const DETAILS: { [T in SecurityEventType]?: SecurityEntry['details'] } = {
  'signed-in': { agent: 'Chrome on Android', place: 'Chicago, US' },
  'site-changed': {
    name: 'North yard',
    nameBefore: 'Llanfairpwllgwyngyllgogerychwyrndrobwll',
    timeZone: 'America/Denver',
    timeZoneBefore: 'America/Chicago',
    renamed: '200 → Dock 2',
    removed: 'Old lane, Shop',
    reordered: true,
    shifts: true,
  },
};

/** One of each type, newest first. */
export function everySecurityEvent(now: number): SecurityEntry[] {
  return SECURITY_EVENTS.map((type, i) =>
    securityEntry(type, {
      id: 100 - i,
      at: now - i * 3_600_000,
      details: DETAILS[type] ?? { count: i + 1 },
    }),
  );
}
