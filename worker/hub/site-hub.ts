import { DurableObject } from 'cloudflare:workers';
import { admit, rename, revoke, seat } from '../engine/admission.ts';
import { anchorOf } from '../engine/anchor.ts';
import { tellArchive } from '../engine/archive-news.ts';
import { newTurns, nextTurnMs } from '../engine/arrivals.ts';
import { recallAttention } from '../engine/attention-news.ts';
import { begin } from '../engine/birth.ts';
import { catchUpWhole } from '../engine/catch-up.ts';
import { archived } from '../engine/checkpoint.ts';
import { CROWDED_MS, isCrowded } from '../engine/crowd.ts';
import {
  type Effect,
  isOutward,
  type OutwardEffect,
  type SocketId,
  type TimerName,
} from '../engine/effect.ts';
import { exchange } from '../engine/exchange.ts';
import { flush, newFeed } from '../engine/feed.ts';
import { fleetOf, rollCall } from '../engine/fleet.ts';
import { ration } from '../engine/flow.ts';
import { letGoHopeless } from '../engine/lag.ts';
import { onMembers } from '../engine/members.ts';
import { stir, tellPeople } from '../engine/presence.ts';
import { carOf } from '../engine/request.ts';
import { changeSettings, settingsSaved } from '../engine/settings.ts';
import { endOf, type Hub, onFrame, onGone, sessionOf } from '../engine/socket.ts';
import { rejoin } from '../engine/standing.ts';
import { type Env as EngineEnv, readerOf, type Session } from '../engine/state.ts';
import { sha256 } from '../hash.ts';
import {
  type Anchor,
  type Answer,
  type Archive,
  type Directory,
  type EditDone,
  type EditOptions,
  type HistoryQuery,
  type HistoryTail,
  type HubApi,
  type ImportRequest,
  SESSION_HEADER,
} from '../ports.ts';
import { FLEET_ACCESS, VERIFY_ACCESS } from '../protocol/access.ts';
import type { Cars, Fleet, ImportResult, RollCall } from '../protocol/api.ts';
import type { SiteChangeBody } from '../protocol/bodies.ts';
import { type CarView, viewOf } from '../protocol/car.ts';
import type { Intent } from '../protocol/edit.ts';
import { CLOSE, refuse } from '../protocol/errors.ts';
import { SOCKETS_MAX } from '../protocol/limits.ts';
import { type CatchUp, PING, PONG, type SyncRequest, type SyncResponse } from '../protocol/messages.ts';
import { retryAfter } from '../protocol/retry-after.ts';
import { hasRole, type Principal, type Role, type Settings } from '../protocol/site.ts';
import { Checkpointer } from './checkpointer.ts';
import { readTail } from './history-tail.ts';
import { answerEdit, answerImport } from './http-edit.ts';
import { Room } from './room.ts';
import { settled } from './settled.ts';
import { SWEEP_MS_MIN } from './silence.ts';
import { answerCode, attachmentOf, listenerOf } from './sockets.ts';
import { Storage } from './storage.ts';

/** What a hub reaches beside its own storage. */
export interface HubPorts {
  directory: Directory;
  archive: Archive;
  /** Where what went wrong is told. */
  report: (event: string, details: Record<string, unknown>) => void;
}

/** How long a device stays away that cannot be let in right now. Its turn comes a little after. */
const AWAY_MS = 10_000;

/**
 * The Durable Object of one site: a thin shell that decodes, calls the engine, writes what it says in one
 * transaction and then does the rest. It holds no rule of its own.
 *
 * Nothing is awaited between an event and its effects, so events take effect one by one; and what is sent after a
 * write leaves only when the write is durable (rule E1: the runtime's output gate).
 */
