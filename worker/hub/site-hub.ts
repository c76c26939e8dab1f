import { DurableObject } from 'cloudflare:workers';
import { admit, revoke } from '../engine/admission.ts';
import { begin } from '../engine/birth.ts';
import { catchUpWhole } from '../engine/catch-up.ts';
import { archived, CHECKPOINT_DELAY_MS } from '../engine/checkpoint.ts';
import {
  type Effect,
  isOutward,
  type OutwardEffect,
  type SocketId,
  type TimerName,
} from '../engine/effect.ts';
import { exchange } from '../engine/exchange.ts';
import { flush, newFeed } from '../engine/feed.ts';
import { tellPeople } from '../engine/presence.ts';
import { carOf } from '../engine/request.ts';
import { type Hub, onFrame, onGone, type Socket, sessionOf } from '../engine/socket.ts';
import { type Env as EngineEnv, readerOf, type Session } from '../engine/state.ts';
import {
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
import type { Cars, ImportResult } from '../protocol/api.ts';
import { type CarView, viewOf } from '../protocol/car.ts';
import type { Intent } from '../protocol/edit.ts';
import { CLOSE, refuse } from '../protocol/errors.ts';
import { SOCKETS_MAX } from '../protocol/limits.ts';
import { type CatchUp, PING, PONG, type SyncRequest, type SyncResponse } from '../protocol/messages.ts';
import type { Principal, Site } from '../protocol/site.ts';
import { Checkpointer } from './checkpointer.ts';
import { readTail } from './history-tail.ts';
import { answerEdit, answerImport } from './http-edit.ts';
import { answerCode, attach, attachmentOf, listenerOf } from './sockets.ts';
import { Storage } from './storage.ts';

/** What a hub reaches beside its own storage. */
export interface HubPorts {
  directory: Directory;
  archive: Archive;
  /** Where what went wrong is told. */
  report: (event: string, details: Record<string, unknown>) => void;
}

/**
 * A device that pings does so every few seconds. One that has stopped for this long is gone, though its link may never
 * have said so.
 */
const SILENCE_MS_MAX = 45_000;
/** Looks for such sockets are this far apart at least. */
const SWEEP_MS_MIN = 1_000;

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
    readonly #sockets = new Map<SocketId, WebSocket>();
    readonly #heardAt = new Map<SocketId, number>();
    #hub: Hub | null = null;
    #birth: Promise<Hub | null> | null = null;
    #alarmSet = false;
    #sweptAt = 0;

    constructor(ctx: DurableObjectState, env: E) {
      super(ctx, env);
      this.#ports = portsOf(env);
      this.#storage = new Storage(ctx.storage.sql);
      this.#checkpointer = new Checkpointer(this.#ports.archive, this.#storage.log, Math.random);
      ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
      this.#wake();
    }

    // The WebSocket, handed over by the Worker with the caller's session checked.

    override async fetch(request: Request): Promise<Response> {
      this.#sweep();
      const isFull = this.#sockets.size >= SOCKETS_MAX;
      const session = isFull
        ? refuse('unavailable')
        : await this.#admit(request.headers.get(SESSION_HEADER) ?? '');
      const { 0: client, 1: server } = new WebSocketPair();
      if (!session.ok) {
        // Browsers hide the status of a refused handshake: the reason goes in a close code instead.
        server.accept();
        server.close(session.code === 'unavailable' ? CLOSE.slowDown : CLOSE.unauthenticated, session.code);
        return new Response(null, { status: 101, webSocket: client });
      }
      const socket: Socket = { id: crypto.randomUUID(), session: session.value.hash };
      this.ctx.acceptWebSocket(server);
      server.serializeAttachment(socket);
      this.#sockets.set(socket.id, server);
      this.#heardAt.set(socket.id, Date.now());
      return new Response(null, { status: 101, webSocket: client });
    }

    override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
      const attachment = attachmentOf(socket);
      if (typeof message !== 'string') {
        socket.close(CLOSE.badFrame, 'frames are text');
        return;
      }
      this.#heardAt.set(attachment.id, Date.now());
      this.#run((hub, env) => onFrame(hub, attachment, message, env));
    }

    override webSocketClose(socket: WebSocket, code: number, reason: string): void {
      this.#gone(socket);
      socket.close(answerCode(code), reason);
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

    async revoke(hash: string): Promise<void> {
      if (!(await this.#open())) return;
      this.#run(({ state }, { now }) => {
        const effects: Effect[] = revoke(state, hash, now);
        for (const [id, socket] of this.#sockets) {
          if (attachmentOf(socket).session !== hash) continue;
          effects.push({
            type: 'close',
            to: id,
            code: CLOSE.unauthenticated,
            reason: 'the session has ended',
          });
        }
        return effects;
      });
    }

    async configure(site: Site): Promise<void> {
      if (!(await this.#open())) return;
      this.#run(({ state, feed }) => {
        state.site = site;
        const text = JSON.stringify({ type: 'notice', notice: 'site', site });
        const told = [...feed.listeners.keys()].map((to): Effect => ({ type: 'send', to, text }));
        return [{ type: 'put-meta', meta: state }, ...told];
      });
    }

    override async alarm(): Promise<void> {
      this.#alarmSet = false;
      this.#sweep();
      const hub = this.#hub;
      if (!hub) return;
      const { version, nextMs, error } = await this.#checkpointer.save(hub.state, Date.now());
      if (error) this.#ports.report('checkpoint failed', { site: hub.state.site.id, nextMs, error });
      this.#run(({ state }) => (version > state.archived ? archived(state, version) : []));
      // Re-armed last: an alarm that throws is retried six times and then forgotten.
      if (this.#hub && this.#hub.state.version > this.#hub.state.archived) this.#arm(nextMs);
    }

    // The shell.

    /** Loads what storage has, and the sockets that outlived a sleep. */
    #wake(): void {
      const state = this.#storage.load();
      this.#hub = state && { state, feed: newFeed(), strikes: new Map() };
      if (!this.#hub || !state) return;
      for (const socket of this.ctx.getWebSockets()) {
        const attachment = attachmentOf(socket);
        this.#sockets.set(attachment.id, socket);
        const listener = listenerOf(attachment, state.version);
        if (listener) this.#hub.feed.listeners.set(listener.id, listener);
      }
      // A sleep can only have come with nothing due, but a crash or eviction may have come between a commit and its
      // broadcast: an empty frame tells every listener which version it should be at.
      const text = JSON.stringify({ type: 'changes', from: state.version, to: state.version, cars: [] });
      for (const to of this.#hub.feed.listeners.keys()) this.#outward({ type: 'send', to, text });
      if (state.version > state.archived) this.#arm(CHECKPOINT_DELAY_MS);
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
      const [site, inherited] = await Promise.all([directory.site(id), archive.load(id)]);
      if (!site) return null;
      const { effects } = begin(site, crypto.randomUUID().slice(0, 8), inherited);
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
        const member = await this.#ports.directory.member(hash, hub.state.site.id);
        if (!member) return refuse('unauthenticated');
        this.#run(({ state }, { now }) => admit(state, { hash, ...member, revoked: false }, now));
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
      const session = await this.#admit(hash);
      if (!session.ok) return session;
      const { person, name, role } = session.value;
      let answer: Answer<T> = refuse('internal');
      const done = this.#run((hub, env) => {
        const result = event(hub, { person, name, role }, env);
        answer = result.answer;
        return result.effects;
      });
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
        const effects = event(hub, { now: Date.now(), log: this.#storage.log });
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
          this.#sockets.get(effect.to)?.send(effect.text);
          return;
        case 'close':
          this.#sockets.get(effect.to)?.close(effect.code, effect.reason);
          return;
        case 'attach': {
          const socket = this.#sockets.get(effect.to);
          const listener = this.#hub?.feed.listeners.get(effect.to);
          if (socket && listener) attach(socket, listener);
          return;
        }
        case 'timer':
          this.#later(effect.ms, () => this.#run((hub) => onTimer(hub, effect.name)));
          return;
        case 'archive':
          if (!this.#alarmSet) this.#arm(CHECKPOINT_DELAY_MS);
          return;
        default:
          effect satisfies never;
      }
    }

    /** A timer of no time takes a millisecond; what is due next turn comes once the answer before it is durable. */
    #later(ms: number, act: () => void): void {
      if (ms === 0) void this.ctx.storage.sync().then(act);
      else setTimeout(act, ms);
    }

    #arm(ms: number): void {
      this.#alarmSet = true;
      void this.ctx.storage.setAlarm(Date.now() + ms);
    }

    #gone(socket: WebSocket): void {
      const attachment = attachmentOf(socket);
      this.#sockets.delete(attachment.id);
      this.#heardAt.delete(attachment.id);
      this.#run((hub) => onGone(hub, attachment));
    }

    /**
     * Lets go of sockets whose session has ended or whose peer has fallen silent. Done as others come and with each
     * checkpoint: no timer is kept for it (rule H1).
     */
    #sweep(): void {
      const now = Date.now();
      // When all come back at once, one look at all of them is enough.
      if (now - this.#sweptAt < SWEEP_MS_MIN) return;
      this.#sweptAt = now;
      for (const [id, socket] of this.#sockets) {
        if (!this.#hub || !sessionOf(this.#hub.state, attachmentOf(socket).session, now)) {
          socket.close(CLOSE.unauthenticated, 'the session has ended');
          this.#gone(socket);
          continue;
        }
        if (!this.#isSilent(id, socket, now)) continue;
        socket.close(CLOSE.resync, 'silent for too long');
        this.#gone(socket);
      }
    }

    #isSilent(id: SocketId, socket: WebSocket, now: number): boolean {
      const heard = this.#heardAt.get(id) ?? 0;
      const pinged = this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime();
      // One that never pings may have nothing to say, but hello it has to say.
      const isOverdue = heard > 0 && !this.#hub?.feed.listeners.has(id);
      if (pinged === undefined && !isOverdue) return false;
      return now - Math.max(pinged ?? 0, heard) >= SILENCE_MS_MAX;
    }

    /** After a failure: memory from storage, and every device says hello again. */
    #startAgain(): void {
      for (const socket of this.#sockets.values()) socket.close(CLOSE.resync, 'the hub starts again');
      this.#sockets.clear();
      this.#wake();
    }
  };
}

function onTimer({ state, feed }: Hub, name: TimerName): Effect[] {
  return name === 'feed' ? flush(feed, state) : tellPeople(feed, state);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
