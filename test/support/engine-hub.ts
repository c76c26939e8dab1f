import { admit, rename, revoke, seat } from '../../worker/engine/admission.ts';
import { recallAttention } from '../../worker/engine/attention-news.ts';
import { begin, type Inheritance } from '../../worker/engine/birth.ts';
import { archived, type Batch, batchOf } from '../../worker/engine/checkpoint.ts';
import {
  type Effect,
  isOutward,
  type OutwardEffect,
  type SocketId,
  type TimerName,
} from '../../worker/engine/effect.ts';
import { exchange } from '../../worker/engine/exchange.ts';
import { type Attached, attachedOf, flush, newFeed } from '../../worker/engine/feed.ts';
import { ration } from '../../worker/engine/flow.ts';
import { onMembers } from '../../worker/engine/members.ts';
import { stir, tellPeople } from '../../worker/engine/presence.ts';
import { requestEdit } from '../../worker/engine/request.ts';
import { type Hub, onFrame, onGone, sessionOf } from '../../worker/engine/socket.ts';
import { rejoin } from '../../worker/engine/standing.ts';
import type { Env, Session, SiteState } from '../../worker/engine/state.ts';
import { sha256 } from '../../worker/hash.ts';
import type { Car } from '../../worker/protocol/car.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import { CLOSE, type Refusal } from '../../worker/protocol/errors.ts';
import { FRAME_DOWN_BYTES_MAX } from '../../worker/protocol/limits.ts';
import type { DownMessage, SyncRequest, SyncResponse } from '../../worker/protocol/messages.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import { parseDown } from '../../worker/protocol/parse-down.ts';
import { DEFAULT_LOCATIONS, type Principal, type Role, type Site } from '../../worker/protocol/site.ts';
import { DurableTwin } from './durable-twin.ts';
import { EngineDevice, type SocketEnds, TestSocket } from './engine-device.ts';
import { StoredCheck } from './stored-check.ts';

export interface HubOptions {
  site?: Partial<Site>;
  /** Person id to role; a person's name is the id with a capital. All are admitted. */
  people?: Record<string, Role>;
  /** Hub milliseconds. */
  now?: number;
  epoch?: string;
  /** What the archive has. */
  inherited?: Inheritance;
}

interface Accepted {
  session: string;
  ends: SocketEnds;
  /** What the runtime keeps with the socket while the hub sleeps. */
  attached: Attached | null;
}

/** When tests begin unless they say otherwise, in hub milliseconds. */
export const NOW = 1_790_000_000_000;
const SESSION_MS = 30 * 24 * 3_600_000;

/** A hub in this process: the shipped engine, storage that is a twin of text, sockets that are callbacks. */
export function makeHub(options: HubOptions = {}): EngineHub {
  return new EngineHub(options);
}

/**
 * After every event it holds the engine to what must always be so, and throws otherwise: memory is what storage
 * would give after a crash; versions grow by one (V1); a frame tells of nothing that is not stored (E1); a frame
 * is one a client takes, and below its cap (B1); at most one timer of a name is pending (H1).
 */
export class EngineHub {
  now: number;
  hub: Hub;
  twin = new DurableTwin();
  /** Of the last event. */
  effects: Effect[] = [];
  /** True once the engine has said that there is something to archive. */
  archiveDue = false;
  /** The most characters any socket was sent ahead of its acknowledgements, and the most marks it took to know. */
  owedMax = 0;
  marksMax = 0;
  /** Characters of the longest frame that was sent. */
  longest = 0;
  readonly timers: { name: TimerName; due: number }[] = [];
  /** People the directory has been asked about and has not answered for. */
  readonly membersAsked: string[][] = [];
  readonly #sockets = new Map<SocketId, Accepted>();
  readonly #check = new StoredCheck();
  readonly #outbox: OutwardEffect[] = [];
  #delivering = false;
  #made = 0;

