import type { Car } from '../../worker/protocol/car.ts';
import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import type { Notice, Person, Welcome } from '../../worker/protocol/messages.ts';
import { PONG } from '../../worker/protocol/messages.ts';
import { parseDown } from '../../worker/protocol/parse-down.ts';
import type { Clock } from './clock.ts';
import type { Dial, Exchange } from './connection.ts';
import { Device, type Reading } from './device.ts';
import { Exchanger } from './exchanger.ts';
import { healthOf, isSameHealth } from './health.ts';
import { Inbox, type Ready } from './inbox.ts';
import type { Link } from './link-state.ts';
import { afterNews, namesOf } from './presence.ts';
import type { Random } from './random.ts';
import { SeenReports } from './seen-reports.ts';
import type { Store, StoreError } from './store.ts';
import { SyncRequests } from './sync-now.ts';
import type { Attention, Health, OwnChange, Pending, SiteClient, StopReason, View } from './view.ts';
import { ViewFeed } from './view-feed.ts';
import { Wire } from './wire.ts';

export interface SiteClientPorts {
  dial: Dial;
  exchange: Exchange;
  store: Store;
  clock: Clock;
  random: Random;
}

export interface SiteClientOptions {
  /** Id of the person who uses the device, where the app knows. Otherwise the hub says so. */
  person?: string | null;
  /** Shows what is stored, for this reason, and does nothing else. */
  stopped?: StopReason;
  /** The client has let go of connection and store, whatever made it. */
  closed?: () => void;
}

/** What the device tells its client of itself. */
export type Hint = 'online' | 'visible' | 'hidden';

/** The client, and what only the one who opened it needs. */
export interface OpenSiteClient extends SiteClient {
  hint(hint: Hint): void;
  /** Like `stop`, and says in the view why. */
  release(reason: StopReason): Promise<void>;
}

/** Loads what the device has stored of a site, and begins to connect. Rejects with a `StoreError`. */
export async function openSiteClient(
  ports: SiteClientPorts,
  options: SiteClientOptions = {},
): Promise<OpenSiteClient> {
  const client = new Client(ports, options.closed ?? (() => {}));
  await client.open(options);
  return client;
}

/** A board that stays proven is stored as such this often. */
const PROOF_MS = 60_000;

class Client implements OpenSiteClient {
  readonly #ports: SiteClientPorts;
  readonly #device: Device;
  readonly #wire: Wire;
  readonly #exchanger: Exchanger;
  readonly #seen: SeenReports;
  readonly #inbox = new Inbox();
  readonly #syncs: SyncRequests;
  readonly #feed = new ViewFeed(() => this.#buildView());
  #health: Health = { state: 'offline', retryAt: null };
  #troubledSince: number | null;
  #people: readonly Person[] = [];
  #car: string | null = null;
  /** Grows with every message. */
  #heard = 0;
  #proofShownAt = 0;
  /** The last exchange has said which epoch the hub is in and who this is. */
  #isKnown = false;
  #isOver = false;
  readonly #closed: () => void;

