import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { cookieOf } from '../../worker/identity/caller.ts';
import { hashSecret } from '../../worker/identity/secret.ts';
import type { Car } from '../../worker/protocol/car.ts';
import type { LogEntry } from '../../worker/protocol/history.ts';
import type { SyncRequest } from '../../worker/protocol/messages.ts';
import { LOCATIONS } from '../engine/random-intent.ts';
import type { Hub } from '../support/hub.ts';
import { openSocket } from '../support/socket.ts';
import { planOf } from './plan.ts';
import { simulatePlan } from './simulate.ts';
import type { SessionNow, Tape, TapeEvent } from './tape.ts';

/** Of the hub that is driven, so that sessions can be made for it. */
export const REPLAY_SESSION_KEY = 'session-key-for-replays-0123456789';
const EPOCH = 'epoch-1';
const DAY_MS = 86_400_000;

export type Replayed =
  | { was: 'replayed'; events: number; crashes: number; differences: string[] }
  /** It is too long, or holds something that cannot be done to a real hub. */
  | { was: 'left out' };

export interface ReplayLimits {
  eventsMax: number;
  /** Each takes the runtime half a second. */
  crashesMax: number;
}

/**
 * Runs a seed, and gives a real hub all that reached the simulated one, in the same order. They must end alike: that is
 * what makes the simulated storage worth believing. Faults that only the simulation can make are left out.
 */
export async function replay(
  hub: Hub,
  seed: number,
  { eventsMax, crashesMax }: ReplayLimits,
): Promise<Replayed> {
  const plan = planOf(seed);
  const acts = plan.acts.filter(({ name }) => name !== 'storage lost' && name !== 'role changed');
  const run = await simulatePlan({ ...plan, acts }, { tapes: true });
  if (run.faults.length > 0) throw new Error(`seed ${seed}: ${run.faults[0]}`);
  const crashes = run.tape.events.filter(({ type }) => type === 'crash').length;
  const isLong = run.tape.events.length > eventsMax || crashes > crashesMax;
  if (run.tape.isSpoiled || !run.final || isLong) return { was: 'left out' };
  const site = await ReplaySite.make(hub, `replay-${seed}`, Object.entries(plan.cast.people));
  await site.play(run.tape);
  const differences = await site.differences(run.final.epochs.flat(), run.final.board);
  return { was: 'replayed', events: run.tape.events.length, crashes, differences };
}

class ReplaySite {
  readonly #hub: Hub;
  readonly #id: string;
  readonly #cookies = new Map<string, string>();
  readonly #sockets = new Map<string, ReplaySocket>();
  #epoch: string | null = null;

  constructor(hub: Hub, id: string) {
    this.#hub = hub;
    this.#id = id;
  }

  static async make(hub: Hub, id: string, people: [person: string, role: string][]): Promise<ReplaySite> {
    const { db } = hub;
    const now = Date.now();
    const site = db
      .prepare('INSERT INTO sites (id, name, time_zone, locations, created_at) VALUES (?, ?, ?, ?, ?)')
      .bind(id, 'Replay', 'UTC', JSON.stringify(LOCATIONS), now);
    const members = people.flatMap(([person, role]) => [
      db
        .prepare('INSERT INTO people (id, name, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
        .bind(person, person, now),
      db
        .prepare('INSERT INTO memberships (person, site, role, created_at) VALUES (?, ?, ?, ?)')
        .bind(person, id, role, now),
    ]);
    await db.batch([site, ...members]);
    return new ReplaySite(hub, id);
  }

  /** One event after the other, each when the one before has been answered. */
  async play({ events }: Tape): Promise<void> {
    for (const event of events) await this.#give(event);
    for (const socket of this.#sockets.values()) socket.close();
  }

  async #give(event: TapeEvent): Promise<void> {
    switch (event.type) {
      case 'open': {
        const Cookie = await this.#cookie(event.session);
        const headers = { Cookie, Origin: this.#hub.origin };
        const socket = await openSocket(`${this.#hub.origin}/api/sites/${this.#id}/live`, headers);
        this.#sockets.set(event.socket, new ReplaySocket(socket));
        return;
      }
      case 'frame': {
        const welcome = await this.#sockets.get(event.socket)?.ask(this.#inEpoch(event.text));
        this.#epoch ??= welcome?.epoch ?? null;
        return;
      }
      case 'gone':
        this.#sockets.get(event.socket)?.close();
        this.#sockets.delete(event.socket);
        return;
      case 'sync':
        return this.#sync(event.session, event.request);
      case 'request': {
        const { session, id, intent, base } = event;
        const edit = { ...intent, id, seq: 1, base, at: 0 };
        return this.#sync(session, { device: `http-${id}`, epoch: null, version: 0, edits: [edit] });
      }
      case 'revoke': {
        const Cookie = this.#cookies.get(event.session);
        // One the hub has never met.
        if (Cookie === undefined) return;
        await fetch(`${this.#hub.origin}/api/auth/logout`, {
          method: 'POST',
          headers: { Cookie, Origin: this.#hub.origin },
        });
        return;
      }
      case 'evict':
        // After a crash nothing runs that could be evicted.
        return this.#hub.evict(this.#id).catch((error: unknown) => {
          if (!String(error).includes('not currently running')) throw error;
        });
      case 'crash':
        this.#sockets.clear();
        return this.#hub.restart();
      default:
        event satisfies never;
    }
  }

  async #sync(session: SessionNow, request: SyncRequest): Promise<void> {
    const response = await fetch(`${this.#hub.origin}/api/sites/${this.#id}/sync`, {
      method: 'POST',
      headers: {
        Cookie: await this.#cookie(session),
        Origin: this.#hub.origin,
        'Content-Type': 'application/json',
      },
      body: this.#inEpoch(JSON.stringify(request)),
    });
    const answer: { epoch?: string } = await response.json();
    this.#epoch ??= answer.epoch ?? null;
  }

