import { tokenOf } from '../identity/bearer.ts';
import type { Hint } from '../identity/hint.ts';
import { newTokenId } from '../identity/ids.ts';
import { hashSecret, newSecret } from '../identity/secret.ts';
import type { Answer } from '../ports.ts';
import { TOKENS_ACCESS } from '../protocol/access.ts';
import type { Token, TokenMade } from '../protocol/api.ts';
import type { TokenBody } from '../protocol/bodies.ts';
import { refuse } from '../protocol/errors.ts';
import { TOKEN_NOTE_MS, TOKENS_PAST_MAX, TOKENS_PER_SITE_MAX } from '../protocol/limits.ts';
import { hasRole, ROLES, type TokenRole } from '../protocol/site.ts';
import { ask, rowsOf } from './d1.ts';
import { recordEvent } from './events.ts';

const DAY_MS = 24 * 3_600_000;

/** The tokens of site ?1, whatever has become of them. */
const TOKENS = `memberships
  JOIN people ON people.id = memberships.person AND people.kind = 'token'
  JOIN sessions ON sessions.person = people.id
  JOIN tokens ON tokens.person = people.id
  JOIN people AS makers ON makers.id = tokens.made_by
  WHERE memberships.site = ?1`;

const COLUMNS = `people.id, people.name, memberships.role, people.created_at, sessions.last_used_at,
  sessions.expires_at, makers.id AS maker, makers.name AS maker_name,
  EXISTS (SELECT 1 FROM memberships AS theirs
    WHERE theirs.person = makers.id AND theirs.site = ?1 AND makers.deactivated_at IS NULL) AS is_here`;

interface TokenRow {
  id: string;
  name: string;
  role: TokenRole;
  created_at: number;
  last_used_at: number;
  expires_at: number;
  maker: string;
  maker_name: string;
  is_here: number;
}

function tokenFrom(row: TokenRow): Token {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    madeBy: { id: row.maker, name: row.maker_name, isHere: row.is_here === 1 },
    madeAt: row.created_at,
    usedAt: row.last_used_at > row.created_at ? row.last_used_at : null,
    expiresAt: row.expires_at,
  };
}

/** The tokens of a site that nobody has ended, the newest first; expired ones too. Errors: `D1Unavailable`. */
export async function tokensOf(db: D1Database, site: string): Promise<Token[]> {
  const query = db
    .prepare(
      `SELECT ${COLUMNS} FROM ${TOKENS} AND people.deactivated_at IS NULL
        ORDER BY people.created_at DESC, people.id`,
    )
    .bind(site);
  const { results } = await ask(query.all<TokenRow>());
  return results.map(tokenFrom);
}

/** Person ?2 may do with tokens of site ?1 what needs one of the roles ?3. Asked once more where it is done. */
const MAY = `EXISTS (SELECT 1 FROM memberships JOIN people ON people.id = memberships.person
  WHERE memberships.person = ?2 AND memberships.site = ?1 AND people.deactivated_at IS NULL
    AND memberships.role IN (SELECT value FROM json_each(?3)))`;

/** At time ?4 the site has as many as ?5 that are good. */
const FULL = `(SELECT count(*) FROM ${TOKENS} AND people.deactivated_at IS NULL AND sessions.expires_at > ?4) >= ?5`;

/** Somebody of the site has the name ?6: in the history nobody could tell them apart. */
const TAKEN = `EXISTS (SELECT 1 FROM memberships JOIN people ON people.id = memberships.person
  WHERE memberships.site = ?1 AND people.deactivated_at IS NULL AND lower(people.name) = lower(?6)
    AND (people.kind <> 'token'
      OR EXISTS (SELECT 1 FROM sessions WHERE person = people.id AND expires_at > ?4)))`;

/** What a token is to be, and the person who makes it. */
export interface TokenWanted extends TokenBody {
  site: string;
  by: string;
}

/**
 * Makes a token. `random` is in [0, 1). Errors: `tokens-full`, `invalid` for a name that is taken, `forbidden` where the
 * maker may no longer; `D1Unavailable`.
 */