  constructor({ site, people = { lea: 'lead', wes: 'worker' }, now = NOW, epoch, inherited }: HubOptions) {
    this.now = now;
    const whole: Site = {
      id: 'hub-1',
      name: 'Hub 1',
      timeZone: 'UTC',
      locations: [...DEFAULT_LOCATIONS],
      ...site,
    };
    this.hub = this.#begin(whole, epoch ?? 'epoch-1', inherited ?? null);
    for (const [person, role] of Object.entries(people)) this.admit(person, role);
  }

  get state() {
    return this.hub.state;
  }

  get version(): number {
    return this.hub.state.version;
  }

  car(id: string): Car | undefined {
    return this.hub.state.cars.get(id)?.car;
  }

  // Who may come.

  /** Admits a person's session, or changes what it may do. */
  admit(person: string, role: Role, expiresAt = this.now + SESSION_MS): void {
    const session: Session = { hash: hashOf(person), ...named(person, role), expiresAt, revoked: false };
    this.run(({ state }, env) => admit(state, session, env));
  }

  /** As the shell does it: the session ends, its sockets close. */
  revoke(person: string): void {
    const session = hashOf(person);
    this.run(({ state }) => [
      ...revoke(state, session, this.now),
      ...[...this.#sockets]
        .filter(([, socket]) => socket.session === session)
        .map(([to]): Effect => ({ type: 'close', to, code: CLOSE.unauthenticated, reason: 'ended' })),
    ]);
  }

  /** As the shell does it: a person is called something else, and whoever is here is told. */
  rename(person: string, name: string): void {
    this.run((hub, env) => [...rename(hub.state, person, name, env), ...stir(hub.feed, person)]);
  }

  /** As the shell does it: all sessions of a person get another role or end, and their sockets close. */
  seat(person: string, role: Role | null): void {
    this.run((hub) => {
      const { changed, effects } = seat(hub, person, role);
      const code = role === null ? CLOSE.unauthenticated : CLOSE.resync;
      const closed = [...this.#sockets]
        .filter(([, socket]) => changed.some(({ hash }) => hash === socket.session))
        .map(([to]): Effect => ({ type: 'close', to, code, reason: 'seated anew' }));
      return [...effects, ...closed];
    });
  }

  /** The person's session, if it is good now. */
  session(person: string): Session | null {
    return sessionOf(this.state, hashOf(person), this.now);
  }

  principal(person: string): Principal {
    const session = this.session(person);
    if (!session) throw new Error(`${person} has no session`);
    const { name, role } = session;
    return { person, name, role };
  }

  // Sockets.

  /** A socket the runtime has accepted; frames come to `ends`. */
  accept(person: string, ends: SocketEnds): SocketId {
    const id = `socket-${++this.#made}`;
    this.#sockets.set(id, { session: hashOf(person), ends, attached: null });
    return id;
  }

  /** A frame from a socket. */
  receive(id: SocketId, text: string): void {
    const socket = this.#sockets.get(id);
    if (socket) this.run((hub, env) => onFrame(hub, { id, session: socket.session }, text, env));
  }

  /** A socket has gone, without a word or with one. */
  gone(id: SocketId): void {
    const socket = this.#sockets.get(id);
    if (!socket) return;
    this.#sockets.delete(id);
    this.run((hub, { now }) => onGone(hub, { id, session: socket.session }, now));
  }

  connect(person: string): TestSocket {
    return new TestSocket(this, person);
  }

  /** A device with a socket that has said hello. */
  device(person: string, id = `device-${person}-${++this.#made}`): EngineDevice {
    const device = new EngineDevice(this, person, id);
    device.hello();
    return device;
  }

  // HTTP.

  sync(person: string, request: SyncRequest): { ok: true; value: SyncResponse } | Refusal {
    let answer: { ok: true; value: SyncResponse } | Refusal | undefined;
    this.run((hub, env) => {
      const done = exchange(hub, request, this.principal(person), env);
      answer = done.answer;
      return done.effects;
    });
    return answer!;
  }

  request(person: string, intent: Intent, base?: number): Outcome {
    let outcome: Outcome | undefined;
    this.run((hub, env) => {
      const asked = { id: `request-${++this.#made}`, principal: this.principal(person), base };
      const done = requestEdit(hub, intent, asked, env);
      outcome = done.outcome;
      return done.effects;
    });
    return outcome!;
  }

  // Time.

  /** Lets time pass and whatever is due happen. With 0: the next turn. */
  tick(ms = 0): void {
    const until = this.now + ms;
    for (let turn = 0; ; turn++) {
      const next = this.#nextTimer();
      if (!next || next.due > until) break;
      if (turn === 10_000) throw new Error('H1: timers never end');
      this.timers.splice(this.timers.indexOf(next), 1);
      this.now = Math.max(this.now, next.due);
      this.run(({ feed, state }) =>
        next.name === 'feed' ? flush(feed, state, this.now) : tellPeople(feed, state, this.now),
      );
    }
    this.now = until;
  }

  /** Lets time pass until nothing is pending. */
  settle(): void {
    for (let turn = 0; turn < 100; turn++) {
      const next = this.#nextTimer();
      if (!next) return;
      this.tick(Math.max(0, next.due - this.now));
    }
    throw new Error('H1: timers never end');
  }

  // The archive, and what befalls a hub.

  /** What the archive is sent; unless it fails, the hub hears that it has it. */
  checkpoint({ fails = false } = {}): Batch | null {
    this.archiveDue = false;
    const batch = batchOf(this.state, this.twin.entriesSince(this.state.archived));
    if (batch && !fails) this.run(({ state }) => archived(state, batch.version));
    return batch;
  }

  /** The directory says which of those it was asked about belong to the site; null: it does not answer. */
  answerMembers(belonging: string[] | null): void {
    for (const people of this.membersAsked.splice(0)) this.run((hub) => onMembers(hub, people, belonging));
  }

  /** Memory is lost and storage is not: an eviction keeps the sockets, a crash does not. */
  restart({ sockets }: { sockets: 'kept' | 'cut' }): void {
    this.timers.length = 0;
    this.hub = newHub(this.twin.load());
    this.membersAsked.length = 0;
    if (sockets === 'cut') this.#cutAll();
    const { version } = this.state;
    for (const [id, { session, attached }] of this.#sockets) {
      if (attached) rejoin(this.hub, { id, session, ...structuredClone(attached), sent: version });
    }
    // As the shell does: tells each which version it should be at.
    const text = JSON.stringify({ type: 'changes', from: version, to: version, cars: [] });
    this.run(({ feed, state }) => [
      ...[...feed.listeners.keys()].map((to): Effect => ({ type: 'send', to, text })),
      ...recallAttention(feed, state, this.now),
    ]);
  }

  /** Storage is lost too: another epoch, from what the archive has. */
  reborn(epoch: string, inherited: Inheritance | null): void {
    this.timers.length = 0;
    const { site } = this.state;
    this.#cutAll();
    this.twin = new DurableTwin();
    this.hub = this.#begin(site, epoch, inherited);
  }

  /** One event, as the shell runs it: the engine, the writes, then everything outward. */
  run(event: (hub: Hub, env: Env) => Effect[]): void {
    const before = this.version;
    const { feed } = this.hub;
    const env = { now: this.now, log: this.twin, hash: sha256 };
    const effects = ration(feed, event(this.hub, env), this.now);
    for (const effect of effects) {
      if (effect.type === 'send') this.longest = Math.max(this.longest, effect.text.length);
    }
    this.#holdFlow();
    for (const effect of effects) if (!isOutward(effect)) this.twin.run(effect);
    this.twin.flush();
    this.effects = effects;
    this.#hold(before);
    for (const effect of effects) if (isOutward(effect)) this.#outbox.push(effect);
    this.#deliver();
  }

  #begin(site: Site, epoch: string, inherited: Inheritance | null): Hub {
    const { state, effects } = begin(site, epoch, inherited, sha256);
    for (const effect of effects) if (!isOutward(effect)) this.twin.run(effect);
    const difference = this.#check.difference(state, this.twin);
    if (difference) throw new Error(difference);
    return newHub(state);
  }

  #hold(before: number): void {
    const appended = this.effects.flatMap((effect) => (effect.type === 'append' ? effect.entry.version : []));
    appended.forEach((version, i) => {
      if (version !== before + 1 + i) throw new Error(`V1: ${version} after ${before + i}`);
    });
    if (this.version !== before + appended.length) {
      throw new Error(`V1: version ${this.version} after ${before} and ${appended.length} entries`);
    }
    const difference = this.#check.difference(this.state, this.twin);
    if (difference) throw new Error(difference);
  }

