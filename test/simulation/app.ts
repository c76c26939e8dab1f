import type { ConnectionEvents, Dial, Exchange } from '../../app/sync/connection.ts';
import { openSiteClient } from '../../app/sync/open-site-client.ts';
import { parts } from '../../app/sync/shared/parts.ts';
import { openSharedClient, type SharedClient } from '../../app/sync/shared/shared-client.ts';
import type { Closed, OpenSiteClient } from '../../app/sync/site-client.ts';
import { StoreError } from '../../app/sync/store.ts';
import type { Edit } from '../../worker/protocol/edit.ts';
import type { DownMessage, SyncRequest } from '../../worker/protocol/messages.ts';
import { parseSync } from '../../worker/protocol/parse-up.ts';
import type { Random } from '../support/random.ts';
import { TabProcess } from '../support/tab-process.ts';
import type { SimulatedDevice } from './device.ts';
import type { OpenStore } from './disk.ts';
import { SimulatedLink } from './link.ts';
import { ProcessClock } from './process-clock.ts';
import { RecordedClient } from './recorded-client.ts';
import { Asked } from './recorder.ts';
import type { World } from './world.ts';

/** The app as it runs in one tab of a device: the shipped client with everything it needs handed in. */
export class App {
  client: SharedClient | null = null;
  /** Where this tab leads. */
  #working: RecordedClient | null = null;
  readonly #process: TabProcess;
  readonly #world: World;
  readonly #device: SimulatedDevice;
  readonly #person: string;
  readonly #clock: ProcessClock;
  readonly #stores: OpenStore[] = [];
  readonly #random: Random;
  readonly #links = new Set<SimulatedLink>();
  #isDead = false;
  #isFrozen = false;
  /** What has come while it was frozen. */
  #late: (() => void)[] = [];

  constructor(world: World, device: SimulatedDevice, random: Random) {
    this.#world = world;
    this.#device = device;
    this.#person = device.person;
    this.#random = random;
    this.#clock = new ProcessClock(world.timeline, device.time, device.name);
    this.#process = new TabProcess(this.#clock);
  }

