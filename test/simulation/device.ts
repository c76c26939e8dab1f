import type { Stored } from '../../app/sync/store.ts';
import { ChannelBus } from '../support/channels.ts';
import { LockQueue } from '../support/locks.ts';
import { App } from './app.ts';
import { SimulatedDisk } from './disk.ts';
import { Network } from './network.ts';
import type { Cast } from './plan.ts';
import { type DeviceTime, ProcessClock } from './process-clock.ts';
import { stream } from './random-stream.ts';
import type { World } from './world.ts';

const TABS_MAX = 3;

/** A device with its disk, its network, its clock, and the people who use it in turn. */
export class SimulatedDevice {
  readonly name: string;
  readonly people: readonly string[];
  /** Who has it in hand. */
  person: string;
  /** Of the app that is installed. */
  readonly protocol: 1 | 2;
  readonly disk: SimulatedDisk;
  readonly network: Network;
  readonly time: DeviceTime = { offsetMs: 0 };
  /** The tab that its person looks at. */
  app: App | null = null;
  /** The others. */
  readonly others: App[] = [];
  readonly lock: LockQueue;
  readonly #channels = new Map<string, ChannelBus>();
  /** Its tabs do not hear each other. */
  isDeaf = false;
  /** The disk as it once was. */
  backup: Stored | null = null;
  readonly #world: World;
  readonly #index: number;
  #starts = 0;

  constructor(world: World, index: number, { people, protocol, hasSockets }: Cast['devices'][number]) {
    this.#world = world;
    this.#index = index;
    this.name = `device-${index}`;
    this.people = people;
    this.person = people[0]!;
    this.protocol = protocol;
    this.disk = new SimulatedDisk(world.timeline, stream(world.seed, 1, index));
    this.network = new Network(stream(world.seed, 2, index), hasSockets);
    this.lock = new LockQueue(new ProcessClock(world.timeline, this.time, 'lock'));
  }

  /** What the tabs of one person hear each other by. */
  readonly channelOf = (person: string): ChannelBus => {
    const known = this.#channels.get(person);
    if (known) return known;
    const channel = new ChannelBus(new ProcessClock(this.#world.timeline, this.time, 'channel'));
    channel.loses = () => this.isDeaf;
    this.#channels.set(person, channel);
    return channel;
  };

  /** The session of whoever has it in hand. */
  get session(): string {
    return this.#world.sessionOf(this.person);
  }

  start(): void {
    if (!this.app) this.app = this.#open();
  }

  /** Another tab, which the person looks at from now on. */
  startAnother(): void {
    if (!this.app || this.others.length >= TABS_MAX - 1) return;
    this.#world.situations.saw('another tab');
    this.others.push(this.app);
    this.app = this.#open();
  }

  /** The person turns to another tab. */
  turn(): void {
    const next = this.others.shift();
    if (!next) return;
    if (this.app) this.others.push(this.app);
    this.app = next;
  }

  /** The tab that the person looks at dies, and they turn to another, if there is one. */
  killTab(tellsHub: boolean): void {
    if (this.app?.leads) this.#world.situations.saw('a leading tab killed');
    this.app?.kill(tellsHub);
    this.app = this.others.shift() ?? null;
    this.forgetWiped();
  }

  /** The app is killed, in all its tabs: what it had not stored is gone. */
  kill(tellsHub = true): void {
    for (const app of [this.app, ...this.others]) app?.kill(tellsHub);
    this.app = null;
    this.others.length = 0;
    this.forgetWiped();
  }

  thaw(): void {
    for (const app of [this.app, ...this.others]) app?.thaw();
  }

  #open(): App {
    const app = new App(this.#world, this, stream(this.#world.seed, 3, this.#index, ++this.#starts));
    app.open().catch((error: unknown) => this.#world.timeline.fail(error));
    return app;
  }

  /** An app that had its store wiped under it goes before it has stored all again. */
  forgetWiped(): void {
    if (!this.disk.isInMemoryAlone) return;
    this.disk.isInMemoryAlone = false;
    void this.loseSight();
  }

  /** The edits that nobody will hear of again as far as the history can tell: all that is not on the disk now. */
  async loseSight(): Promise<void> {
    const { recorder } = this.#world;
    const held = new Set((await this.disk.load()).edits.map(({ edit }) => edit.id));
    for (const edit of recorder.madeOn(this.name)) if (!held.has(edit)) recorder.lost(edit);
  }
}