  constructor(ports: SiteClientPorts, closed: () => void) {
    this.#closed = closed;
    const { clock, exchange } = ports;
    this.#ports = ports;
    this.#troubledSince = clock.now();
    this.#device = new Device(ports, {
      changed: () => this.#feed.changed(),
      stored: () => this.#stored(),
      failed: (error) => this.#storeFailed(error),
    });
    this.#wire = new Wire(ports, {
      opened: () => this.#wire.send(JSON.stringify(this.#device.hello())),
      message: (text) => this.#message(text),
      lost: () => this.#lost(),
      exchange: () => void this.#poll(),
      changed: (link) => this.#linkChanged(link),
    });
    this.#exchanger = new Exchanger(this.#device, exchange);
    this.#seen = new SeenReports(clock, this.#device, (frame) => this.#wire.send(frame));
    this.#syncs = new SyncRequests(clock);
  }

  async open({ person = null, stopped }: SiteClientOptions): Promise<void> {
    await this.#device.load(this.#ports.store, person);
    if (stopped) {
      this.#wire.dispatch({ type: 'stop', reason: stopped });
      this.#letGo();
    } else this.#wire.dispatch({ type: 'start' });
  }

  get view(): View {
    return this.#feed.view;
  }

  subscribe(listener: (view: View) => void): () => void {
    return this.#feed.subscribe(listener);
  }

  edit(intent: Intent): Promise<Edit> {
    return this.#device.edit(intent);
  }

  undo(change: OwnChange): Promise<Edit | null> {
    return this.#device.undo(change);
  }

  settle(item: Attention, choice: 'mine' | 'theirs'): Promise<void> {
    return this.#device.settle(item, choice);
  }

  async discard({ edit }: Pending): Promise<void> {
    await this.#device.undo({ edit, version: null, undone: false });
  }

  syncNow(): Promise<boolean> {
    const done = this.#syncs.add(this.#heard);
    this.#wire.dispatch({ type: 'wake', evenIfStopped: !this.#isOver });
    this.#endSyncs();
    return done;
  }

  where(car: string | null): void {
    this.#car = car;
    this.#tellWhere();
  }

  hint(hint: Hint): void {
    // A page that is hidden may never run again.
    if (hint === 'hidden') this.#device.flush().catch(() => {});
    this.#wire.dispatch(hint === 'online' ? { type: 'wake' } : { type: hint });
  }

  stop(): Promise<void> {
    return this.#end(null);
  }

  release(reason: StopReason): Promise<void> {
    return this.#end(reason);
  }

  async #end(reason: StopReason | null): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#wire.dispatch({ type: 'stop', reason });
    // What cannot be stored now could not be stored before either, and its maker has been told.
    await this.#device.flush().catch(() => {});
    this.#letGo();
  }

  #letGo(): void {
    this.#isOver = true;
    this.#device.close();
    this.#ports.store.close();
    this.#closed();
  }

  get #isLive(): boolean {
    return this.#wire.link.phase.is === 'live';
  }

  #message(text: string): void {
    this.#heard++;
    this.#wire.dispatch({ type: 'heard' });
    if (this.#isLive) this.#proven();
    if (text !== PONG) this.#frame(text);
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
        this.#wire.dispatch({ type: 'answered', left: this.#device.outbox.inFlight > 0 });
        if (reading === 'ok') this.#pump();
        return reading;
      }
      case 'people':
        this.#people = afterNews(this.#people, message.people);
        this.#device.learnNames(namesOf(message.people));
        this.#feed.changed();
        return 'ok';
      case 'notice':
        return this.#notice(message);
      default:
        return message satisfies never;
    }
  }

  #welcomed(welcome: Welcome, cars: Car[] | null): Reading {
    const reading = this.#device.catchUp(welcome, cars);
    if (reading !== 'ok') return reading;
    this.#people = welcome.people;
    this.#device.learnNames(namesOf(welcome.people));
    this.#seen.begin(welcome.outcomes?.[0]?.seq);
    this.#wire.dispatch({ type: 'welcomed', complete: true });
    this.#feed.changed();
    if (this.#car !== null) this.#tellWhere();
    this.#pump();
    return 'ok';
  }

  #notice(notice: Notice): Reading {
    switch (notice.notice) {
      case 'refused':
        return this.#device.refused(notice.code, notice.seq);
      case 'site':
        this.#device.siteChanged(notice.site);
        return 'ok';
      default:
        // A hub newer than this app may tell more than it knows of.
        return 'ok';
    }
  }

  #tellWhere(): void {
    if (this.#isLive) this.#wire.send(JSON.stringify({ type: 'where', car: this.#car }));
  }

  /** Sends all that can be sent. */
  #pump(): void {
    const { phase } = this.#wire.link;
    if (phase.is === 'polling' && this.#device.sender.canExchange) this.#wire.dispatch({ type: 'wake' });
    if (phase.is !== 'live' || this.#exchanger.isBusy) return;
    let hasSent = false;
    for (let frame = this.#nextFrame(); frame !== null; frame = this.#nextFrame()) {
      this.#wire.send(frame);
      hasSent = true;
    }
    if (hasSent) {
      this.#wire.dispatch({ type: 'sent' });
      this.#feed.changed();
    } else if (this.#device.sender.needsExchange) void this.#exchangeLarge();
  }

  #nextFrame(): string | null {
    return this.#device.sender.nextFrame(this.#seen.toldSeq);
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
    const { ok, reading } = exchanged;
    this.#isKnown = ok && reading === 'ok';
    if (ok) {
      this.#heard++;
      this.#wire.dispatch({ type: 'exchanged', ok: true });
      if (this.#isKnown) this.#proven();
      if (reading === 'broken') this.#wire.dispatch({ type: 'broken' });
      else if (reading === 'again') this.#wire.dispatch({ type: 'wake' });
    } else if (reading === 'broken') this.#wire.dispatch({ type: 'exchanged', ok, code: exchanged.code });
    else this.#wire.dispatch({ type: 'exchanged', ok: true });
    this.#pump();
    this.#endSyncs();
  }

  #lost(): void {
    this.#inbox.reset();
    this.#seen.end();
    this.#exchanger.abandon();
    this.#device.outbox.unsend();
    this.#feed.changed();
  }

  #stored(): void {
    this.#seen.stored();
    this.#pump();
    this.#endSyncs();
  }

  #storeFailed(error: StoreError): void {
    if (error.kind === 'quota' || error.kind === 'wiped') return;
    void this.release(error.kind === 'taken' ? 'other-tab' : 'store-failed');
  }

  #linkChanged({ phase }: Link): void {
    if (phase.is !== 'polling' && phase.is !== 'exchanging') {
      this.#isKnown = false;
      // What is under way beside a live socket is another matter.
      if (phase.is !== 'live') this.#exchanger.abandon();
    }
    const health = healthOf(phase);
    if (isSameHealth(health, this.#health)) return;
    if (this.#health.state === 'live') this.#device.storeSoon();
    this.#health = health;
    this.#troubledSince = health.state === 'live' ? null : (this.#troubledSince ?? this.#ports.clock.now());
    if (health.state !== 'live') this.#people = [];
    if (health.state === 'stopped' && isTurnedAway(health.reason)) this.#device.forgetBoard();
    this.#feed.changed();
    this.#endSyncs();
  }

  #proven(): void {
    const now = this.#ports.clock.now();
    this.#device.facts.provenAt = now;
    if (now - this.#proofShownAt < PROOF_MS) return;
    this.#proofShownAt = now;
    this.#device.storeSoon();
    this.#feed.changed();
  }

  #endSyncs(): void {
    const { state } = this.#health;
    if (state === 'offline' || state === 'stopped') this.#syncs.fail();
    else if (state === 'live' && this.#device.outbox.size === 0) this.#syncs.succeed(this.#heard);
  }

  #buildView(): View {
    const { replica, records, outbox, isReady, facts } = this.#device;
    const { provenAt, names, you, site, hubTimeOffsetMs } = facts;
    const { waiting } = outbox;
    return {
      health: this.#health,
      troubledSince: this.#troubledSince,
      syncedAt: provenAt,
      ready: isReady,
      epoch: replica.epoch,
      version: replica.version,
      cars: replica.cars,
      pending: outbox.view,
      ...(waiting.length > 0 && { waiting }),
      attention: records.attention,
      own: records.own,
      people: this.#people,
      names,
      you,
      site,
      hubTimeOffsetMs,
    };
  }
}

/** This device's person may not see the board any more, or nobody is signed in. */
function isTurnedAway(reason: StopReason): boolean {
  return reason === 'unauthenticated' || reason === 'forbidden' || reason === 'not-found';
}