  /** Done at once, unless somebody writes to the store, or another tab has it. */
  async open(): Promise<void> {
    const { lock, channelOf } = this.#device;
    const client = await openSharedClient(
      {
        lock: lock.of(this.#process),
        openChannel: (heard) => channelOf(this.#person).open(this.#process, heard),
        openLeader: (closed) => this.#lead(closed),
        loadParts: async () => parts,
        clock: this.#clock,
        random: this.#random,
      },
      { isVisible: true },
    );
    this.client = client;
  }

  async #lead(closed: (why: Closed) => void): Promise<OpenSiteClient> {
    const { recorder } = this.#world;
    this.#device.forgetWiped();
    const store = this.#device.disk.open(recorder);
    this.#stores.push(store);
    if (this.#isFrozen) store.freeze();
    const ports = { store, clock: this.#clock, random: this.#random };
    const { dial, exchange } = this;
    const client = await openSiteClient({ dial, exchange, ...ports }, { person: this.#person, closed });
    this.#working = new RecordedClient(client, recorder, { device: this.#device.name, person: this.#person });
    return this.#working;
  }

  get isAlive(): boolean {
    return !this.#isDead;
  }

  /** Lets a person do something. */
  act(what: (client: SharedClient) => Promise<unknown>): void {
    const { client } = this;
    if (!client || this.#isDead || this.#isFrozen) return;
    const { situations, timeline } = this.#world;
    if (!this.leads) situations.saw('another tab asked to do something');
    what(client).catch((error: unknown) => {
      if (!(error instanceof StoreError)) return timeline.fail(error);
      if (error.kind === 'full') situations.saw('a device full of edits');
      if (error.kind === 'quota') situations.saw('a store that was full');
    });
  }

  /** The store is this tab's now, as far as it knows. */
  get leads(): boolean {
    return this.#working !== null && this.client?.view === this.#working.view;
  }

  freeze(): void {
    this.#world.situations.saw('an app frozen');
    this.#isFrozen = true;
    this.#clock.freeze();
    this.#process.freeze();
    for (const store of this.#stores) store.freeze();
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const store of this.#stores) store.thaw();
    this.#clock.thaw();
    for (const run of this.#late.splice(0)) run();
    this.#process.thaw();
  }

  #awake(run: () => void): void {
    if (this.#isFrozen) this.#late.push(run);
    else if (!this.#isDead) run();
  }

  /** The process ends without a word: what it had not stored is gone. */
  kill(tellsHub = true): void {
    this.#isDead = true;
    this.#working?.died();
    for (const store of this.#stores) store.kill();
    this.#process.kill();
    this.#clock.die();
    for (const link of this.#links) link.abandon(tellsHub);
    this.#links.clear();
  }

  readonly dial: Dial = (events) => {
    const asked = this.#asked();
    const { timeline, hub } = this.#world;
    const { network, session } = this.#device;
    const inTime: ConnectionEvents = {
      opened: () => this.#awake(() => events.opened()),
      message: (text) => this.#awake(() => events.message(text)),
      closed: (code, reason) => this.#awake(() => events.closed(code, reason)),
    };
    const link = new SimulatedLink({ timeline, hub, network, session }, inTime, {
      sent: (text) => this.#sent(text, asked),
      heard: (text) => this.#heard(text, asked),
    });
    this.#links.add(link);
    return link;
  };

  readonly exchange: Exchange = async (body) => {
    const { timeline, hub, situations } = this.#world;
    const { network, session } = this.#device;
    situations.saw('an exchange over HTTP');
    const pass = () => timeline.pass(network.latencyMs(), 'http');
    await pass();
    if (!network.passes() || !hub.isUp) return { ok: false, code: null };
    const parsed = parseSync(JSON.parse(body));
    if (!parsed.ok) return parsed;
    const request: SyncRequest = parsed.value;
    const isAnothers = ({ author }: Edit): boolean => author !== undefined && author !== this.#person;
    if (request.edits.some(isAnothers)) situations.saw('edits of somebody else handed over');
    if (network.noSockets) situations.saw('a device without sockets');
    const answer = await hub.sync(session, request).catch(() => null);
    await pass();
    // The process that asked may be gone by now.
    if (this.#isDead) return new Promise(() => {});
    if (!answer) return { ok: false, code: null };
    if (!network.passes()) {
      situations.saw('an answer over HTTP lost');
      return { ok: false, code: null };
    }
    if (!answer.ok) return answer;
    const asked = this.#asked();
    asked.sent(request.edits);
    this.#answered(answer.value, asked);
    return { ok: true, body: JSON.parse(JSON.stringify(answer.value)) };
  };

  #asked(): Asked {
    return new Asked((edit) => this.#world.recorder.isMadeOn(this.#device.name, edit));
  }

  /** An old app says what its protocol has. */
  #sent(text: string, asked: Asked): string | null {
    if (text.startsWith('{"type":"push"')) asked.sent(JSON.parse(text).edits);
    if (this.#device.protocol === 2) return text;
    if (/^\{"type":"(ack|attention)"/.test(text)) return null;
    if (!/^\{"type":"(hello|seen)"/.test(text)) return text;
    const { holds: _, app: _a, ...old } = JSON.parse(text);
    return JSON.stringify(old.type === 'hello' ? { ...old, protocol: 1 } : old);
  }

  #heard(text: string, asked: Asked): void {
    if (!/^\{"type":"(welcome|outcomes|notice)"/.test(text)) return;
    const message: DownMessage = JSON.parse(text);
    const { situations } = this.#world;
    if (message.type === 'notice' && message.notice === 'refused') {
      if (message.code === 'slow-down') situations.saw(message.code);
    }
    if (message.type === 'welcome') {
      if (message.snapshot) situations.saw(message.parts ? 'a snapshot in parts' : 'a snapshot');
      else if (message.changes) situations.saw('changes since');
      const { view } = this.client ?? {};
      const isBehind =
        view && view.epoch === message.epoch && view.version > 0 && view.version < message.version;
      if (message.snapshot && isBehind && view.version < (this.#world.hub.hub?.state.floor ?? 0)) {
        situations.saw('a snapshot after tombstones were forgotten');
      }
    }
    this.#answered(message, asked);
  }

  #answered(message: Parameters<Asked['answersIn']>[0], asked: Asked): void {
    for (const [edit, outcome] of asked.answersIn(message)) this.#world.recorder.answered(edit, outcome);
  }
}
