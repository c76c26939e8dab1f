import { entriesAfter } from '../../worker/archive/entries-after.ts';
import { load } from '../../worker/archive/load.ts';
import { save } from '../../worker/archive/save.ts';
import { type AskAnchor, verifyPage } from '../../worker/archive/verify.ts';
import type { Answer, Archive, Archived, Beginning, Checkpoint, Membership } from '../../worker/ports.ts';
import type { Verification } from '../../worker/protocol/api.ts';
import type { Car } from '../../worker/protocol/car.ts';
import type { LogEntry } from '../../worker/protocol/history.ts';
import type { Role } from '../../worker/protocol/site.ts';
import { chance, integer, type Random } from '../support/random.ts';
import type { Situations } from './situations.ts';
import { SqliteD1 } from './sqlite-d1.ts';
import type { Timeline } from './timeline.ts';

/** How D1 behaves. Each is a probability. */
export interface Weather {
  /** Nothing gets through; the failure is told at once. */
  down: number;
  failsBefore: number;
  /** It has done what was asked, and says that it has not. */
  failsAfter: number;
  /** It answers too late, and does what was asked later still. */
  late: number;
}

export const FAIR: Weather = { down: 0, failsBefore: 0, failsAfter: 0, late: 0 };

/** What the callers of D1 wait at the most. */
const PATIENCE_MS = 10_000;
const LATE_MS_MAX = 40_000;

interface Session extends Membership {
  revoked: boolean;
}

/** D1: the directory and the archive of the one site there is, and what may befall whoever asks it. */
export class Cloud implements Archive {
  weather = FAIR;
  readonly site: string;
  readonly sessions = new Map<string, Session>();
  /** People who belong to the site no more. */
  readonly removed = new Set<string>();
  readonly #d1 = new SqliteD1();
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #situations: Situations;

  constructor(site: string, timeline: Timeline, random: Random, situations: Situations) {
    this.site = site;
    this.#timeline = timeline;
    this.#random = random;
    this.#situations = situations;
  }

  // The directory.

  signIn(hash: string, person: string, role: Role): void {
    const name = person.charAt(0).toUpperCase() + person.slice(1);
    const expiresAt = this.#timeline.now + 30 * 24 * 3_600_000;
    this.sessions.set(hash, { person, name, role, expiresAt, revoked: false });
  }

  revoke(hash: string): void {
    const session = this.sessions.get(hash);
    if (session) session.revoked = true;
  }

  /** Rejects where D1 gives no answer. */
  member(hash: string): Promise<Membership | null> {
    return this.#ask('who', async () => {
      const session = this.sessions.get(hash);
      if (!session || session.revoked) return null;
      const { person, name, role, expiresAt } = session;
      return { person, name, role, expiresAt };
    });
  }

  /** Those of them who belong to the site. Rejects where D1 gives no answer. */
  members(people: readonly string[]): Promise<string[]> {
    return this.#ask('members', async () => people.filter((person) => !this.removed.has(person)));
  }

  // The archive.

  load(site: string, begins?: Beginning): Promise<Archived | null> {
    return this.#ask('load', () => load(this.#d1.d1, site, begins));
  }

  save(checkpoint: Checkpoint): Promise<void> {
    return this.#ask('save', () => save(this.#d1.d1, checkpoint));
  }

  /** What it has now, however D1 behaves. */
  async archived(): Promise<{ entries: LogEntry[]; cars: Car[]; version: number }> {
    const entries: LogEntry[] = [];
    for await (const entry of entriesAfter(this.#d1.d1, this.site, 0)) entries.push(entry);
    const archived = await load(this.#d1.d1, this.site);
    return { entries, cars: archived?.cars ?? [], version: archived?.version ?? 0 };
  }

  /** What is wrong with its history by the hub's word, as whoever looks after a site is told; null where nothing is. */
  async alteration(anchor: AskAnchor): Promise<string | null> {
    let place: { version: number; hash: string } | null = null;
    for (;;) {
      const page: Answer<Verification> = await verifyPage(this.#d1.d1, this.site, place, anchor);
      if (!page.ok) return `it cannot be checked: ${page.code}`;
      if (!page.value.ok) return `version ${page.value.version}, ${page.value.reason}`;
      const { next } = page.value;
      if (!next) return null;
      place = { version: next.before - 1, hash: next.expect };
    }
  }

  close(): void {
    this.#d1.close();
  }

  async #ask<T>(what: string, work: () => Promise<T>): Promise<T> {
    const { weather } = this;
    const next = this.#random;
    const timeline = this.#timeline;
    await timeline.pass(integer(next, 2, 40), `d1 ${what}`);
    if (chance(next, weather.down)) throw new Error('D1 is down');
    if (chance(next, weather.failsBefore)) {
      this.#situations.saw('D1 failed before it applied');
      throw new Error('D1 failed before it applied');
    }
    if (chance(next, weather.late)) {
      timeline.in(PATIENCE_MS + integer(next, 0, LATE_MS_MAX), `d1 ${what} late`, () => {
        this.#situations.saw('D1 applied after its time');
        // Whoever asked has gone on: to them it failed.
        work().catch(() => {});
      });
      await timeline.pass(PATIENCE_MS, `d1 ${what} given up`);
      throw new Error('no answer from D1 in time');
    }
    const done = await work();
    await timeline.pass(integer(next, 1, 20), `d1 ${what} done`);
    if (chance(next, weather.failsAfter)) {
      this.#situations.saw('D1 failed after it applied');
      throw new Error('D1 failed after it applied');
    }
    return done;
  }
}
