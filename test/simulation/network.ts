import { chance, integer, type Random } from '../support/random.ts';
import type { SimulatedLink } from './link.ts';

/** What connects a device with the world, and what may be wrong with it. */
export class Network {
  isOffline = false;
  readonly stalled = { up: false, down: false };
  /** Sockets are refused on the way, HTTP is not. */
  noSockets: boolean;
  latencyMsMax = 30;
  /** The share of requests, and of answers to them, that get lost. */
  loss = 0;
  readonly links = new Set<SimulatedLink>();
  readonly #random: Random;

  /** Where it is, sockets get through. */
  readonly #hasSockets: boolean;

  constructor(random: Random, hasSockets: boolean) {
    this.#random = random;
    this.#hasSockets = hasSockets;
    this.noSockets = !hasSockets;
  }

  latencyMs(): number {
    return integer(this.#random, 1, this.latencyMsMax);
  }

  /** True where a request, or an answer to one, gets through. */
  passes(): boolean {
    if (this.isOffline || this.stalled.up || this.stalled.down) return false;
    return !chance(this.#random, this.loss);
  }

  /** Cuts all links. True where that cut something that was on its way. */
  cut(tellsHub = true): boolean {
    let lost = false;
    for (const link of [...this.links]) if (link.cut(tellsHub)) lost = true;
    return lost;
  }

  goOffline(): void {
    this.isOffline = true;
    this.cut();
  }

  stall(way: 'up' | 'down'): void {
    this.stalled[way] = true;
  }

  /** Everything is as it should be again. */
  heal(): void {
    this.isOffline = false;
    this.noSockets = !this.#hasSockets;
    this.latencyMsMax = 30;
    this.loss = 0;
    for (const way of ['up', 'down'] as const) {
      this.stalled[way] = false;
      for (const link of [...this.links]) link.resume(way);
    }
  }
}
