import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import type { Clock } from './clock.ts';
import type { Contact, Conversation } from './conversation.ts';
import { Device } from './device.ts';
import type { Random } from './random.ts';
import type { Store, StoreError, StoreErrorKind } from './store.ts';
import type { Attention, Decision, OwnChange, Pending, SiteClient, StopReason, View } from './view.ts';
import { ViewFeed } from './view-feed.ts';

/** What a client needs of its device. */
export interface DevicePorts {
  store: Store;
  clock: Clock;
  random: Random;
  /** Version of the app, for those who look after the devices. */
  app?: string;
}

/** Begins to talk to the hub, in the place of somebody for whom things stand as `contact` says. */
export type BeginConversation = (device: Device, contact: Contact, changed: () => void) => Conversation;

/** How a client comes to talk: at once, or with code that is to be fetched, for a page shows its board before it connects. */
export type Way = { begin: BeginConversation } | { load(): Promise<BeginConversation> };

export interface SiteClientOptions {
  /** Id of the person who uses the device, where the app knows. Otherwise the hub says so. */
  person?: string | null;
  /** Uses less data from the start: see `SiteClient.saveData`. */
  saver?: boolean;
  /** Connects only once it is asked to, by `syncNow` or a hint. */
  idle?: boolean;
  /** The client has let go of connection and store, whatever made it. */
  closed?: (why: Closed) => void;
}

/**
 * `taken`: the store is another tab's or the worker's now. `newer`: a later version of the app has it. `failed`: it does
 * not work.
 */
export type Closed = 'stopped' | 'taken' | 'newer' | 'failed';

/** What the device tells its client of itself. `tick`: time has passed, which timers of a hidden page may miss. */
export type Hint = 'online' | 'visible' | 'hidden' | 'tick';

/** The client, and what only the one who opened it needs. */
export interface OpenSiteClient extends SiteClient {
  /** With the id of an edit, which is then made once, however often this is called: see `Device.edit`. */
  edit(intent: Intent, id?: string): Promise<Edit>;
  undo(change: OwnChange, id?: string): Promise<Edit | null>;
  discard(pending: Pending, id?: string): Promise<void>;
  settle(items: readonly Attention[], decision: Decision, id?: string): Promise<void>;
  hint(hint: Hint): void;
}

/** Loads what the device has stored of a site, and begins to connect. Rejects with a `StoreError`. */
export async function openSiteClientWith(
  way: Way,
  ports: DevicePorts,
  options: SiteClientOptions = {},
): Promise<OpenSiteClient> {
  const client = new Client(way, ports, options.closed ?? (() => {}));
  await client.open(options);
  return client;
}

/** A store that fails in one of these ways says why; in any other it just fails. */
const WHY: { [K in StoreErrorKind]?: Closed } = { taken: 'taken', newer: 'newer' };
const STOPPED: { [W in Closed]: StopReason | null } = {
  stopped: null,
  taken: null,
  newer: 'newer',
  failed: 'store-failed',
};

/** *Sync now* has failed where the code that would do it has not come by then. */
const LOAD_MS_MAX = 15_000;

class Client implements OpenSiteClient {
  readonly #ports: DevicePorts;
  readonly #device: Device;
  readonly #way: Way;
  readonly #feed = new ViewFeed(() => this.#buildView());
  readonly #closed: (why: Closed) => void;
  /** Null until its code has come. */
  #talk: Conversation | null = null;
  #isLoading = false;
  /** What is to be done once it has. */
  #waiting: ((talk: Conversation) => void)[] = [];
  /** How things stand without it. */
  #alone: Contact;
  #isOver = false;
  /** The store was deleted under the running app. */
  #wipedAt: number | null = null;

