import { ask } from '../directory/d1.ts';
import { sha256 } from '../hash.ts';
import type { Anchor, Answer } from '../ports.ts';
import type { Verification } from '../protocol/api.ts';
import { genesisText } from '../protocol/chain.ts';
import { refuse } from '../protocol/errors.ts';
import { audit, type Found, type Link } from './audit.ts';
import { type ReadPage, readPage } from './stored-page.ts';

/** The hub's word, see `HubApi`. */
export type AskAnchor = (newest: number | null) => Promise<Answer<Anchor>>;

/** Above any version. */
const ABOVE_ALL = Number.MAX_SAFE_INTEGER;

/**
 * Checks a page of a site's archived history: the first one against the hub's own word, each further one against what
 * the page before said must come (rule A1). Errors: `D1Unavailable`; what the hub refuses with.
 */
export async function verifyPage(
  db: D1Database,
  site: string,
  place: Link | null,
  anchor: AskAnchor,
): Promise<Answer<Verification>> {
  // Asked for each page: whoever may not look any more does not get to see the next.
  const marked = await anchor(null);
  if (!marked.ok) return marked;
  const page = await readPage(db, site, place ? place.version + 1 : ABOVE_ALL);
  const first = place ? { ok: true as const, value: place } : await firstLink(page, marked.value, anchor);
  if (!first.ok) return first;
  if ('reason' in first.value) return { ok: true, value: await described(db, site, first.value) };
  const { at } = page;
  const { version: to } = first.value;
  if (to === 0 && page.entries.length === 0 && page.strays.length === 0) {
    return { ok: true, value: { ok: true, checked: 0, from: 0, to: 0, at, next: null } };
  }
  const audited = audit(page, first.value, { genesis: sha256(genesisText(site)), hash: sha256 });
  if (!audited.ok) return { ok: true, value: await described(db, site, audited) };
  const { checked, from, next } = audited;
  return {
    ok: true,
    value: { ok: true, checked, from, to, at, next: next && { before: next.version + 1, expect: next.hash } },
  };
}

/**
 * What must come first of all: what the hub has been told is there; or what is there, where it has got further and the
 * hub has written it. An archive may be behind the hub, never ahead (rule A2).
 */
async function firstLink(page: ReadPage, marked: Anchor, anchor: AskAnchor): Promise<Answer<Link | Found>> {
  const newest = page.entries[0]?.version ?? 0;
  const known = newest > marked.version ? await anchor(newest) : { ok: true as const, value: marked };
  if (!known.ok) return known;
  const { version, hash } = known.value;
  if (newest > version) {
    return { ok: true, value: { ok: false, checked: 0, version: newest, reason: 'ahead' } };
  }
  return hash === null ? refuse('unavailable') : { ok: true, value: { version, hash } };
}

/** What is stored of the entry at fault, for people to find it by: it may be part of what was altered. */
async function described(db: D1Database, site: string, found: Found): Promise<Verification> {
  const query = db
    .prepare(
      `SELECT h.at, COALESCE(people.name, n.name, '') AS name FROM history AS h
         LEFT JOIN people ON people.id = h.person
         LEFT JOIN archive_names AS n ON n.site = h.site AND n.person = h.person
        WHERE h.site = ? AND h.version = ?`,
    )
    .bind(site, found.version);
  const entry = await ask(query.first<{ at: number; name: string }>());
  return { ...found, ...(entry && { entry }) };
}
