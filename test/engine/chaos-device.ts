import { isDeepStrictEqual } from 'node:util';
import type { ReportedItem } from '../../worker/protocol/attention.ts';
import type { Edit } from '../../worker/protocol/edit.ts';
import { type DownMessage, PROTOCOL } from '../../worker/protocol/messages.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import { TestSocket } from '../support/engine-device.ts';
import type { EngineHub } from '../support/engine-hub.ts';
import { PlainReplica } from '../support/plain-replica.ts';
import { chance, integer, pick, type Random } from '../support/random.ts';
import { randomIntent } from './random-intent.ts';

/** A device with a queue and a board, that sends and hears late, twice, or not at all. */
export class ChaosDevice {
  readonly id: string;
  readonly person: string;
  readonly replica = new PlainReplica();
  socket: TestSocket | null = null;
  outbox: Edit[] = [];
  /** Every edit it made, by id. */
  readonly made = new Map<string, Edit>();
  /** Open items as it has been told: those of its welcome, and what came after. */
  listed = new Set<string>();
  /** Everything it has sent in this epoch, for sending again. */
  #sent: Edit[] = [];
  #seq = 0;
  #answeredSeq = 0;
  #base = 0;
  #ids = 0;
  /** It sends, and neither hears nor acknowledges anything. */
  isStalled = false;
  /** False until the welcome of its socket is taken. */
  #isWelcome = false;
  /** The first answer to each edit of this epoch. */
  #answers = new Map<string, Outcome>();
  /** Open items it has ever heard of. */
  readonly #items = new Set<string>();
  readonly #hub: EngineHub;
  readonly #random: Random;
  readonly #people: readonly string[];

  constructor(hub: EngineHub, id: string, person: string, people: readonly string[], random: Random) {
    this.#hub = hub;
    this.id = id;
    this.person = person;
    this.#people = people;
    this.#random = random;
  }

  get isOpen(): boolean {
    return this.socket !== null && this.socket.closeCode === null;
  }

  /** True where it has a socket and has taken its welcome. */
  get isReady(): boolean {
    return this.isOpen && this.#isWelcome && this.#hub.session(this.person) !== null;
  }

