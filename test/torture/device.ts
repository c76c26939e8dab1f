import type { Clock } from '../../app/sync/clock.ts';
import type { OpenSiteClient } from '../../app/sync/site-client.ts';
import { systemClock } from '../../app/sync/system-clock.ts';
import type { OwnChange } from '../../app/sync/view.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import { Disk } from '../support/disk-store.ts';
import { openNodeClient } from '../support/node-client.ts';
import type { TestPerson } from '../support/site.ts';
import type { Wire } from '../support/wire.ts';
import { Ear } from './ear.ts';
import type { Witness } from './witness.ts';
import { WitnessedStore } from './witnessed-store.ts';

export interface DeviceOptions {
  name: string;
  site: string;
  person: TestPerson;
  /** Its own, so that what befalls it befalls nobody else. */
  wire: Wire;
  witness: Witness;
  /** How long a commit takes, in milliseconds. */
  commitMs?: () => number;
  /** How often every frame goes and comes. */
  times?: number;
}

/** A device with the app's own client on it, which dies and comes back with what it has stored. */
export class Device {
  readonly name: string;
  readonly person: TestPerson;
  readonly wire: Wire;
  readonly #options: DeviceOptions;
  readonly #disk: Disk;
  readonly #known = new Set<string>();
  #process: { client: OpenSiteClient; ear: Ear; store: WitnessedStore } | null = null;
  readonly #takenFor = new Set<string>();
  readonly #lost: number[] = [];
  #texts = 0;

  constructor(options: DeviceOptions) {
    this.name = options.name;
    this.person = options.person;
    this.wire = options.wire;
    this.#options = options;
    this.#disk = new Disk(systemClock(globalThis), options.commitMs);
  }

  get isOn(): boolean {
    return this.#process !== null;
  }

  get client(): OpenSiteClient {
    return this.#running.client;
  }

  /** Close codes of the connections that the device has not ended itself. */
  get lost(): number[] {
    return [...this.#lost, ...(this.#process?.ear.lost ?? [])];
  }

  /** Whom the hub has taken it for. */
  get takenFor(): string[] {
    return [...new Set([...this.#takenFor, ...(this.#process?.ear.people ?? [])])];
  }

  get welcomes(): number {
    return this.#running.ear.welcomes;
  }

  async switchOn(): Promise<void> {
    const { name, person, site, wire, witness, times } = this.#options;
    const ear = new Ear(witness, times);
    const store = new WitnessedStore(this.#disk.open(), {
      witness,
      device: name,
      person: person.id,
      known: this.#known,
    });
    const client = await openNodeClient({
      origin: wire.origin,
      site,
      cookie: person.cookie,
      person: person.id,
      store,
      clock: mortal(() => !ear.isDead),
      between: { dial: (dial) => ear.dial(dial), exchange: (exchange) => ear.exchange(exchange) },
    });
    this.#process = { client, ear, store };
  }

  /** An edit, which its maker does not wait for. */
  edit(intent: Intent): void {
    // What the store refuses, the witness has seen.
    this.client.edit(intent).catch(() => {});
  }

  undo(change: OwnChange): void {
    this.client.undo(change).catch(() => {});
  }

  /** A text, or a car's number, that no other device has and this one has not had. */
  nextText(): string {
    return `${this.name}-${++this.#texts}`.toUpperCase();
  }

  /** What is open is decided on: what stands is kept. */
  async settleAll(): Promise<void> {
    const { attention } = this.client.view;
    const settling = this.client.settle(attention, { choice: 'theirs' });
    // What the store refuses stays open.
    const isKept = await settling.then(
      () => true,
      () => false,
    );
    if (isKept) for (const { edit } of attention) this.#options.witness.settled(edit.id);
  }

  /** The app is killed: nothing it was about to do happens. */
  die(): void {
    const { ear, store } = this.#running;
    ear.isDead = true;
    store.die();
    this.#forget(ear);
    this.wire.drop();
  }

  /** The same, and the disk keeps only what was written strictly. */
  async losePower(): Promise<void> {
    this.die();
    await this.#disk.losePower();
  }

  async switchOff(): Promise<void> {
    const { client, ear } = this.#running;
    this.#forget(ear);
    await client.stop();
  }

  #forget(ear: Ear): void {
    for (const person of ear.people) this.#takenFor.add(person);
    this.#lost.push(...ear.lost);
    this.#process = null;
  }

  get #running() {
    if (!this.#process) throw new Error(`${this.name} is off`);
    return this.#process;
  }
}

/** The timers of a process that is dead never fire. */
function mortal(isAlive: () => boolean): Clock {
  const clock = systemClock(globalThis);
  return {
    ...clock,
    setTimer: (run, ms) =>
      clock.setTimer(() => {
        if (isAlive()) run();
      }, ms),
  };
}