  #inEpoch(text: string): string {
    return this.#epoch === null ? text : text.replaceAll(`"epoch":"${EPOCH}"`, `"epoch":"${this.#epoch}"`);
  }

  /** A session in the directory, begun in the role its person has now. */
  async #cookie({ hash: name, person, role }: SessionNow): Promise<string> {
    const known = this.#cookies.get(name);
    if (known !== undefined) return known;
    const { db } = this.#hub;
    const now = Date.now();
    const secret = randomBytes(32).toString('base64url');
    const expiresAt = now + DAY_MS;
    await db.batch([
      db
        .prepare(
          'INSERT INTO sessions (hash, person, created_at, last_used_at, expires_at) VALUES (?, ?, ?, ?, ?)',
        )
        .bind(hashSecret(secret), person, now, now, expiresAt),
      db
        .prepare('UPDATE memberships SET role = ? WHERE person = ? AND site = ?')
        .bind(role, person, this.#id),
    ]);
    const hint = {
      person: { id: person, name: person, email: null },
      sites: [{ id: this.#id, name: 'Replay', role }],
      more: false,
      askedAt: now,
      expiresAt,
    };
    const [cookie = ''] = cookieOf(hint, secret, REPLAY_SESSION_KEY, now).split(';');
    this.#cookies.set(name, cookie);
    return cookie;
  }

  /** What is not the same at the real hub, times left out. */
  async differences(log: LogEntry[], board: Car[]): Promise<string[]> {
    const rows = await this.#hub.sql<{ entry: string }>(this.#id, 'SELECT entry FROM log ORDER BY version');
    const records = await this.#hub.sql<{ record: string }>(this.#id, 'SELECT record FROM car ORDER BY id');
    const real = {
      log: rows.map(({ entry }) => entryOf(JSON.parse(entry))),
      cars: records.map(({ record }) => carOf(JSON.parse(record).car)),
    };
    const simulated = {
      log: log.map(entryOf),
      cars: board.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(carOf),
    };
    const faults: string[] = [];
    for (const part of ['log', 'cars'] as const) {
      const length = Math.max(real[part].length, simulated[part].length);
      for (let i = 0; i < length; i++) {
        if (isDeepStrictEqual(real[part][i], simulated[part][i])) continue;
        faults.push(
          `${part} ${i}: ${JSON.stringify(real[part][i])}, simulated ${JSON.stringify(simulated[part][i])}`,
        );
        break;
      }
    }
    return faults;
  }
}

/** Times are those of two different nights. */
function entryOf({ version, by, device, seq, id, type, undoes, cars }: LogEntry) {
  return {
    ...{ version, by, device, seq, id, type, undoes: undoes ?? null },
    cars: cars.map(({ id: car, before, after }) => ({
      car,
      before: before && untimed(before),
      after: untimed(after),
    })),
  };
}

function carOf({ updatedAt: _, ...car }: Car) {
  return untimed(car);
}

function untimed<T extends Partial<Car>>(values: T) {
  const times = { arrivedAt: values.arrivedAt, emptiedAt: values.emptiedAt };
  const told = Object.entries(times).flatMap(([key, time]) =>
    time === undefined ? [] : [[key, time === null]],
  );
  return { ...values, ...Object.fromEntries(told) };
}

/** A socket that is asked one thing after the other. */
class ReplaySocket {
  readonly #socket: WebSocket;
  #isClosed = false;
  #answered: ((message: { type: string; epoch?: string } | null) => void) | null = null;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data));
      const isAnswer =
        message.type === 'welcome' || message.type === 'outcomes' || message.notice === 'refused';
      if (isAnswer) this.#answered?.(message);
    });
    socket.addEventListener('close', () => {
      this.#isClosed = true;
      this.#answered?.(null);
    });
  }

  /** Resolves with the answer, with null where there is none, or where the hub closes the socket instead. */
  async ask(text: string): Promise<{ type: string; epoch?: string } | null> {
    if (this.#isClosed) return null;
    const answer = new Promise<{ type: string; epoch?: string } | null>((answered) => {
      this.#answered = answered;
    });
    this.#socket.send(text);
    // Nothing answers to the others.
    return /^\{"type":"(hello|push)"/.test(text) ? answer : null;
  }

  close(): void {
    this.#socket.close();
  }
}
