import type { Clock } from '../../app/sync/clock.ts';
import { MemoryStore } from '../../app/sync/memory-store.ts';
import { type Store, type StoreChange, type Stored, StoreError } from '../../app/sync/store.ts';

/** What a device keeps when its app or the device itself dies, with commits that take time. */
export class Disk {
  /** As the operating system has it. */
  #current = new MemoryStore();
  /** As the disk has it: without what was committed relaxed since the last strict commit. */
  #flushed = new MemoryStore();
  #unflushed: StoreChange[] = [];
  #open: DiskStore[] = [];
  /** Whose the store is: the one that has loaded it last (rule O3). */
  #holder: Store | null = null;
  readonly #clock: Clock;
  readonly #latencyMs: () => number;
  /** Fails the next commits with this. */
  failure: StoreError | null = null;

  constructor(clock: Clock, latencyMs: () => number = () => 0) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
  }

  /** A process opens the store; those before are dead, and what they had not committed is gone. */
  open(): DiskStore {
    for (const store of this.#open) store.kill();
    this.#open = [];
    return this.openBeside();
  }

  /** A process opens the store while others are alive: another tab, or the service worker. */
  openBeside(): DiskStore {
    const store = new DiskStore(this);
    this.#open.push(store);
    return store;
  }

  /** The power goes: only what is on the disk is left. */
  async losePower(): Promise<void> {
    for (const store of this.#open) store.kill();
    const left = new MemoryStore();
    const { meta, cars, edits } = await this.#flushed.load();
    await left.commit({
      durability: 'strict',
      ...(meta && { meta }),
      cars: { put: cars, remove: [] },
      edits: { remove: [], put: edits, add: [] },
    });
    this.#current = left;
    this.#unflushed = [];
  }

  /** What is there, for whoever looks on. */
  load(): Promise<Stored> {
    return this.#current.load();
  }

  claim(store: Store): Promise<Stored> {
    this.#holder = store;
    return this.#current.load();
  }

  /** Everything is gone while somebody has it open. */
  wipe(): void {
    this.#current = new MemoryStore();
    this.#flushed = new MemoryStore();
    this.#unflushed = [];
    this.#holder = null;
    for (const store of this.#open) store.isWiped = true;
  }

  async commit(change: StoreChange, store: DiskStore): Promise<void> {
    await new Promise<void>((done) => this.#clock.setTimer(done, this.#latencyMs()));
    // The promise of a process that has died is never settled.
    if (!store.isAlive) await new Promise(() => {});
    if (this.failure) throw this.failure;
    if (this.#holder !== null && this.#holder !== store) throw new StoreError('taken');
    await this.#current.commit(change);
    this.#holder = store;
    this.#unflushed.push(change);
    if (change.durability === 'relaxed') return;
    for (const unflushed of this.#unflushed) await this.#flushed.commit(unflushed);
    this.#unflushed = [];
  }
}

export class DiskStore implements Store {
  isWiped = false;
  isAlive = true;
  readonly #disk: Disk;
  #isClosed = false;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  load(): Promise<Stored> {
    return this.#disk.claim(this);
  }

  async commit(change: StoreChange): Promise<void> {
    if (this.#isClosed) throw new StoreError('closed');
    if (this.isWiped) {
      this.isWiped = false;
      throw new StoreError('wiped');
    }
    await this.#disk.commit(change, this);
  }

  close(): void {
    this.#isClosed = true;
  }

  kill(): void {
    this.isAlive = false;
  }
}
