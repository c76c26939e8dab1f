import type { Connection, ConnectionEvents, Exchange } from '../../app/sync/connection.ts';
import { openSiteClient } from '../../app/sync/open-site-client.ts';
import type { OpenSiteClient } from '../../app/sync/site-client.ts';
import type { SyncRequest } from '../../worker/protocol/messages.ts';
import { PING, PONG } from '../../worker/protocol/messages.ts';
import { parseSync } from '../../worker/protocol/parse-up.ts';
import { Disk } from '../support/disk-store.ts';
import { type EngineHub, type HubOptions, makeHub } from '../support/engine-hub.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { integer, type Random, random } from '../support/random.ts';

/** Clients of this app on a hub of this engine, in one process and in virtual time. */
export class World {
  readonly clock = new ManualClock();
  readonly random: Random;
  readonly hub: EngineHub;
  readonly devices: WorldDevice[] = [];
  #hubTimer: number | null = null;

  constructor(seed: number, options: HubOptions = {}) {
    this.random = random(seed);
    this.hub = makeHub({ ...options, now: this.clock.now() });
  }

  /** A device that somebody uses; nothing runs on it yet. */
  device(person: string): WorldDevice {
    const device = new WorldDevice(this, person);
    this.devices.push(device);
    return device;
  }

  /** Something happens to the hub now; what it wants to do later is set up. */
  atHub(event: (hub: EngineHub) => void): void {
    const { hub, clock } = this;
    if (hub.now < clock.now()) hub.tick(clock.now() - hub.now);
    event(hub);
    this.#arm();
  }

  #arm(): void {
    const { hub, clock } = this;
    const due = Math.min(...hub.timers.map((timer) => timer.due));
    if (this.#hubTimer !== null) clock.clearTimer(this.#hubTimer);
    this.#hubTimer = null;
    if (due === Infinity) return;
    this.#hubTimer = clock.setTimer(
      () => {
        this.#hubTimer = null;
        this.atHub(() => hub.tick(0));
      },
      Math.max(0, due - clock.now()),
    );
  }
}

/** A device with its disk and its network. */
export class WorldDevice {
  person: string;
  /** `stalled`: nothing gets through and nobody is told. */
  network: 'up' | 'down' | 'stalled' = 'up';
  /** Sockets are refused, HTTP is not. */
  noSockets = false;
  client: OpenSiteClient | null = null;
  readonly disk: Disk;
  readonly #world: World;
  readonly #links = new Set<WorldLink>();

  constructor(world: World, person: string) {
    this.#world = world;
    this.person = person;
    this.disk = new Disk(world.clock, () => integer(world.random, 0, 8));
  }

  /** Starts the app. */
  async start(): Promise<OpenSiteClient> {
    const { clock, random: next } = this.#world;
    const seed = integer(next, 1, 2 ** 30);
    this.client = await openSiteClient(
      { dial: this.dial, exchange: this.exchange, store: this.disk.open(), clock, random: random(seed) },
      { person: this.person },
    );
    return this.client;
  }

  /** The app is killed: what it had not stored is gone. */
  kill(): void {
    this.client = null;
    this.disk.open();
    for (const link of [...this.#links]) link.cut();
  }

  setNetwork(network: 'up' | 'down' | 'stalled'): void {
    this.network = network;
    if (network === 'down') for (const link of [...this.#links]) link.cut();
    if (network === 'up') for (const link of [...this.#links]) link.resume();
  }

  latencyMs(): number {
    return integer(this.#world.random, 1, 30);
  }

  /** A way to the hub that can also be cut alone, as when one tab of several dies. */
  readonly dial = (events: ConnectionEvents): Connection & { cut(): void } => {
    const link = new WorldLink(this.#world, this, events, () => this.#links.delete(link));
    this.#links.add(link);
    return link;
  };

  readonly exchange: Exchange = async (body) => {
    const { clock, hub } = this.#world;
    const pass = () => new Promise<void>((done) => clock.setTimer(done, this.latencyMs()));
    await pass();
    if (this.network !== 'up') return { ok: false, code: null };
    const parsed = parseSync(JSON.parse(body));
    if (!parsed.ok) return parsed;
    const request: SyncRequest = parsed.value;
    let answer: ReturnType<EngineHub['sync']> | undefined;
    this.#world.atHub(() => {
      answer = hub.sync(this.person, request);
    });
    await pass();
    // An answer that is lost: the hub has done what was asked.
    if (this.network !== 'up') return { ok: false, code: null };
    return answer!.ok ? { ok: true, body: JSON.parse(JSON.stringify(answer!.value)) } : answer!;
  };
}

/**
 * One socket. Frames take time and keep their order each way. A cut loses those on their way; a stalled network holds
 * them back. What was sent before the device let go may still arrive.
 */
class WorldLink implements Connection {
  readonly #world: World;
  readonly #device: WorldDevice;
  readonly #events: ConnectionEvents;
  readonly #gone: () => void;
  #socket: string | null = null;
  /** The device hears nothing any more. */
  #isLetGo = false;
  #isCut = false;
  #upAt = 0;
  #downAt = 0;
  #held: (() => void)[] = [];

  constructor(world: World, device: WorldDevice, events: ConnectionEvents, gone: () => void) {
    this.#world = world;
    this.#device = device;
    this.#events = events;
    this.#gone = gone;
    this.#up(() => this.#open());
  }

  send(text: string): void {
    this.#up(() => {
      if (text === PING) this.#down(() => this.#events.message(PONG));
      else this.#world.atHub((hub) => this.#socket !== null && hub.receive(this.#socket, text));
    });
  }

  close(): void {
    if (this.#isLetGo) return;
    this.#isLetGo = true;
    this.#up(() => this.#leave());
  }

  /** The network lets go of it: both ends are told, the hub later. */
  cut(): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.#held = [];
    this.#world.clock.setTimer(() => this.#leave(), this.#device.latencyMs());
    if (!this.#isLetGo) this.#events.closed(1006);
    this.#isLetGo = true;
  }

  /** What was held back goes on its way. */
  resume(): void {
    for (const run of this.#held.splice(0)) run();
  }

  #open(): void {
    if (this.#device.noSockets) {
      this.cut();
      return;
    }
    this.#world.atHub((hub) => {
      this.#socket = hub.accept(this.#device.person, {
        message: (text) => this.#down(() => this.#events.message(text)),
        closed: (code, reason) => {
          this.#socket = null;
          this.#down(() => {
            this.#isLetGo = true;
            this.#events.closed(code, reason);
          });
        },
      });
    });
    this.#down(() => this.#events.opened());
  }

  #leave(): void {
    this.#gone();
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) this.#world.atHub((hub) => hub.gone(socket));
  }

  #up(run: () => void): void {
    this.#upAt = this.#later(this.#upAt, run);
  }

  #down(run: () => void): void {
    this.#downAt = this.#later(this.#downAt, () => {
      if (!this.#isLetGo) run();
    });
  }

  #later(after: number, run: () => void): number {
    const { clock } = this.#world;
    const at = Math.max(after, clock.now() + this.#device.latencyMs());
    const arrive = (): void => {
      if (this.#isCut) return;
      if (this.#device.network === 'down') this.cut();
      else if (this.#device.network === 'stalled' || this.#held.length > 0) this.#held.push(run);
      else run();
    };
    clock.setTimer(arrive, at - clock.now());
    return at;
  }
}