export async function makeToken(
  db: D1Database,
  { site, by, name, role, days }: TokenWanted,
  key: string,
  now: number,
  random: () => number,
): Promise<Answer<TokenMade>> {
  const id = newTokenId(random);
  const secret = newSecret();
  const expiresAt = now + days * DAY_MS;
  const roles = ROLES.filter((one) => hasRole(one, TOKENS_ACCESS) && hasRole(one, role));
  const values = [site, by, JSON.stringify(roles), now, TOKENS_PER_SITE_MAX, name];
  const past = await pastTokens(db, site, now);
  const event = { at: now, type: 'token-made', site, actor: by, subject: id } as const;
  const results = await ask(
    db.batch([
      db
        .prepare(
          `SELECT ${MAY} AS may, ${FULL} AS isFull, ${TAKEN} AS isTaken,
             (SELECT name FROM sites WHERE id = ?1) AS siteName`,
        )
        .bind(...values),
      db
        .prepare(
          `INSERT INTO people (id, name, kind, created_at)
           SELECT ?7, ?6, 'token', ?4 WHERE ${MAY} AND NOT ${FULL} AND NOT ${TAKEN}`,
        )
        .bind(...values, id),
      // The others are there if that one is.
      db
        .prepare(
          `INSERT INTO memberships (person, site, role, created_at)
           SELECT id, ?2, ?3, created_at FROM people WHERE id = ?1`,
        )
        .bind(id, site, role),
      db
        .prepare(
          `INSERT INTO sessions (hash, person, created_at, last_used_at, expires_at, via)
           SELECT ?2, id, created_at, created_at, ?3, 'token' FROM people WHERE id = ?1`,
        )
        .bind(id, hashSecret(secret), expiresAt),
      db.prepare('INSERT INTO tokens (person, made_by) SELECT id, ?2 FROM people WHERE id = ?1').bind(id, by),
      ...recordEvent(
        db,
        { ...event, details: { name, role, days } },
        { sql: 'EXISTS (SELECT 1 FROM people WHERE id = ?7)', values: [id] },
      ),
      ...forget(db, past),
      db.prepare(`SELECT ${COLUMNS} FROM ${TOKENS} AND people.id = ?2`).bind(site, id),
    ]),
  );
  const [row] = rowsOf<TokenRow>(results.at(-1));
  const [state] = rowsOf<{ may: number; isFull: number; isTaken: number; siteName: string }>(results[0]);
  if (!row || !state) {
    if (!state?.may) return refuse('forbidden');
    return state.isFull ? refuse('tokens-full') : refuse('invalid', 'somebody has that name', 'name');
  }
  const hint: Hint = {
    person: { id, name, email: null },
    sites: [{ id: site, name: state.siteName, role }],
    more: false,
    askedAt: now,
    expiresAt,
  };
  return { ok: true, value: { token: tokenFrom(row), secret: tokenOf(hint, secret, key) } };
}

/** Tokens of a site that are good no more, beyond the newest that are kept. */
async function pastTokens(db: D1Database, site: string, now: number): Promise<string[]> {
  const query = db
    .prepare(
      `SELECT people.id FROM ${TOKENS} AND (people.deactivated_at IS NOT NULL OR sessions.expires_at <= ?2)
        ORDER BY people.created_at DESC, people.id LIMIT -1 OFFSET ?3`,
    )
    .bind(site, now, TOKENS_PAST_MAX);
  const { results } = await ask(query.all<{ id: string }>());
  return results.map(({ id }) => id);
}

/** The history has names of its own. */
function forget(db: D1Database, tokens: string[]): D1PreparedStatement[] {
  return ['tokens WHERE person', 'sessions WHERE person', 'memberships WHERE person', 'people WHERE id'].map(
    (place) =>
      db.prepare(`DELETE FROM ${place} IN (SELECT value FROM json_each(?))`).bind(JSON.stringify(tokens)),
  );
}

/**
 * Ends a token; to end one again does no harm. The session to tell the hub of, or null where the site has no such token,
 * or who asks may no longer. Errors: `D1Unavailable`.
 */
export async function endToken(
  db: D1Database,
  { site, token, by }: { site: string; token: string; by: string },
  now: number,
): Promise<string | null> {
  const roles = JSON.stringify(ROLES.filter((role) => hasRole(role, TOKENS_ACCESS)));
  const good = `${MAY} AND EXISTS (SELECT 1 FROM ${TOKENS} AND people.id = ?4 AND people.deactivated_at IS NULL)`;
  const event = { at: now, type: 'token-ended', site, actor: by, subject: token } as const;
  const results = await ask(
    db.batch([
      ...recordEvent(
        db,
        { ...event, details: {} },
        { sql: good.replace(/\?(\d)/g, (_, n) => `?${Number(n) + 6}`), values: [site, by, roles, token] },
      ),
      db
        .prepare(`UPDATE people SET deactivated_at = ?5 WHERE id = ?4 AND ${good}`)
        .bind(site, by, roles, token, now),
      db
        .prepare(
          `SELECT sessions.hash FROM ${TOKENS} AND people.id = ?2 AND people.deactivated_at IS NOT NULL`,
        )
        .bind(site, token),
    ]),
  );
  return rowsOf<{ hash: string }>(results.at(-1))[0]?.hash ?? null;
}

/** Notes that a token has been used. Errors: `D1Unavailable`. */
export async function noteTokenUse(db: D1Database, session: string, now: number): Promise<void> {
  await ask(
    db
      .prepare(
        `UPDATE sessions SET last_used_at = ?2
          WHERE hash = ?1 AND via = 'token' AND (last_used_at = created_at OR last_used_at <= ?3)`,
      )
      .bind(session, now, now - TOKEN_NOTE_MS)
      .run(),
  );
}
