import { MemoryStore } from '../../app/sync/memory-store.ts';
import {
  type EditRecord,
  type Store,
  type StoreChange,
  type Stored,
  StoreError,
} from '../../app/sync/store.ts';
import { integer, type Random } from '../support/random.ts';
import type { Timeline } from './timeline.ts';

/** Keeps the record of what is written. */
export interface DiskWitness {
  /** The disk has it. */
  written(change: StoreChange): void;
  /** And its app knows. */
  stored(change: StoreChange): void;
}

/** What a device keeps when its app or the device itself dies, with commits that take time. */
export class SimulatedDisk {
  /** Fails commits, as a disk without room does. */
  isFull = false;
  latencyMsMax = 8;
  /** Wiped under an app that has not noticed yet: all there is is in its memory. */
  isInMemoryAlone = false;
  /** As the operating system has it. */
  #current = new MemoryStore();
  /** As the disk has it: without what was committed relaxed since the last strict commit. */
  #flushed = new MemoryStore();
  #unflushed: StoreChange[] = [];
  /** Transactions go one after the other, whoever's they are. */
  #last: Promise<void> = Promise.resolve();
  readonly #open = new Set<OpenStore>();
  /** Whose the store is: the one that has loaded it last (rule O3). */
  #holder: OpenStore | null = null;
  readonly #timeline: Timeline;
  readonly #random: Random;

  constructor(timeline: Timeline, random: Random) {
    this.#timeline = timeline;
    this.#random = random;
  }

  /** An app opens the store. Whoever had it before writes no more once this one has loaded it. */
  open(witness: DiskWitness): OpenStore {
    const store = new OpenStore(this, witness);
    this.#open.add(store);
    return store;
  }

  /** The power goes: only what is on the disk is left. Says how many commits are not. */
  async losePower(): Promise<number> {
    this.#killAll();
    const lost = this.#unflushed.length;
    if (lost > 0) await this.#become(this.#flushed);
    return lost;
  }

  /** Everything is gone, while somebody may have it open. */
  async wipe(): Promise<void> {
    await this.#become(new MemoryStore());
    for (const store of this.#open) store.isWiped = true;
    this.isInMemoryAlone = this.#open.size > 0;
  }

  /** What another device's disk has, or an older state of this one's, as a backup brings it back. */
  async restore(image: Stored): Promise<void> {
    this.#killAll();
    await this.#become(await storeOf(image));
  }

  /** What is stored now, transactions that are under way left out. */
  load(): Promise<Stored> {
    return this.#current.load();
  }

  /** As an app loads it: after what is under way. From then on no other writes. */
  async claim(store: OpenStore): Promise<Stored> {
    const done = this.#last.then(() => {
      if (store.isAlive) this.#holder = store;
      return this.load();
    });
    this.#last = done.then(() => {});
    return done;
  }

  /** Edits that are stored here and that the hub has not answered, as far as is stored. */
  async unanswered(): Promise<EditRecord[]> {
    return (await this.load()).edits.filter(({ outcome }) => !outcome);
  }

  async commit(change: StoreChange, store: OpenStore): Promise<void> {
    const done = this.#last.then(() => this.#write(change, store));
    this.#last = done.catch(() => {});
    await done;
    // The promise of a process that has died is never settled.
    if (!store.isAlive) await new Promise(() => {});
  }

  async #write(change: StoreChange, store: OpenStore): Promise<void> {
    if (!store.isAlive) return;
    await this.#timeline.pass(integer(this.#random, 0, this.latencyMsMax), 'commit');
    if (!store.isAlive) return;
    if (store.isWiped) {
      store.isWiped = false;
      throw new StoreError('wiped');
    }
    if (this.isFull) throw new StoreError('quota');
    if (this.#holder !== null && this.#holder !== store) throw new StoreError('taken');
    this.#holder = store;
    await this.#current.commit(change);
    store.witness.written(change);
    this.isInMemoryAlone = false;
    this.#unflushed.push(change);
    if (change.durability === 'relaxed') return;
    for (const unflushed of this.#unflushed.splice(0)) await this.#flushed.commit(unflushed);
  }

  async #become(store: MemoryStore): Promise<void> {
    const image = await store.load();
    this.#current = await storeOf(image);
    this.#flushed = await storeOf(image);
    this.#unflushed = [];
    this.#holder = null;
  }

  #killAll(): void {
    for (const store of this.#open) store.kill();
    this.#open.clear();
  }
}

export class OpenStore implements Store {
  isAlive = true;
  /** All it had is gone since it was last written to: the next write is told, and what is under way is not done. */
  isWiped = false;
  /** What a frozen app waits for: it hears of nothing that has been done until it thaws. */
  #thaw: (() => void)[] | null = null;
  readonly witness: DiskWitness;
  readonly #disk: SimulatedDisk;
  #isClosed = false;

  constructor(disk: SimulatedDisk, witness: DiskWitness) {
    this.#disk = disk;
    this.witness = witness;
  }

  async load(): Promise<Stored> {
    const stored = await this.#disk.claim(this);
    return this.isAlive ? stored : new Promise(() => {});
  }

  async commit(change: StoreChange): Promise<void> {
    if (this.#isClosed) throw new StoreError('closed');
    try {
      await this.#disk.commit(change, this);
    } finally {
      await this.#awake();
    }
    this.witness.stored(change);
  }

  close(): void {
    this.#isClosed = true;
  }

  kill(): void {
    this.isAlive = false;
  }

  freeze(): void {
    this.#thaw ??= [];
  }

  thaw(): void {
    const waiting = this.#thaw ?? [];
    this.#thaw = null;
    for (const go of waiting) go();
  }

  async #awake(): Promise<void> {
    const waiting = this.#thaw;
    if (waiting) await new Promise<void>((go) => waiting.push(go));
  }
}

async function storeOf({ meta, cars, edits }: Stored): Promise<MemoryStore> {
  const store = new MemoryStore();
  await store.commit({
    durability: 'strict',
    ...(meta && { meta }),
    cars: { put: cars, remove: [] },
    edits: { remove: [], put: edits, add: [] },
  });
  return store;
}
