import type { Car } from '../../worker/protocol/car.ts';
import type { Hello, Notice, Person, Welcome } from '../../worker/protocol/messages.ts';
import { PING, PONG } from '../../worker/protocol/messages.ts';
import { parseDown } from '../../worker/protocol/parse-down.ts';
import type { Clock } from './clock.ts';
import type { Dial, Exchange } from './connection.ts';
import type { Device, Reading } from './device.ts';
import { Exchanger } from './exchanger.ts';
import { HandOver } from './hand-over.ts';
import { healthOf, isSameHealth } from './health.ts';
import { Inbox, type Ready } from './inbox.ts';
import type { Link } from './link-state.ts';
import { Pace } from './pace.ts';
import { afterNews, namesOf } from './presence.ts';
import type { Random } from './random.ts';
import { Receipts } from './receipts.ts';
import { SeenReports } from './seen-reports.ts';
import type { Sender } from './sender.ts';
import { SyncRequests } from './sync-now.ts';
import type { Health, StopReason } from './view.ts';
import { Wire } from './wire.ts';

export interface ConversationPorts {
  dial: Dial;
  exchange: Exchange;
  clock: Clock;
  random: Random;
}

/** What a device knows from being connected, or from not being. */
export interface Contact {
  health: Health;
  /** See `View`. */
  troubledSince: number | null;
  people: readonly Person[];
  delayedSince: number | null;
}

/** A board that stays proven is stored as such this often. */
const PROOF_MS = 60_000;

/**
 * What a device says to the hub and hears from it, over a socket or by exchanges: connects, greets, reads each frame,
 * sends what can be sent, and says how it stands. What it hears it gives the device; it holds no edit itself.
 */
export class Conversation {
  readonly #device: Device;
  readonly #clock: Clock;
  readonly #changedView: () => void;
  readonly #wire: Wire;
  readonly #exchanger: Exchanger;
  readonly #handOver: HandOver;
  readonly #seen: SeenReports;
  readonly #receipts: Receipts;
  readonly #pace: Pace;
  readonly #inbox = new Inbox();
  readonly #syncs: SyncRequests;
  #contact: Contact;
  #car: string | null = null;
  /** The last one sent. */
  #hello: Hello | null = null;
  /** Grows with every message. */
  #heard = 0;
  #proofShownAt = 0;
  /** The last exchange has said which epoch the hub is in and who this is. */
  #isKnown = false;