  /** Queues an edit, as of something it may have seen a while ago. */
  act(): void {
    const { version } = this.replica;
    const wild = chance(this.#random, 0.03);
    if (!wild) this.#base = integer(this.#random, Math.min(this.#base, version), version);
    const edit: Edit = {
      // An item it may have heard of, settled by now or not, or none at all.
      ...randomIntent(this.#random, version, [...this.#items, 'no-such-item']),
      id: `${this.id}-${++this.#ids}`,
      seq: ++this.#seq,
      base: wild ? integer(this.#random, 0, version + 2) : this.#base,
      at: 0,
    };
    if (chance(this.#random, 0.1)) edit.author = this.person;
    else if (chance(this.#random, 0.03)) edit.author = pick(this.#random, this.#people);
    this.made.set(edit.id, edit);
    this.outbox.push(edit);
    this.replica.edits.set(edit.seq, edit);
  }

  /** A new socket, and hello from where it is, or as if it had lost its board. */
  connect(): void {
    this.cut();
    this.isStalled = false;
    this.#isWelcome = false;
    this.socket = new TestSocket(this.#hub, this.person);
    const { epoch, version } = this.replica;
    const place = chance(this.#random, 0.05) ? { epoch: null, version: 0 } : { epoch, version };
    this.socket.send({ type: 'hello', protocol: PROTOCOL, device: this.id, ...place });
  }

  /** Loses the socket, and with it all that was on its way. */
  cut(): void {
    if (this.isOpen) this.socket?.cut();
    this.socket = null;
  }

  /** Sends the queue, or its beginning. */
  push(count = this.outbox.length): Outcome[] {
    const edits = this.outbox.slice(0, count);
    if (edits.length === 0 || !this.isReady) return [];
    return this.#send(edits);
  }

  /** Sends again something it has sent before, answered or not. */
  resend(): void {
    if (!this.isReady || this.#sent.length === 0) return;
    const from = integer(this.#random, 0, this.#sent.length - 1);
    const edits = this.#sent.slice(from, from + integer(this.#random, 1, 4));
    // A frame that runs on into what was never answered is an ordinary push.
    this.#send(edits);
  }

  /** A frame that leaves a gap: refused whole, the seq expected named, nothing changed. */
  gap(): void {
    const held = this.#hub.state.devices.get(this.id)?.seq ?? 0;
    const seq = held + integer(this.#random, 2, 5);
    if (!this.isReady || !this.socket) return;
    const { version } = this.#hub;
    const edit: Edit = { type: 'remove', car: '1', id: `${this.id}-gap`, seq, base: 0, at: 0 };
    this.socket.send({ type: 'push', edits: [edit] });
    if (!this.isOpen) return;
    const notice = this.socket.frames.at(-1);
    if (isSlowDown(notice)) return;
    const isRefused = notice?.type === 'notice' && notice.notice === 'refused' && notice.code === 'seq-gap';
    if (!isRefused || notice.seq !== held + 1) throw new Error(`E2: a gap got ${JSON.stringify(notice)}`);
    if (this.#hub.version !== version) throw new Error('E2: a gap took effect');
  }

  /** A seq that was answered, with another edit. */
  reuse(): void {
    const held = this.#hub.state.devices.get(this.id)?.seq ?? 0;
    if (!this.isReady || held === 0 || !this.socket) return;
    const seq = integer(this.#random, 1, held);
    const { version } = this.#hub;
    const edit: Edit = { type: 'remove', car: '1', id: `${this.id}-clone`, seq, base: 0, at: 0 };
    this.socket.send({ type: 'push', edits: [edit] });
    if (!this.isOpen) return;
    const answer = this.socket.frames.pop();
    if (isSlowDown(answer)) return;
    const code = answer?.type === 'outcomes' && 'code' in answer.outcomes[0]! && answer.outcomes[0].code;
    if (code !== 'seq-reused') throw new Error(`E2: a reused seq got ${JSON.stringify(answer)}`);
    if (this.#hub.version !== version) throw new Error('E2: a reused seq took effect');
    this.connect();
  }

  /** The same over HTTP, while it has no socket; the answer may be lost. */
  sync(): void {
    this.cut();
    if (!this.#hub.session(this.person)) return;
    const { epoch, version } = this.replica;
    // Without an epoch it could not tell, were the answer lost, whether it sends to the same one again.
    const edits = epoch === null ? [] : this.outbox.slice(0, integer(this.#random, 0, this.outbox.length));
    const request = { device: this.id, epoch, version, edits, seen: this.#answeredSeq };
    const answer = this.#hub.sync(this.person, request);
    if (!answer.ok) {
      if (answer.code !== 'slow-down') throw new Error(`sync: ${answer.code} ${answer.detail}`);
      return;
    }
    const { value } = answer;
    const isSameEpoch = epoch === null || epoch === value.epoch;
    if (isSameEpoch) {
      this.#noteSent(edits);
      this.#judge(edits, value.outcomes);
    }
    if (chance(this.#random, 0.3)) return;
    this.#meet(value.epoch, value.seq);
    this.replica.person = value.you.person;
    this.replica.firstLocation = value.site.locations[0];
    this.replica.catchUp(value);
    if (isSameEpoch) for (const { seq } of value.outcomes) this.#answered(seq);
    this.#compare();
  }

  /** Takes the next frames it has heard, and says how far it is now. */
  hear(count = Number.POSITIVE_INFINITY): void {
    if (this.isStalled) return;
    let heard = 0;
    for (let i = 0; i < count && this.socket; i++) {
      const frame = this.socket.frames.shift();
      this.socket.texts.length = 0;
      if (!frame) break;
      this.#take(frame);
      heard++;
    }
    if (heard > 0 && this.isReady) this.socket?.send({ type: 'ack', version: this.replica.version });
  }

  /** Reports edits of another epoch, or ones that the hub has answered already. Gives what it said. */
  report(): ReportedItem[] {
    if (!this.isReady) return [];
    const edits = this.#sent.slice(-3);
    const stray: Edit = {
      type: 'remove',
      car: '1',
      id: `${this.id}-stray-${++this.#ids}`,
      seq: 1,
      base: 0,
      at: 0,
    };
    if (chance(this.#random, 0.5)) edits.push(stray);
    const items = edits.map((edit) => ({
      author: edit.author ?? this.person,
      edit,
      code: 'other-epoch' as const,
    }));
    this.socket?.send({ type: 'attention', items });
    return items;
  }

  /** Says what it has stored. */
  see(): void {
    if (!this.isReady || this.isStalled) return;
    this.socket?.send({ type: 'seen', version: this.replica.version, seq: this.#answeredSeq });
  }

  #take(frame: DownMessage): void {
    if (frame.type === 'attention') {
      for (const { edit } of frame.items) this.#items.add(edit.id);
      for (const { edit } of frame.items) this.listed.add(edit.id);
      for (const id of frame.closed) this.listed.delete(id);
    }
    if (frame.type === 'welcome') {
      this.listed = new Set(frame.attention?.ids);
      this.#meet(frame.epoch, frame.seq);
      this.#isWelcome = true;
    }
    if (!this.replica.take(frame)) {
      // It has missed something: it comes again, and what it has heard besides is of no use.
      this.connect();
      return;
    }
    const outcomes = frame.type === 'welcome' || frame.type === 'outcomes' ? (frame.outcomes ?? []) : [];
    for (const { seq } of outcomes) this.#answered(seq);
    this.#compare();
  }

  /** Another epoch: what was queued is for its person to look at; seqs go on from what the hub says. */
  #meet(epoch: string, seq: number): void {
    if (this.replica.epoch !== null && this.replica.epoch !== epoch) {
      this.outbox = [];
      this.#sent = [];
      this.#answers = new Map();
      this.replica.edits.clear();
      this.#seq = seq;
      this.#answeredSeq = seq;
      this.#base = 0;
    }
  }

  #answered(seq: number): void {
    this.outbox = this.outbox.filter((edit) => edit.seq !== seq);
    this.#answeredSeq = Math.max(this.#answeredSeq, seq);
  }

  #send(edits: Edit[]): Outcome[] {
    const { socket } = this;
    if (!socket) return [];
    socket.send({ type: 'push', edits });
    if (socket.closeCode !== null) {
      // Told to come again before its answer, which is kept.
      const held = this.#hub.state.devices.get(this.id)?.seq ?? 0;
      this.#noteSent(edits.filter(({ seq }) => seq <= held));
      return [];
    }
    const answer = socket.frames.at(-1);
    if (answer?.type === 'outcomes') {
      this.#noteSent(edits);
      this.#judge(edits, answer.outcomes);
      // Of what it sends again the hub may have forgotten the answer. Nothing new is taken before another hello.
      if (answer.outcomes.some(isReused)) this.connect();
      return answer.outcomes;
    }
    if (isSlowDown(answer)) return [];
    throw new Error(`a push of ${edits.map(({ seq }) => seq)} got ${JSON.stringify(answer)}`);
  }

  #noteSent(edits: readonly Edit[]): void {
    const last = this.#sent.at(-1)?.seq ?? 0;
    this.#sent.push(...edits.filter(({ seq }) => seq > last));
  }

  /** E2: the first answer to an edit is the only one, as long as the hub keeps it; after that the log's. */
  #judge(edits: readonly Edit[], outcomes: readonly Outcome[]): void {
    for (const { id, seq } of edits) {
      const outcome = outcomes.find((candidate) => candidate.seq === seq);
      if (!outcome) throw new Error(`E2: no answer to ${id}`);
      const first = this.#answers.get(id);
      if (!first) this.#answers.set(id, outcome);
      else if (!isDeepStrictEqual(first, outcome) && !this.#isFromLog(first, outcome)) {
        throw new Error(
          `E2: ${id} was answered ${JSON.stringify(first)} and then ${JSON.stringify(outcome)}`,
        );
      }
    }
  }

  #isFromLog(first: Outcome, again: Outcome): boolean {
    const kept = this.#hub.state.devices.get(this.id)?.kept ?? [];
    if (kept.some(({ outcome }) => outcome.seq === first.seq)) return false;
    const version = 'version' in first ? first.version : undefined;
    if (version === undefined || !this.#hub.twin.entry(version)) {
      return isReused(again);
    }
    return again.outcome === 'applied' && again.version === version && again.at === first.at;
  }

  /** C1: where it is at the hub's version, its board is the hub's. */
  #compare(): void {
    const { state } = this.#hub;
    const { replica } = this;
    if (replica.epoch !== state.epoch || replica.version !== state.version || replica.partsDue > 0) return;
    const difference = replica.differenceFrom(state.cars);
    if (difference) throw new Error(`C1: at ${replica.version} ${this.id} has ${difference}`);
  }
}

/** Nothing of what was sent was taken: it has too much to read, or to say that it has seen. */
function isSlowDown(frame: DownMessage | undefined): boolean {
  return frame?.type === 'notice' && frame.notice === 'refused' && frame.code === 'slow-down';
}

function isReused(outcome: Outcome): boolean {
  return outcome.outcome === 'rejected' && outcome.code === 'seq-reused';
}
