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
  #open: DiskStore | null = null;
  readonly #clock: Clock;
  readonly #latencyMs: () => number;
  /** Fails the next commits with this. */
  failure: StoreError | null = null;

  constructor(clock: Clock, latencyMs: () => number = () => 0) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
  }

  /** A process opens the store; the one before is dead, and what it had not committed is gone. */
  open(): Store {
    this.#open?.kill();
    this.#open = new DiskStore(this);
    return this.#open;
  }

  /** The power goes: only what is on the disk is left. */
  async losePower(): Promise<void> {
    this.#open?.kill();
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

  load(): Promise<Stored> {
    return this.#current.load();
  }

  /** Everything is gone while somebody has it open. */
  wipe(): void {
    this.#current = new MemoryStore();
    this.#flushed = new MemoryStore();
    this.#unflushed = [];
    if (this.#open) this.#open.isWiped = true;
  }

  async commit(change: StoreChange, isAlive: () => boolean): Promise<void> {
    await new Promise<void>((done) => this.#clock.setTimer(done, this.#latencyMs()));
    // The promise of a process that has died is never settled.
    if (!isAlive()) await new Promise(() => {});
    if (this.failure) throw this.failure;
    await this.#current.commit(change);
    this.#unflushed.push(change);
    if (change.durability === 'relaxed') return;
    for (const unflushed of this.#unflushed) await this.#flushed.commit(unflushed);
    this.#unflushed = [];
  }
}

class DiskStore implements Store {
  isWiped = false;
  readonly #disk: Disk;
  #isAlive = true;
  #isClosed = false;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  load(): Promise<Stored> {
    return this.#disk.load();
  }

  async commit(change: StoreChange): Promise<void> {
    if (this.#isClosed) throw new StoreError('closed');
    if (this.isWiped) {
      this.isWiped = false;
      throw new StoreError('wiped');
    }
    await this.#disk.commit(change, () => this.#isAlive);
  }

  close(): void {
    this.#isClosed = true;
  }

  kill(): void {
    this.#isAlive = false;
  }
}