  /** @param contact how it stood before; `changed` is called whenever that, or what the device shows, is another. */
  constructor(ports: ConversationPorts, device: Device, contact: Contact, changed: () => void) {
    const { clock, exchange } = ports;
    this.#device = device;
    this.#clock = clock;
    this.#contact = contact;
    this.#changedView = changed;
    this.#wire = new Wire(ports, {
      opened: () => this.#opened(),
      message: (text) => this.#message(text),
      lost: () => this.#lost(),
      exchange: () => void this.#poll(),
      changed: (link) => this.#linkChanged(link),
    });
    this.#exchanger = new Exchanger(device, exchange);
    this.#handOver = new HandOver(clock, device, exchange);
    this.#seen = new SeenReports(clock, device, (frame, version) => {
      this.#send(frame);
      this.#receipts.told(version);
    });
    this.#receipts = new Receipts({
      clock,
      version: () => device.replica.version,
      send: (frame) => this.#send(frame),
    });
    this.#pace = new Pace(clock, () => this.#pump());
    this.#syncs = new SyncRequests(clock);
  }

  get contact(): Contact {
    return this.#contact;
  }

  start(): void {
    this.#wire.dispatch({ type: 'start' });
  }

  /** See `SiteClient.syncNow`. */
  syncNow(evenIfStopped: boolean): Promise<boolean> {
    const done = this.#syncs.add(this.#heard);
    this.#wire.dispatch({ type: 'wake', evenIfStopped });
    this.#endSyncs();
    return done;
  }

  where(car: string | null): void {
    this.#car = car;
    this.#tellWhere();
  }

  saveData(on: boolean): void {
    this.#wire.dispatch({ type: 'saver', on });
  }

  hint(hint: 'online' | 'visible' | 'hidden' | 'tick'): void {
    this.#wire.dispatch(hint === 'online' ? { type: 'wake' } : { type: hint });
  }

  stop(reason: StopReason | null): void {
    this.#wire.dispatch({ type: 'stop', reason });
  }

  /** The device shows something else, or holds something else. */
  changed(): void {
    this.#seen.held();
  }

  /** Something of the device has become durable. */
  stored(): void {
    this.#seen.stored();
    this.#pump();
    this.#endSyncs();
  }

  get #isLive(): boolean {
    return this.#wire.link.phase.is === 'live';
  }

  #message(text: string): void {
    this.#heard++;
    this.#wire.dispatch({ type: 'heard', unasked: text !== PONG });
    if (this.#isLive) this.#proven();
    if (text !== PONG) {
      this.#frame(text);
      this.#receipts.heard(text.length);
    }
    this.#endSyncs();
  }

  #frame(text: string): void {
    const reading = this.#readFrame(text);
    if (reading !== 'ok') this.#wire.dispatch({ type: reading });
  }

  #readFrame(text: string): Reading {
    const message = parseDown(text);
    const ready = message && this.#inbox.take(message);
    if (!ready) return 'broken';
    if (this.#inbox.isWaiting) this.#wire.dispatch({ type: 'welcomed', complete: false });
    for (const next of ready) {
      const reading = this.#read(next);
      if (reading !== 'ok') return reading;
    }
    return 'ok';
  }

  #read(message: Ready): Reading {
    switch (message.type) {
      case 'welcomed':
        return this.#welcomed(message.welcome, message.cars);
      case 'changes':
        return this.#device.changes(message);
      case 'outcomes': {
        const reading = this.#device.outcomes(message);
        this.#pace.answered();
        this.#wire.dispatch({ type: 'answered', left: this.#device.outbox.inFlight > 0 });
        if (reading === 'ok') this.#pump();
        return reading;
      }
      case 'people':
        this.#know({ people: afterNews(this.#contact.people, message.people) });
        this.#device.learnNames(namesOf(message.people));
        this.#changedView();
        return 'ok';
      case 'attention':
        this.#device.attention(message);
        return 'ok';
      case 'notice':
        return this.#notice(message);
      default:
        return message satisfies never;
    }
  }

  #opened(): void {
    this.#pace.begin();
    this.#receipts.begin();
    this.#hello = this.#device.hello();
    this.#send(JSON.stringify(this.#hello));
  }

  #welcomed(welcome: Welcome, cars: Car[] | null): Reading {
    const reading = this.#device.catchUp(welcome, cars);
    if (reading !== 'ok') return reading;
    this.#know({ people: welcome.people, delayedSince: welcome.delayedSince ?? null });
    this.#device.learnNames(namesOf(welcome.people));
    this.#seen.begin(this.#hello ?? this.#device.hello(), welcome.outcomes?.[0]?.seq);
    this.#wire.dispatch({ type: 'welcomed', complete: true });
    // The hub takes those for gone that have stopped to ping: that this one does, it knows from now on.
    this.#wire.send(PING);
    this.#changedView();
    if (this.#car !== null) this.#tellWhere();
    for (const frame of this.#device.reportFrames()) this.#send(frame);
    this.#handOver.again();
    this.#pump();
    return 'ok';
  }

  #notice(notice: Notice): Reading {
    switch (notice.notice) {
      case 'refused': {
        const { code, seq } = notice;
        // What was on its way with a frame that was too much leaves a gap.
        const isGapOfIt =
          code === 'seq-gap' && this.#pace.isResting && seq !== undefined && this.#device.outbox.entry(seq);
        return code === 'slow-down' || isGapOfIt ? this.#slowDown() : this.#device.refused(code, seq);
      }
      case 'site':
        this.#device.siteChanged(notice.site);
        return 'ok';
      case 'archive':
        this.#know({ delayedSince: notice.delayedSince });
        this.#changedView();
        return 'ok';
      case 'removed':
        this.#handOver.add(notice.people);
        return 'ok';
      case 'roll-call':
        void this.#answerCall();
        return 'ok';
      default:
        // A hub newer than this app may tell more than it knows of.
        return 'ok';
    }
  }

  /** Nothing of a frame was taken: it is sent again on the same connection, a little later. */
  #slowDown(): Reading {
    if (!this.#pace.rest()) return 'broken';
    this.#device.outbox.unsend();
    this.#receipts.tell();
    this.#wire.dispatch({ type: 'answered', left: false });
    this.#changedView();
    return 'ok';
  }

  /** What is said to be stored is what is here now, unless the store refuses it. */
  async #answerCall(): Promise<void> {
    await this.#device.flush().catch(() => {});
    this.#seen.answer();
  }

  #know(news: Partial<Contact>): void {
    this.#contact = { ...this.#contact, ...news };
  }

  #tellWhere(): void {
    if (this.#isLive) this.#send(JSON.stringify({ type: 'where', car: this.#car }));
  }

  #send(frame: string, edits = 0): void {
    this.#pace.spend(edits);
    this.#wire.send(frame);
  }

  /** Sends all that can be sent. */
  #pump(): void {
    const { phase } = this.#wire.link;
    if (phase.is === 'polling' && this.#device.sender.canExchange) this.#wire.dispatch({ type: 'wake' });
    if (phase.is !== 'live' || this.#exchanger.isBusy) return;
    let hasSent = false;
    for (let frame = this.#nextFrame(); frame !== null; frame = this.#nextFrame()) {
      this.#send(frame.text, frame.edits);
      hasSent = true;
    }
    if (hasSent) {
      this.#wire.dispatch({ type: 'sent' });
      this.#changedView();
    } else if (this.#device.sender.needsExchange) void this.#exchangeLarge();
  }

  #nextFrame(): ReturnType<Sender['nextFrame']> {
    const { sender } = this.#device;
    const most = sender.canExchange ? this.#pace.room() : 0;
    return most > 0 ? sender.nextFrame(this.#seen.toldSeq, most) : null;
  }

  /** Beside the socket, which takes no frame as large as the next edit. */
  async #exchangeLarge(): Promise<void> {
    const exchanged = await this.#exchanger.run(true);
    if (!exchanged || !this.#isLive) return;
    if (exchanged.reading !== 'ok') this.#wire.dispatch({ type: exchanged.reading });
    else this.#pump();
    this.#endSyncs();
  }

  /** Where sockets do not get through. */
  async #poll(): Promise<void> {
    const exchanged = await this.#exchanger.run(this.#isKnown);
    if (!exchanged) return;
    const { reading } = exchanged;
    this.#isKnown = exchanged.ok && reading === 'ok';
    if (exchanged.ok) {
      this.#heard++;
      this.#wire.dispatch({ type: 'exchanged', ok: true });
      if (this.#isKnown) this.#proven();
      if (exchanged.removed.length > 0) this.#handOver.add(exchanged.removed);
      if (reading === 'broken') this.#wire.dispatch({ type: 'broken' });
      else if (reading === 'again') this.#wire.dispatch({ type: 'wake' });
    } else if (reading === 'broken')
      this.#wire.dispatch({ type: 'exchanged', ok: false, code: exchanged.code });
    else this.#wire.dispatch({ type: 'exchanged', ok: true });
    this.#pump();
    this.#endSyncs();
  }

  #lost(): void {
    this.#inbox.reset();
    this.#seen.end();
    this.#receipts.end();
    this.#pace.end();
    this.#handOver.pause();
    this.#exchanger.abandon();
    this.#device.outbox.unsend();
    this.#changedView();
  }

  #linkChanged(link: Link): void {
    const { phase } = link;
    if (phase.is !== 'polling' && phase.is !== 'exchanging') {
      this.#isKnown = false;
      // What is under way beside a live socket is another matter.
      if (phase.is !== 'live') {
        this.#exchanger.abandon();
        this.#handOver.pause();
      }
    }
    const health = healthOf(link);
    if (isSameHealth(health, this.#contact.health)) return;
    if (this.#contact.health.state === 'live') this.#device.storeSoon();
    const troubledSince = health.state === 'live' ? null : (this.#contact.troubledSince ?? this.#clock.now());
    this.#know({ health, troubledSince });
    // Who is here is told over sockets alone.
    if (phase.is !== 'live') this.#know({ people: [] });
    if (health.state === 'stopped' && isTurnedAway(health.reason)) this.#device.forgetBoard();
    this.#changedView();
    this.#endSyncs();
  }

  #proven(): void {
    const now = this.#clock.now();
    this.#device.facts.provenAt = now;
    if (now - this.#proofShownAt < PROOF_MS) return;
    this.#proofShownAt = now;
    this.#device.storeSoon();
    this.#changedView();
  }

  #endSyncs(): void {
    const { state } = this.#contact.health;
    if (state === 'offline' || state === 'stopped') this.#syncs.fail();
    else if (state === 'live' && this.#device.outbox.size === 0) this.#syncs.succeed(this.#heard);
  }
}

/** This device's person may not see the board any more, or nobody is signed in. */
function isTurnedAway(reason: StopReason): boolean {
  return reason === 'unauthenticated' || reason === 'forbidden' || reason === 'not-found';
}
