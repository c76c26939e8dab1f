import { admit, revoke } from '../../worker/engine/admission.ts';
import { anchorOf } from '../../worker/engine/anchor.ts';
import { tellArchive } from '../../worker/engine/archive-news.ts';
import { newTurns, nextTurnMs } from '../../worker/engine/arrivals.ts';
import { recallAttention } from '../../worker/engine/attention-news.ts';
import { begin } from '../../worker/engine/birth.ts';
import { archived } from '../../worker/engine/checkpoint.ts';
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
import { letGoHopeless } from '../../worker/engine/lag.ts';
import { onMembers } from '../../worker/engine/members.ts';
import { tellPeople } from '../../worker/engine/presence.ts';
import { requestEdit } from '../../worker/engine/request.ts';
import { endOf, type Hub, onFrame, onGone, sessionOf } from '../../worker/engine/socket.ts';
import { rejoin } from '../../worker/engine/standing.ts';
import type { Env, Session } from '../../worker/engine/state.ts';
import { sha256 } from '../../worker/hash.ts';
import { Checkpointer } from '../../worker/hub/checkpointer.ts';
import { isSilent, SWEEP_MS_MIN } from '../../worker/hub/silence.ts';
import { saidAt } from '../../worker/hub/sockets.ts';
import type { Anchor, Answer } from '../../worker/ports.ts';
import type { Car } from '../../worker/protocol/car.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import { CLOSE, refuse } from '../../worker/protocol/errors.ts';
import type { LogEntry } from '../../worker/protocol/history.ts';
import { FRAME_DOWN_BYTES_MAX, LOG_TAIL_MAX } from '../../worker/protocol/limits.ts';
import type { SyncRequest, SyncResponse } from '../../worker/protocol/messages.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import { retryAfter } from '../../worker/protocol/retry-after.ts';
import type { Role, Site } from '../../worker/protocol/site.ts';
import { DurableTwin } from '../support/durable-twin.ts';
import { integer, type Random } from '../support/random.ts';
import { StoredCheck } from '../support/stored-check.ts';
import type { Cloud } from './cloud.ts';
import { OutputGate } from './output-gate.ts';
import { SingleEdits } from './single-edits.ts';
import type { Situations } from './situations.ts';
import type { Tape } from './tape.ts';
import type { Timeline } from './timeline.ts';

/** The other end of a socket that the hub has accepted. */
export interface SocketEnds {
  message(text: string): void;
  closed(code: number, reason: string): void;
}

interface Accepted {
  session: string;
  ends: SocketEnds;
  /** What the runtime keeps with the socket while the hub sleeps. */
  attached: Attached | null;
  /** When a frame came from it last; null where that was before the hub slept. */
  heardAt: number | null;
  /** When it last kept itself alive, which the runtime remembers. */
  pingedAt: number | null;
}

/** Why a handshake is refused. */
interface Refused {
  code: number;
  reason: string;
}

export interface HubParts {
  timeline: Timeline;
  cloud: Cloud;
  random: Random;
  situations: Situations;
  site: Site;
  tape: Tape;
}

const NO_CLOSE_FRAME = 1006;
const AWAY_MS = 10_000;
/** The runtime tries an alarm that throws so often again, each time after twice as long. */
const ALARM_RETRIES = 6;
const ALARM_RETRY_MS = 2_000;
/** No run makes so many versions. */
const WHOLE_LOG = 5_000;
/** All that the hub holds is compared with its storage after so many events, and what an event touched after each. */
const WHOLE_CHECK_EVENTS = 40;

/**
 * The Durable Object of a site: the shipped engine and checkpointer, in a shell that does what `SiteHub` does, on
 * storage and sockets that fail as the runtime's may. After every event it holds the engine to what must always be
 * so, and throws otherwise.
 */