  #holdFlow(): void {
    for (const { id, flow } of this.hub.feed.listeners.values()) {
      if (!flow) continue;
      const marked = flow.marks.reduce((sum, { chars }) => sum + chars, 0);
      if (marked !== flow.owed) throw new Error(`H2: ${id} owes ${flow.owed}, its marks say ${marked}`);
      this.owedMax = Math.max(this.owedMax, flow.owed);
      this.marksMax = Math.max(this.marksMax, flow.marks.length);
    }
  }

  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    const parsed = new Map<string, DownMessage>();
    try {
      for (let effect = this.#outbox.shift(); effect; effect = this.#outbox.shift()) {
        this.#outward(effect, parsed);
      }
    } finally {
      this.#delivering = false;
    }
  }

  #outward(effect: OutwardEffect, parsed: Map<string, DownMessage>): void {
    switch (effect.type) {
      case 'send': {
        let message = parsed.get(effect.text);
        if (!message) {
          message = this.#checkFrame(effect.text);
          parsed.set(effect.text, message);
        }
        this.#sockets.get(effect.to)?.ends.message(effect.text, message);
        return;
      }
      case 'close': {
        const socket = this.#sockets.get(effect.to);
        this.gone(effect.to);
        socket?.ends.closed(effect.code, effect.reason);
        return;
      }
      case 'attach': {
        const listener = this.hub.feed.listeners.get(effect.to);
        const socket = this.#sockets.get(effect.to);
        if (!socket || !listener) return;
        socket.attached = attachedOf(listener);
        return;
      }
      case 'timer': {
        const { name, ms } = effect;
        if (this.timers.some((timer) => timer.name === name)) throw new Error(`H1: two timers ${name}`);
        this.timers.push({ name, due: this.now + ms });
        return;
      }
      case 'archive':
        this.archiveDue = true;
        return;
      case 'members':
        this.membersAsked.push(effect.people);
        return;
      default:
        effect satisfies never;
    }
  }

  #checkFrame(text: string): DownMessage {
    if (text.length * 3 > FRAME_DOWN_BYTES_MAX && Buffer.byteLength(text) > FRAME_DOWN_BYTES_MAX) {
      throw new Error(`B1: a frame of ${Buffer.byteLength(text)} bytes: ${text.slice(0, 60)}`);
    }
    const message = parseDown(text);
    if (!message) throw new Error(`not a frame a client takes: ${text.slice(0, 200)}`);
    const told =
      message.type === 'outcomes'
        ? Math.max(0, ...message.outcomes.map((outcome) => ('version' in outcome && outcome.version) || 0))
        : message.type === 'changes'
          ? message.to
          : 0;
    if (told > this.twin.version) throw new Error(`E1: told of ${told}, stored ${this.twin.version}`);
    return message;
  }

  #nextTimer() {
    return this.timers.toSorted((a, b) => a.due - b.due)[0];
  }

  #cutAll(): void {
    for (const [id, { ends }] of [...this.#sockets]) {
      this.#sockets.delete(id);
      ends.closed(1006, 'cut');
    }
  }
}

function newHub(state: SiteState): Hub {
  return { state, feed: newFeed(), strikes: new Map(), members: new Map(), calledAt: 0 };
}

/** The session that stands for a person. */
export function hashOf(person: string): string {
  return `session-${person}`;
}

function named(person: string, role: Role): Principal {
  return { person, name: person.charAt(0).toUpperCase() + person.slice(1), role };
}