export function makeSiteHub<E>(portsOf: (env: E) => HubPorts) {
  return class SiteHub extends DurableObject<E> implements HubApi {
    readonly #storage: Storage;
    readonly #ports: HubPorts;
    readonly #checkpointer: Checkpointer;
    readonly #room: Room;
    #hub: Hub | null = null;
    #birth: Promise<Hub | null> | null = null;
    #sweptAt = 0;
    /** How often a role has changed. */
    #seatings = 0;
    readonly #turns = newTurns();

    constructor(ctx: DurableObjectState, env: E) {
      super(ctx, env);
      this.#ports = portsOf(env);
      this.#storage = new Storage(ctx.storage.sql);
      this.#room = new Room(ctx);
      this.#checkpointer = new Checkpointer({
        archive: this.#ports.archive,
        log: this.#storage.log,
        random: Math.random,
        setAlarm: (at) => void ctx.storage.setAlarm(at),
      });
      ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
      this.#wake();
    }

    // The WebSocket, handed over by the Worker with the caller's session checked.

    override async fetch(request: Request): Promise<Response> {
      this.#sweep();
      this.#stirred();
      const isFull = this.#room.size >= SOCKETS_MAX;
      const session = isFull
        ? refuse('unavailable')
        : await this.#admit(request.headers.get(SESSION_HEADER) ?? '');
      if (!session.ok) {
        return session.code === 'unavailable'
          ? turnedAway(CLOSE.slowDown, retryAfter(nextTurnMs(this.#turns, Date.now(), AWAY_MS)))
          : turnedAway(CLOSE.unauthenticated, session.code);
      }
      const { hash, person } = session.value;
      // A socket counts before its hello too: one person that only dials leaves room for the others.
      if (this.#hub && isCrowded(this.#hub.state, this.#room.sessions, person)) {
        return turnedAway(CLOSE.slowDown, retryAfter(CROWDED_MS));
      }
      const { 0: client, 1: server } = new WebSocketPair();
      this.#room.accept(server, { id: crypto.randomUUID(), session: hash }, Date.now());
      return new Response(null, { status: 101, webSocket: client });
    }

    override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
      const attachment = attachmentOf(socket);
      if (typeof message !== 'string') {
        socket.close(CLOSE.badFrame, 'frames are text');
        this.#gone(socket);
        return;
      }
      // It has been closed, and did not know when it sent this.
      if (!this.#room.has(attachment.id)) return;
      this.#room.heard(attachment.id, Date.now());
      this.#sweep();
      this.#run((hub, env) => onFrame(hub, attachment, message, env));
      this.#stirred();
    }

    override webSocketClose(socket: WebSocket, code: number, reason: string, wasClean: boolean): void {
      // A goodbye is a word of the device's; an end without one is not.
      if (wasClean) this.#room.heard(attachmentOf(socket).id, Date.now());
      this.#gone(socket);
      socket.close(answerCode(code), reason);
      this.#sweep();
    }

    override webSocketError(socket: WebSocket): void {
      this.#gone(socket);
    }

    // What the routes ask.

    async cars(hash: string): Promise<Answer<Cars>> {
      return this.#asked(hash, (hub) => {
        const { epoch, version } = hub.state;
        const cars = [...readerOf(hub.state).values()].filter((car) => !car.removed).map(viewOf);
        return { answer: { ok: true, value: { epoch, version, cars } }, effects: [] };
      });
    }

    async car(hash: string, id: string): Promise<Answer<CarView>> {
      return this.#asked(hash, (hub) => {
        const car = carOf(hub, id);
        return { answer: car ? { ok: true, value: car } : refuse('unknown-car'), effects: [] };
      });
    }

    async changes(hash: string, since: number, epoch: string | null): Promise<Answer<CatchUp>> {
      return this.#asked(hash, (hub, _, { now }) => {
        const place = { device: null, epoch: epoch ?? hub.state.epoch, version: since };
        return { answer: { ok: true, value: catchUpWhole(hub.state, place, now) }, effects: [] };
      });
    }

    async sync(hash: string, request: SyncRequest): Promise<Answer<SyncResponse>> {
      return this.#asked(hash, (hub, principal, env) => exchange(hub, request, principal, env));
    }

    async edit(hash: string, intent: Intent, options: EditOptions): Promise<Answer<EditDone>> {
      const id = crypto.randomUUID();
      return this.#asked(hash, (hub, principal, env) =>
        answerEdit(hub, { id, principal, intent, options, storage: this.#storage }, env),
      );
    }

    async importRoster(hash: string, request: ImportRequest): Promise<Answer<ImportResult>> {
      const id = crypto.randomUUID();
      return this.#asked(hash, (hub, principal, env) =>
        answerImport(hub, { id, principal, request, storage: this.#storage }, env),
      );
    }

    async historyTail(hash: string, query: HistoryQuery): Promise<Answer<HistoryTail>> {
      return this.#asked(hash, (hub) => ({
        answer: { ok: true, value: readTail(hub.state, this.#storage.log, query) },
        effects: [],
      }));
    }

    async anchor(hash: string, newest: number | null): Promise<Answer<Anchor>> {
      return this.#asked(hash, ({ state }, { role }, env) => ({
        answer: hasRole(role, VERIFY_ACCESS)
          ? { ok: true, value: anchorOf(state, env, newest) }
          : refuse('forbidden'),
        effects: [],
      }));
    }

    async fleet(hash: string): Promise<Answer<Fleet>> {
      return this.#asked(hash, (hub, { role }, env) => {
        if (!hasRole(role, FLEET_ACCESS)) return { answer: refuse('forbidden'), effects: [] };
        const heardOn = (id: SocketId) => this.#room.heardOn(id);
        return { answer: { ok: true, value: fleetOf(hub, env, { heardOn, handleOf }) }, effects: [] };
      });
    }

    async rollCall(hash: string): Promise<Answer<RollCall>> {
      return this.#asked(hash, (hub, { role }, { now }) => {
        if (!hasRole(role, FLEET_ACCESS)) return { answer: refuse('forbidden'), effects: [] };
        return rollCall(hub, now);
      });
    }

    async revoke(hashes: readonly string[]): Promise<void> {
      if (!(await this.#open())) return;
      this.#run(({ state }, { now }) => [
        ...hashes.flatMap((hash) => revoke(state, hash, now)),
        ...this.#close(hashes, CLOSE.unauthenticated, 'the session has ended'),
      ]);
    }

    async seat(person: string, role: Role | null): Promise<void> {
      if (!(await this.#open())) return;
      this.#seatings++;
      const done = this.#run((hub) => {
        const { changed, effects } = seat(hub, person, role);
        const hashes = changed.map(({ hash }) => hash);
        // Who comes again is told their new role.
        const closed =
          role === null
            ? this.#close(hashes, CLOSE.unauthenticated, 'the session has ended')
            : this.#close(hashes, CLOSE.resync, 'the role has changed');
        return [...effects, ...closed];
      });
      // Whoever asked is to ask again.
      if (!done) throw new Error('the role was not changed');
    }

    async rename(person: string, name: string): Promise<void> {
      if (!(await this.#open())) return;
      const done = this.#run((hub, env) => [
        ...rename(hub.state, person, name, env),
        ...stir(hub.feed, person),
      ]);
      if (!done) throw new Error('the name was not changed');
    }

    async configure(hash: string, change: SiteChangeBody): Promise<Answer<Settings>> {
      const id = crypto.randomUUID();
      return this.#asked(hash, (hub, principal, env) => changeSettings(hub, change, { id, principal }, env));
    }

    override async alarm(): Promise<void> {
      this.#sweep();
      const hub = this.#hub;
      if (!hub) return;
      const { version, settingsAt, error } = await this.#checkpointer.save(hub.state, Date.now());
      if (error) this.#ports.report('checkpoint failed', { site: hub.state.site.id, error });
      this.#run(({ state, feed }, env) => [
        ...(version > state.archived ? archived(state, version) : []),
        ...settingsSaved(state, settingsAt),
        ...tellArchive(feed, state, env),
      ]);
      // Re-armed last: an alarm that throws is retried six times and then forgotten.
      if (this.#hub) this.#checkpointer.rearm(this.#hub.state, Date.now());
    }

    // The shell.

    /** Closes the sockets of these sessions. */
    #close(hashes: readonly string[], code: number, reason: string): Effect[] {
      return [...this.#room].flatMap(({ attachment: { id, session } }): Effect[] =>
        hashes.includes(session) ? [{ type: 'close', to: id, code, reason }] : [],
      );
    }

    /** Loads what storage has, and the sockets that outlived a sleep. */
    #wake(): void {
      this.ctx.storage.transactionSync(() => this.#storage.upgrade());
      const state = this.#storage.load();
      this.#hub = state && {
        state,
        feed: newFeed(),
        strikes: new Map(),
        members: new Map(),
        calledAt: 0,
      };
      if (!this.#hub || !state) return;
      for (const attachment of this.#room.recall()) {
        const listener = listenerOf(attachment, state.version);
        if (listener) rejoin(this.#hub, listener);
      }
      // A sleep can only have come with nothing due, but a crash or eviction may have come between a commit and its
      // broadcast: an empty frame tells every listener which version it should be at.
      const text = JSON.stringify({ type: 'changes', from: state.version, to: state.version, cars: [] });
      for (const to of this.#hub.feed.listeners.keys()) this.#outward({ type: 'send', to, text });
      for (const effect of recallAttention(this.#hub.feed, state, Date.now())) this.#outward(effect);
      this.#checkpointer.wake(state, Date.now());
    }

    /** The hub, begun from the archive where its storage is empty; null where there is no such site. */
    async #open(): Promise<Hub | null> {
      if (this.#hub) return this.#hub;
      this.#birth ??= this.#begin().finally(() => {
        this.#birth = null;
      });
      return this.#birth;
    }

    async #begin(): Promise<Hub | null> {
      const id = this.ctx.id.name ?? '';
      const { directory, archive } = this.#ports;
      const site = await directory.site(id);
      if (!site) return null;
      const epoch = crypto.randomUUID().slice(0, 8);
      const inherited = await archive.load(id, { epoch, at: Date.now() });
      const { effects } = begin(site, epoch, inherited, sha256);
      this.ctx.storage.transactionSync(() => {
        this.#storage.create();
        for (const effect of effects) this.#storage.run(effect);
      });
      this.#wake();
      return this.#hub;
    }

    /** The session behind a hash: known here, or looked up in the directory once and kept. */
    async #admit(hash: string): Promise<Answer<Session>> {
      try {
        const hub = await this.#open();
        if (!hub) return refuse('not-found');
        if (hub.state.sessions.has(hash)) return this.#present(hash);
        const member = await settled(
          () => this.#ports.directory.member(hash, hub.state.site.id),
          () => this.#seatings,
        );
        if (!member) return refuse('unauthenticated');
        this.#run(({ state }, env) => admit(state, { hash, ...member, revoked: false }, env));
        return this.#present(hash);
      } catch (error) {
        this.#ports.report('admission failed', { error: String(error) });
        return refuse('unavailable');
      }
    }

    #present(hash: string): Answer<Session> {
      const session = this.#hub && sessionOf(this.#hub.state, hash, Date.now());
      return session ? { ok: true, value: session } : refuse('unauthenticated');
    }

    /** A question or request from a route: the caller first, then one event. */
    async #asked<T>(
      hash: string,
      event: (hub: Hub, principal: Principal, env: EngineEnv) => { answer: Answer<T>; effects: Effect[] },
    ): Promise<Answer<T>> {
      this.#sweep();
      const session = await this.#admit(hash);
      if (!session.ok) return session;
      const { person, name, role } = session.value;
      let answer: Answer<T> = refuse('internal');
      const done = this.#run((hub, env) => {
        const result = event(hub, { person, name, role }, env);
        answer = result.answer;
        return result.effects;
      });
      this.#stirred();
      return done ? answer : refuse('internal');
    }

    /**
     * One event: engine, one transaction, then everything outward. If anything throws, nothing was written, and what is
     * in memory is thrown away for what is in storage. True where it went well.
     */
    #run(event: (hub: Hub, env: EngineEnv) => Effect[]): boolean {
      const hub = this.#hub;
      if (!hub) return false;
      try {
        const now = Date.now();
        const env: EngineEnv = { now, log: this.#storage.log, hash: sha256 };
        const effects = ration(hub.feed, event(hub, env), now);
        this.#write(effects);
        for (const effect of effects) if (isOutward(effect)) this.#outward(effect);
        return true;
      } catch (error) {
        this.#ports.report('event failed', { site: hub.state.site.id, error: describe(error) });
        this.#startAgain();
        return false;
      }
    }

    #write(effects: Effect[]): void {
      if (effects.every(isOutward)) return;
      this.ctx.storage.transactionSync(() => {
        for (const effect of effects) if (!isOutward(effect)) this.#storage.run(effect);
      });
    }

    #outward(effect: OutwardEffect): void {
      switch (effect.type) {
        case 'send':
          this.#room.send(effect.to, effect.text);
          return;
        case 'close': {
          const socket = this.#room.close(effect.to, effect.code, effect.reason);
          // A peer that does not read never answers: nothing is sent to it any more, and its place is free.
          if (socket) this.#gone(socket);
          return;
        }
        case 'attach': {
          const listener = this.#hub?.feed.listeners.get(effect.to);
          if (listener) this.#room.attach(listener);
          return;
        }
        case 'timer':
          this.#later(effect.ms, () => this.#run((hub, { now }) => onTimer(hub, effect.name, now)));
          return;
        case 'archive':
          this.#stirred();
          return;
        case 'members':
          void this.#askMembers(effect.people);
          return;
        default:
          effect satisfies never;
      }
    }

    /** The site is in use: what waits for the archive does not wait long. */
    #stirred(): void {
      if (this.#hub) this.#checkpointer.heard(this.#hub.state, Date.now());
    }

    /** Never throws: without an answer the engine hears that there is none. */
    async #askMembers(people: string[]): Promise<void> {
      const site = this.#hub?.state.site.id ?? '';
      const belonging = await this.#ports.directory.members(site, people).catch((error) => {
        this.#ports.report('members not known', { site, error: String(error) });
        return null;
      });
      this.#run((hub) => onMembers(hub, people, belonging));
    }

    /** A timer of no time takes a millisecond; what is due next turn comes once the answer before it is durable. */
    #later(ms: number, act: () => void): void {
      if (ms === 0) void this.ctx.storage.sync().then(act);
      else setTimeout(act, ms);
    }

    #gone(socket: WebSocket): void {
      const attachment = attachmentOf(socket);
      const heardAt = this.#room.heardOn(attachment.id);
      this.#room.leave(attachment.id);
      this.#run((hub) => onGone(hub, attachment, heardAt));
    }

    /**
     * Lets go of sockets whose session has ended, or whose peer has fallen silent or does not read. Done with whatever
     * happens, now and then: no timer is kept for it (rule H1).
     */
    #sweep(): void {
      const now = Date.now();
      if (now - this.#sweptAt < SWEEP_MS_MIN) return;
      this.#sweptAt = now;
      this.#run(({ feed }) => letGoHopeless(feed, now));
      for (const { socket, attachment } of this.#room) {
        const { state, feed } = this.#hub ?? {};
        if (state && !sessionOf(state, attachment.session, now)) {
          const { code, reason } = endOf(state, attachment);
          socket.close(code, reason);
          this.#gone(socket);
          continue;
        }
        if (!this.#room.isSilent(attachment.id, feed?.listeners.has(attachment.id) ?? false, now)) continue;
        socket.close(CLOSE.resync, 'silent for too long');
        this.#gone(socket);
      }
    }

    /** After a failure: memory from storage, and every device says hello again. */
    #startAgain(): void {
      this.#room.clear(CLOSE.resync, 'the hub starts again');
      this.#wake();
    }
  };
}

/** Browsers hide the status of a refused handshake: the reason goes in a close code instead. */
function turnedAway(code: number, reason: string): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(code, reason);
  return new Response(null, { status: 101, webSocket: client });
}

function onTimer({ state, feed }: Hub, name: TimerName, now: number): Effect[] {
  return name === 'feed' ? flush(feed, state, now) : tellPeople(feed, state, now);
}

/** Of 48 bits: a site's devices do not meet in it, and nobody finds an id from it. */
function handleOf(device: string): string {
  return sha256(device).slice(0, 8);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