export class SimulatedHub {
  hub: Hub | null = null;
  twin = new DurableTwin();
  /** What each epoch has made and the next one began with; the present one's last. */
  readonly epochs: LogEntry[][] = [];
  readonly sockets = new Map<SocketId, Accepted>();
  /** The protocol of the newest app it serves. */
  newest = 2;
  /** The next invocations of the alarm fail. */
  alarmsToFail = 0;
  flushMsMax = 8;
  readonly #parts: HubParts;
  readonly #gate: OutputGate;
  #checkpointer: Checkpointer;
  readonly #timers = new Set<TimerName>();
  #check = new StoredCheck();
  readonly #singles = new SingleEdits();
  /** The cars that the present epoch began with. */
  #inherited: Car[] = [];
  #events = 0;
  /** Grows with each process of the hub: what an earlier one has begun is nothing to a later. */
  #life = 0;
  #made = 0;
  #alarmsFailed = 0;
  #alarm: object | null = null;
  #sweptAt = 0;
  readonly #turns = newTurns();
  /** Those that the hub has let go of, while word of it waits for the disk. */
  readonly #closing = new Set<SocketEnds>();
  /** Who waits for an answer that waits for the disk. */
  readonly #resets = new Set<(error: Error) => void>();
  #birth: Promise<Hub> | null = null;
  #downUntil = 0;