  constructor(way: Way, ports: DevicePorts, closed: (why: Closed) => void) {
    this.#way = way;
    this.#ports = ports;
    this.#closed = closed;
    const troubledSince = ports.clock.now();
    this.#alone = { health: { state: 'connecting' }, troubledSince, people: [], delayedSince: null };
    this.#device = new Device(ports, {
      changed: () => {
        this.#feed.changed();
        this.#talk?.changed();
      },
      stored: () => this.#talk?.stored(),
      failed: (error) => this.#storeFailed(error),
    });
  }

  async open({ person = null, saver = false, idle = false }: SiteClientOptions): Promise<void> {
    await this.#device.load(this.#ports.store, person);
    if (saver) this.saveData(true);
    if (!idle) this.#with((talk) => talk.start());
  }

  get view(): View {
    return this.#feed.view;
  }

  subscribe(listener: (view: View) => void): () => void {
    return this.#feed.subscribe(listener);
  }

  edit(intent: Intent, id?: string): Promise<Edit> {
    return this.#device.edit(intent, id);
  }

  undo(change: OwnChange, id?: string): Promise<Edit | null> {
    return this.#device.undo(change, id);
  }

  settle(items: readonly Attention[], decision: Decision, id?: string): Promise<void> {
    return this.#device.settle(items, decision, id);
  }

  async discard({ edit }: Pending, id?: string): Promise<void> {
    await this.#device.undo({ edit, version: null, undone: false }, id);
  }

  syncNow(): Promise<boolean> {
    if (this.#talk) return this.#talk.syncNow(!this.#isOver);
    return new Promise((resolve) => {
      const giveUp = this.#ports.clock.setTimer(() => resolve(false), LOAD_MS_MAX);
      this.#with((talk) => {
        this.#ports.clock.clearTimer(giveUp);
        void talk.syncNow(!this.#isOver).then(resolve);
      });
    });
  }

  where(car: string | null): void {
    this.#with((talk) => talk.where(car));
  }

  saveData(on: boolean): void {
    this.#with((talk) => talk.saveData(on));
  }

  hint(hint: Hint): void {
    // A page that is hidden may never run again.
    if (hint === 'hidden') this.#device.flush().catch(() => {});
    this.#with((talk) => talk.hint(hint));
  }

  stop(): Promise<void> {
    return this.#end('stopped');
  }

  async #end(why: Closed): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const reason = STOPPED[why];
    if (this.#talk) this.#talk.stop(reason);
    else if (reason) this.#alone = { ...this.#alone, health: { state: 'stopped', reason } };
    this.#feed.changed();
    // What cannot be stored now could not be stored before either, and its maker has been told.
    await this.#device.flush().catch(() => {});
    this.#device.close();
    this.#ports.store.close();
    this.#closed(why);
  }

  /** Now, or once the conversation is there: a page shows its board before it connects. */
  #with(act: (talk: Conversation) => void): void {
    if (this.#talk) act(this.#talk);
    else if (!this.#isOver) {
      this.#waiting.push(act);
      if ('begin' in this.#way) this.#begin(this.#way.begin);
      else void this.#fetch(this.#way.load);
    }
  }

  async #fetch(load: () => Promise<BeginConversation>): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    const begin = await load().catch(() => null);
    this.#isLoading = false;
    // No network, and not kept yet: the next reason to connect asks again, the network's return among them.
    if (begin && !this.#isOver) this.#begin(begin);
  }

  #begin(begin: BeginConversation): void {
    const talk = begin(this.#device, this.#alone, () => this.#feed.changed());
    this.#talk = talk;
    for (const act of this.#waiting.splice(0)) act(talk);
    this.#feed.changed();
  }

  #storeFailed(error: StoreError): void {
    if (error.kind === 'wiped') this.#wipedAt = this.#ports.clock.now();
    if (error.kind === 'quota' || error.kind === 'wiped') return;
    void this.#end(WHY[error.kind] ?? 'failed');
  }

  #buildView(): View {
    const { replica, records, outbox, open, isReady, isNew, facts } = this.#device;
    const { provenAt, names, you, site, hubTimeOffsetMs } = facts;
    const { waiting } = outbox;
    const { health, troubledSince, people, delayedSince } = this.#talk?.contact ?? this.#alone;
    return {
      health,
      troubledSince,
      syncedAt: provenAt,
      ready: isReady,
      epoch: replica.epoch,
      version: replica.version,
      cars: replica.cars,
      pending: outbox.view,
      ...(waiting.length > 0 && { waiting }),
      attention: open.view(outbox.queue.person),
      own: records.own,
      people,
      names,
      you,
      site,
      delayedSince,
      hubTimeOffsetMs,
      ...(isNew && { isNew }),
      ...(this.#wipedAt !== null && { wipedAt: this.#wipedAt }),
    };
  }
}
