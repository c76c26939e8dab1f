import { connect, createServer, type Socket } from 'node:net';

/** `up` is towards the hub, `down` towards the device. */
export type Way = 'up' | 'down';

/** A wire between a device and a hub that can fail: Playwright's `setOffline` leaves open sockets open. */
export interface Wire extends AsyncDisposable {
  readonly origin: string;
  /** Ends every connection and refuses new ones. */
  cut(): void;
  /** Ends every connection; new ones get through. */
  drop(): void;
  /** Keeps every connection and lets nothing through, as dead Wi-Fi does; one way only where one is named. */
  stall(way?: Way): void;
  /** Ends a connection once so many more bytes have gone that way: within a frame, or 0 before an answer. */
  cutAfter(bytes: number, way: Way): void;
  /** Everything takes so long, each way. */
  delay(ms: number): void;
  /** Lets so many bytes a second through, each way. */
  throttle(bytesPerSecond: number): void;
  /** Undoes all of it. What was held back goes on its way. */
  heal(): void;
  stop(): Promise<void>;
}

export async function startWire(origin: string): Promise<Wire> {
  const hubPort = Number(new URL(origin).port);
  const lanes = new Set<Lane>();
  const faults = noFaults();

  const server = createServer((device) => {
    if (faults.isCut) {
      device.resetAndDestroy();
      return;
    }
    const hub = connect({ host: '127.0.0.1', port: hubPort });
    for (const [from, to, way] of [
      [device, hub, 'up'],
      [hub, device, 'down'],
    ] as const) {
      const lane = new Lane(from, to, way, faults);
      lanes.add(lane);
      from.on('close', () => lanes.delete(lane));
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The wire has no port');

  const drop = (): void => {
    for (const lane of lanes) lane.reset();
  };
  const cut = (): void => {
    faults.isCut = true;
    drop();
  };
  const stop = async (): Promise<void> => {
    cut();
    await new Promise((closed) => server.close(closed));
  };
  return {
    origin: `http://localhost:${address.port}`,
    cut,
    drop,
    stall: (way) => {
      for (const each of way ? [way] : (['up', 'down'] as const)) faults.stalled.add(each);
      for (const lane of lanes) lane.pace();
    },
    cutAfter: (bytes, way) => {
      faults.left[way] = bytes;
    },
    delay: (ms) => {
      faults.delayMs = ms;
    },
    throttle: (bytesPerSecond) => {
      faults.bytesPerSecond = bytesPerSecond;
    },
    heal: () => {
      Object.assign(faults, noFaults());
      for (const lane of lanes) lane.pace();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

interface Faults {
  isCut: boolean;
  stalled: Set<Way>;
  /** Bytes until a connection ends. */
  left: Record<Way, number>;
  delayMs: number;
  bytesPerSecond: number;
}

function noFaults(): Faults {
  const left = { up: Infinity, down: Infinity };
  return { isCut: false, stalled: new Set(), left, delayMs: 0, bytesPerSecond: Infinity };
}

/** One way of one connection. */
class Lane {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #way: Way;
  readonly #faults: Faults;
  /** What has come and is not to go on before its time. */
  #held: { bytes: Buffer; at: number }[] = [];
  #timer: NodeJS.Timeout | null = null;
  /** The narrow part is free again. */
  #freeAt = 0;

  constructor(from: Socket, to: Socket, way: Way, faults: Faults) {
    this.#from = from;
    this.#to = to;
    this.#way = way;
    this.#faults = faults;
    from.setNoDelay(true);
    from.on('data', (bytes) => this.#take(bytes));
    to.on('drain', () => this.pace());
    from.on('error', () => {});
    from.on('close', () => {
      if (this.#timer) clearTimeout(this.#timer);
      to.destroy();
    });
    this.pace();
  }

  reset(): void {
    this.#from.resetAndDestroy();
  }

  /** Lets come and go what may, after a fault has changed or something has gone on. */
  pace(): void {
    if (this.#faults.stalled.has(this.#way)) {
      this.#from.pause();
      return;
    }
    if (!this.#to.writableNeedDrain) this.#from.resume();
    this.#pass();
  }

  #take(bytes: Buffer): void {
    const { delayMs, bytesPerSecond } = this.#faults;
    const now = performance.now();
    const start = Math.max(now + delayMs, this.#freeAt);
    this.#freeAt = start + (bytes.length / bytesPerSecond) * 1_000;
    this.#held.push({ bytes, at: this.#freeAt });
    // A narrow wire has little room.
    if (this.#freeAt > now + delayMs) this.#from.pause();
    this.#pass();
  }

  #pass(): void {
    if (this.#faults.stalled.has(this.#way)) return;
    const now = performance.now();
    for (let [next] = this.#held; next && next.at <= now; [next] = this.#held) {
      this.#held.shift();
      this.#write(next.bytes);
      if (this.#held.length === 0 && !this.#to.writableNeedDrain) this.#from.resume();
    }
    const [next] = this.#held;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = next ? setTimeout(() => this.#pass(), next.at - now) : null;
  }

  #write(bytes: Buffer): void {
    const { left } = this.#faults;
    if (bytes.length <= left[this.#way]) {
      left[this.#way] -= bytes.length;
      if (!this.#to.write(bytes)) this.#from.pause();
      return;
    }
    // What is cut off arrives as far as it came, and nothing after it.
    this.#to.end(bytes.subarray(0, left[this.#way]), () => this.#from.destroy());
    this.#held = [];
  }
}