  constructor(parts: HubParts) {
    this.#parts = parts;
    this.#gate = new OutputGate(parts.timeline, () => {
      this.twin.flush();
      parts.tape.flushed();
    });
    this.#checkpointer = this.#newCheckpointer();
    this.#begin('epoch-1', null);
  }

  get version(): number {
    return this.hub?.state.version ?? 0;
  }

  get isUp(): boolean {
    return this.#parts.timeline.now >= this.#downUntil;
  }

  /** Nothing is pending that would keep it awake (rule H1). */
  get isIdle(): boolean {
    return this.#timers.size === 0 && this.#gate.held === 0;
  }

  /** Changes have been made that not everybody has been told of. */
  get isTelling(): boolean {
    return this.#timers.has('feed');
  }

  /** Nothing of the epoch has been pruned, or is going to be. */
  get hasWholeLog(): boolean {
    return LOG_TAIL_MAX >= WHOLE_LOG;
  }

  get isArchived(): boolean {
    return this.hub !== null && this.hub.state.archived === this.hub.state.version;
  }

  // Sockets.

  /** A handshake. Resolves with the socket, or with how it is refused. */
  async accept(session: string, ends: SocketEnds): Promise<SocketId | Refused> {
    this.#sweep();
    this.#stirred();
    const admitted = await this.#admit(session);
    if (!admitted.ok) {
      return admitted.code === 'unavailable'
        ? { code: CLOSE.slowDown, reason: retryAfter(nextTurnMs(this.#turns, this.#now, AWAY_MS)) }
        : { code: CLOSE.unauthenticated, reason: admitted.code };
    }
    if (!this.isUp) return { code: NO_CLOSE_FRAME, reason: '' };
    const id = `socket-${++this.#made}`;
    this.sockets.set(id, { session, ends, attached: null, heardAt: this.#now, pingedAt: null });
    this.#parts.tape.add({ type: 'open', socket: id, session: admitted.value });
    return id;
  }

  receive(id: SocketId, text: string): void {
    const socket = this.sockets.get(id);
    // It has been closed, and did not know when it sent this.
    if (!socket) return;
    socket.heardAt = this.#now;
    this.#sweep();
    if (this.#isTooNew(text)) {
      this.#close(id, CLOSE.unknownProtocol, '');
      return;
    }
    this.#parts.tape.add({ type: 'frame', socket: id, text });
    const session = this.hub?.state.sessions.get(socket.session);
    const device = this.hub?.feed.listeners.get(id)?.device;
    const single =
      this.hub && session && device !== undefined
        ? this.#singles.before(text, this.hub.state, this.epochs.at(-1) ?? [], { device, role: session.role })
        : null;
    const effects = this.#run((hub, env) => onFrame(hub, { id, session: socket.session }, text, env));
    const fault = single && this.#singles.after(single, effects);
    if (fault) this.#parts.timeline.fail(new Error(fault));
    this.#stirred();
  }

  /** A keep-alive, which the runtime answers without waking the hub. */
  pinged(id: SocketId): boolean {
    const socket = this.sockets.get(id);
    if (socket) socket.pingedAt = this.#now;
    return socket !== undefined;
  }

  /** The other end has gone, or the network with it. */
  gone(id: SocketId): void {
    if (!this.sockets.has(id)) return;
    this.#parts.tape.add({ type: 'gone', socket: id });
    this.#gone(id);
    this.#sweep();
  }

  // HTTP. Rejects where the hub dies before it has answered.

  async sync(session: string, request: SyncRequest): Promise<Answer<SyncResponse>> {
    this.#sweep();
    const admitted = await this.#admit(session);
    if (!admitted.ok) return admitted;
    const { person, name, role } = admitted.value;
    let answer: Answer<SyncResponse> = refuse('internal');
    this.#parts.tape.add({ type: 'sync', session: admitted.value, request });
    this.#run((hub, env) => {
      const done = exchange(hub, request, { person, name, role }, env);
      answer = done.answer;
      return done.effects;
    });
    this.#stirred();
    return this.#afterWrites(answer);
  }

  /** One edit of somebody who has no device. Its id comes with it; null where the caller is not let in. */
  async request(session: string, id: string, intent: Intent): Promise<Outcome | null> {
    const admitted = await this.#admit(session);
    if (!admitted.ok) return null;
    const { person, name, role } = admitted.value;
    let outcome: Outcome | null = null;
    this.#parts.tape.add({ type: 'request', session: admitted.value, id, intent, base: this.version });
    this.#run((hub, env) => {
      const done = requestEdit(hub, intent, { id, principal: { person, name, role } }, env);
      outcome = done.outcome;
      return done.effects;
    });
    this.#stirred();
    return this.#afterWrites(outcome);
  }

  /** What its archive must hold: see `HubApi`. */
  anchor(newest: number | null): Answer<Anchor> {
    const env: Env = { now: this.#now, log: this.twin, hash: sha256 };
    return this.hub ? { ok: true, value: anchorOf(this.hub.state, env, newest) } : refuse('unavailable');
  }

  // What befalls it.

  /** The person's session ends here. */
  revoke(session: string): void {
    this.#parts.tape.add({ type: 'revoke', session });
    this.#run(({ state }) => [
      ...revoke(state, session, this.#now),
      ...this.#closesOf(session, CLOSE.unauthenticated),
    ]);
  }

  /** What somebody may do changes under their session: their devices have to hear what they may see now. */
  changeRole(session: string, role: Role): void {
    const known = this.hub?.state.sessions.get(session);
    if (!known) return;
    this.#parts.tape.spoil();
    this.#run(({ state }, env) => [
      ...admit(state, { ...known, role }, env),
      ...this.#closesOf(session, CLOSE.resync),
    ]);
  }

  /** It sleeps and wakes: sockets stay, and nothing of what was in memory. */
  evict(): void {
    if (!this.hub) return;
    this.#gate.open();
    this.#parts.tape.add({ type: 'evict' });
    this.#forgetMemory();
    this.#wake();
  }

  /** The process dies. What was written and not yet durable was never written, what was held was never sent. */
  crash(downMs: number, situations = this.#parts.situations): void {
    const held = this.#gate.crash();
    const lost = this.twin.rollBack();
    if (this.twin.isBorn) this.#dropAbove(this.twin.version);
    if (held > 0) situations.saw('a crash between a write and its answer');
    if (lost > 0) situations.saw('a crash that lost writes');
    this.#parts.tape.crash();
    this.#forgetMemory();
    this.#cutAll();
    this.#downUntil = this.#now + downMs;
    if (this.twin.isBorn) this.#wake();
  }

  /** Its storage is gone: whoever comes next begins another epoch with what the archive has (rule V2). */
  loseStorage(): void {
    this.#parts.situations.saw('storage lost');
    this.#parts.tape.spoil();
    this.#gate.crash();
    this.#forgetMemory();
    this.#cutAll();
    this.twin = new DurableTwin();
    this.#check = new StoredCheck();
    this.#alarm = null;
  }

  /** All that memory holds is what storage would give after a crash. */
  checkWhole(): void {
    if (!this.hub) return;
    const difference = this.#check.difference(this.hub.state, this.twin);
    if (difference) throw new Error(`H1 ${difference}`);
  }

  // The shell.

  get #now(): number {
    return this.#parts.timeline.now;
  }

  #newCheckpointer(): Checkpointer {
    const { cloud, random } = this.#parts;
    // The runtime's gate holds back what goes to D1 as well.
    const archive = {
      load: cloud.load.bind(cloud),
      save: async (...checkpoint: Parameters<Cloud['save']>) => {
        await new Promise<void>((leave) => this.#gate.pass(leave));
        return cloud.save(...checkpoint);
      },
    };
    return new Checkpointer({
      archive,
      log: { since: (version, limit) => this.twin.since(version, limit) },
      random,
      setAlarm: (at) => this.#arm(at),
    });
  }

  async #admit(hash: string): Promise<Answer<Session>> {
    try {
      const hub = await this.#open();
      if (!hub.state.sessions.has(hash)) {
        const life = this.#life;
        const member = await this.#parts.cloud.member(hash);
        if (life !== this.#life) return refuse('unavailable');
        if (!member) return refuse('unauthenticated');
        this.#run(({ state }, env) => admit(state, { hash, ...member, revoked: false }, env));
      }
      const session = this.hub && sessionOf(this.hub.state, hash, this.#now);
      return session ? { ok: true, value: session } : refuse('unauthenticated');
    } catch {
      return refuse('unavailable');
    }
  }

  #open(): Promise<Hub> | Hub {
    if (this.hub) return this.hub;
    this.#birth ??= this.#bear().finally(() => {
      this.#birth = null;
    });
    return this.#birth;
  }

  async #bear(): Promise<Hub> {
    const life = this.#life;
    const { cloud, site } = this.#parts;
    const epoch = `epoch-${this.epochs.length + 1}-${this.#life}`;
    const inherited = await cloud.load(site.id, { epoch, at: this.#now });
    if (life !== this.#life) throw new Error('the hub has gone meanwhile');
    return this.#begin(epoch, inherited);
  }

  #begin(epoch: string, inherited: Awaited<ReturnType<Cloud['load']>>): Hub {
    this.#dropAbove(inherited?.version ?? 0);
    this.epochs.push([]);
    this.#inherited = inherited?.cars ?? [];
    this.#singles.begin(this.#inherited);
    const { effects } = begin(this.#parts.site, epoch, inherited, sha256);
    for (const effect of effects) if (!isOutward(effect)) this.twin.run(effect);
    this.twin.flush();
    return this.#wake();
  }

  /** Versions above this one have never been, as far as anybody can tell. */
  #dropAbove(version: number): void {
    const log = this.epochs.at(-1);
    while (log && (log.at(-1)?.version ?? 0) > version) log.pop();
    this.#singles.begin(this.#inherited);
  }

  #wake(): Hub {
    const state = this.twin.load();
    const hub: Hub = { state, feed: newFeed(), strikes: new Map(), members: new Map(), calledAt: 0 };
    this.hub = hub;
    this.#checkpointer = this.#newCheckpointer();
    const { version } = state;
    for (const [id, { session, attached }] of this.sockets) {
      if (attached) rejoin(hub, { id, session, sent: version, ...structuredClone(attached) });
    }
    const text = JSON.stringify({ type: 'changes', from: version, to: version, cars: [] });
    for (const to of hub.feed.listeners.keys()) this.#outward({ type: 'send', to, text });
    for (const effect of recallAttention(hub.feed, state, this.#now)) this.#outward(effect);
    this.#checkpointer.wake(state, this.#now);
    return hub;
  }

  #forgetMemory(): void {
    this.#life++;
    this.hub = null;
    this.#birth = null;
    this.#timers.clear();
    for (const socket of this.sockets.values()) {
      socket.heardAt = saidAt(socket.attached ? { listener: socket.attached } : {});
    }
  }

  /** One event: the engine, one transaction, then everything outward. */
  #run(event: (hub: Hub, env: Env) => Effect[]): Effect[] {
    const { hub, twin } = this;
    if (!hub) return [];
    const before = hub.state.version;
    try {
      const env: Env = { now: this.#now, log: twin, hash: sha256 };
      const effects = ration(hub.feed, event(hub, env), env.now);
      for (const effect of effects) {
        if (isOutward(effect)) continue;
        twin.run(effect);
        if (effect.type === 'append') this.epochs.at(-1)?.push(effect.entry);
      }
      this.#hold(hub, before, effects);
      if (!twin.isFlushed) this.#gate.wrote(integer(this.#parts.random, 0, this.flushMsMax));
      for (const effect of effects) if (isOutward(effect)) this.#outward(effect);
      return effects;
    } catch (error) {
      // Whoever asked may be somebody who takes a failure for an answer.
      this.#parts.timeline.fail(error);
      return [];
    }
  }

  #hold({ state }: Hub, before: number, effects: Effect[]): void {
    let version = before;
    for (const effect of effects) {
      if (effect.type === 'append' && effect.entry.version !== ++version) {
        throw new Error(`V1 version ${effect.entry.version} after ${version - 1}`);
      }
    }
    if (state.version !== version) throw new Error(`V1 version ${state.version} and not ${version}`);
    this.#parts.timeline.note(version);
    const whole = ++this.#events % WHOLE_CHECK_EVENTS === 0;
    const difference = whole
      ? this.#check.difference(state, this.twin)
      : this.#check.touchedDifference(state, this.twin, effects);
    if (difference) throw new Error(`H1 ${difference}`);
  }

  #outward(effect: OutwardEffect): void {
    const { timeline } = this.#parts;
    switch (effect.type) {
      case 'send': {
        const { to, text } = effect;
        if (text.length * 3 > FRAME_DOWN_BYTES_MAX && Buffer.byteLength(text) > FRAME_DOWN_BYTES_MAX) {
          throw new Error(`B1 a frame of ${Buffer.byteLength(text)} bytes`);
        }
        timeline.note(text.length);
        const ends = this.sockets.get(to)?.ends;
        this.#gate.pass(() => ends?.message(text));
        return;
      }
      case 'close':
        this.#close(effect.to, effect.code, effect.reason);
        return;
      case 'attach': {
        const listener = this.hub?.feed.listeners.get(effect.to);
        const socket = this.sockets.get(effect.to);
        if (!socket || !listener) return;
        socket.attached = structuredClone(attachedOf(listener));
        return;
      }
      case 'timer': {
        const { name, ms } = effect;
        if (this.#timers.has(name)) throw new Error(`H1 two timers ${name}`);
        this.#timers.add(name);
        const life = this.#life;
        const ring = (): void => {
          if (life !== this.#life) return;
          this.#timers.delete(name);
          this.#run(({ feed, state }, { now }) =>
            name === 'feed' ? flush(feed, state, now) : tellPeople(feed, state, now),
          );
        };
        if (ms > 0) timeline.in(ms, `hub ${name}`, ring);
        else this.#gate.pass(() => timeline.in(0, `hub ${name}`, ring));
        return;
      }
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

  /** The site is in use. */
  #stirred(): void {
    if (this.hub) this.#checkpointer.heard(this.hub.state, this.#now);
  }

  async #askMembers(people: string[]): Promise<void> {
    const life = this.#life;
    const belonging = await this.#parts.cloud.members(people).catch(() => null);
    if (life === this.#life) this.#run((hub) => onMembers(hub, people, belonging));
  }

  #closesOf(session: string, code: number): Effect[] {
    const own = [...this.sockets].filter(([, socket]) => socket.session === session);
    return own.map(([to]): Effect => ({ type: 'close', to, code, reason: 'as of now' }));
  }

  /** To the hub it is gone at once; the other end hears of it once all that came before is durable. */
  #close(id: SocketId, code: number, reason: string): void {
    const ends = this.sockets.get(id)?.ends;
    if (!ends) return;
    if (code === CLOSE.resync) this.#parts.situations.saw('told to come again');
    if (code === CLOSE.lagging) this.#parts.situations.saw('a reader let go');
    this.#closing.add(ends);
    this.#gate.pass(() => {
      if (this.#closing.delete(ends)) ends.closed(code, reason);
    });
    this.#gone(id);
  }

  #gone(id: SocketId): void {
    const socket = this.sockets.get(id);
    if (!socket) return;
    this.sockets.delete(id);
    const { session, heardAt, pingedAt } = socket;
    this.#run((hub) => onGone(hub, { id, session }, Math.max(heardAt ?? 0, pingedAt ?? 0)));
  }

  #cutAll(): void {
    for (const [id, { ends }] of [...this.sockets]) {
      this.sockets.delete(id);
      ends.closed(NO_CLOSE_FRAME, '');
    }
    for (const ends of this.#closing) ends.closed(NO_CLOSE_FRAME, '');
    this.#closing.clear();
    for (const reset of this.#resets) reset(new Error('the hub has died'));
    this.#resets.clear();
  }

  #isTooNew(text: string): boolean {
    if (this.newest === 2 || !text.startsWith('{"type":"hello"')) return false;
    return JSON.parse(text).protocol > this.newest;
  }

  /** An answer that leaves once all that was written is durable. Rejects where the process dies first. */
  #afterWrites<T>(answer: T): Promise<T> {
    return new Promise((leave, reset) => {
      this.#resets.add(reset);
      this.#gate.pass(() => {
        this.#resets.delete(reset);
        leave(answer);
      });
    });
  }

  // The alarm, which outlives the process.

  #arm(at: number): void {
    const alarm = {};
    this.#alarm = alarm;
    this.#parts.timeline.in(at - this.#now, 'alarm', () => this.#ring(alarm, 0));
  }

  #ring(alarm: object, tries: number): void {
    const { timeline, situations } = this.#parts;
    if (this.#alarm !== alarm) return;
    if (!this.isUp) {
      timeline.in(1_000, 'alarm', () => this.#ring(alarm, tries));
      return;
    }
    if (this.alarmsToFail > 0) {
      this.alarmsToFail--;
      if (++this.#alarmsFailed === 7) situations.saw('seven alarms failed in a row');
      if (tries < ALARM_RETRIES) {
        timeline.in(ALARM_RETRY_MS * 2 ** tries, 'alarm', () => this.#ring(alarm, tries + 1));
        return;
      }
      this.#alarm = null;
      return;
    }
    this.#alarm = null;
    this.#alarmsFailed = 0;
    void this.#checkpoint();
  }

  async #checkpoint(): Promise<void> {
    this.#sweep();
    const { hub } = this;
    if (!hub) return;
    const life = this.#life;
    const { version } = await this.#checkpointer.save(hub.state, this.#now);
    if (life !== this.#life) return;
    this.#run(({ state, feed }, env) => [
      ...(version > state.archived ? archived(state, version) : []),
      ...tellArchive(feed, state, env),
    ]);
    this.#checkpointer.rearm(hub.state, this.#now);
  }

  #sweep(): void {
    const now = this.#now;
    if (!this.hub || now - this.#sweptAt < SWEEP_MS_MIN) return;
    this.#sweptAt = now;
    this.#run(({ feed }) => letGoHopeless(feed, now));
    const { state, feed } = this.hub;
    for (const [id, { session, heardAt, pingedAt }] of [...this.sockets]) {
      if (!sessionOf(state, session, now)) {
        const { code, reason } = endOf(state, { id, session });
        this.#close(id, code, reason);
      } else if (isSilent({ heardAt, pingedAt, isListener: feed.listeners.has(id) }, now)) {
        this.#close(id, CLOSE.resync, 'silent for too long');
      }
    }
  }
}
