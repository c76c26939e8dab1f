import type { Connection, ConnectionEvents } from '../../app/sync/connection.ts';
import { PING, PONG } from '../../worker/protocol/messages.ts';
import type { SimulatedHub } from './hub.ts';
import type { Network } from './network.ts';
import type { Timeline } from './timeline.ts';

/** What a link tells those who keep the record. */
export interface LinkWitness {
  /** A frame that the device has sent. */
  sent(text: string): string | null;
  /** A frame that the device is about to hear. */
  heard(text: string): void;
}

interface Direction {
  /** Nothing overtakes anything. */
  readyAt: number;
  /** What a stall holds back. */
  held: (() => void)[];
  inFlight: number;
}

/**
 * One socket between an app and the hub. Frames take time and keep their order each way. A cut loses those on their
 * way; a stall holds them back, and nobody is told; what goes into a black hole is gone, and nobody is told either.
 * What was sent before the app let go may still arrive.
 */
export class SimulatedLink implements Connection {
  readonly #timeline: Timeline;
  readonly #hub: SimulatedHub;
  readonly #network: Network;
  readonly #session: string;
  readonly #events: ConnectionEvents;
  readonly #witness: LinkWitness;
  readonly #up: Direction = { readyAt: 0, held: [], inFlight: 0 };
  readonly #down: Direction = { readyAt: 0, held: [], inFlight: 0 };
  #socket: string | null = null;
  /** The app hears nothing any more. */
  #isLetGo = false;
  #isCut = false;
  /** Swallows all that goes this way from now on. */
  readonly #hole = { up: false, down: false };

  constructor(
    parts: { timeline: Timeline; hub: SimulatedHub; network: Network; session: string },
    events: ConnectionEvents,
    witness: LinkWitness,
  ) {
    this.#timeline = parts.timeline;
    this.#hub = parts.hub;
    this.#network = parts.network;
    this.#session = parts.session;
    this.#events = events;
    this.#witness = witness;
    this.#network.links.add(this);
    this.#carry('up', () => void this.#open());
  }

  send(text: string): void {
    const passed = text === PING ? text : this.#witness.sent(text);
    if (passed === null) return;
    this.#carry('up', () => {
      if (text === PING) {
        if (this.#socket !== null && this.#hub.pinged(this.#socket)) this.#toDevice(PONG);
      } else if (this.#socket !== null) this.#hub.receive(this.#socket, passed);
    });
  }

  close(): void {
    if (this.#isLetGo) return;
    this.#isLetGo = true;
    this.#carry('up', () => this.#leave());
  }

  /** The network lets go of it: the app is told at once, the hub later or, of a half-open link, when it asks. */
  cut(tellsHub = true): boolean {
    if (this.#isCut) return false;
    this.#isCut = true;
    this.#network.links.delete(this);
    const lost = this.#up.inFlight + this.#down.inFlight > 0;
    if (tellsHub) this.#timeline.in(this.#network.latencyMs(), 'cut', () => this.#leave());
    if (!this.#isLetGo) {
      this.#isLetGo = true;
      this.#events.closed(1006);
    }
    return lost;
  }

  /** Nothing gets through this way any more, and nobody is told. */
  swallow(way: 'up' | 'down'): void {
    this.#hole[way] = true;
  }

  /** The app is dead: it hears nothing, and says nothing either. */
  abandon(tellsHub: boolean): void {
    this.#isLetGo = true;
    this.cut(tellsHub);
  }

  /** What was held back goes on its way. */
  resume(way: 'up' | 'down'): void {
    for (const run of (way === 'up' ? this.#up : this.#down).held.splice(0)) run();
  }

  async #open(): Promise<void> {
    if (this.#network.noSockets || !this.#hub.isUp) {
      this.cut();
      return;
    }
    const opened = await this.#hub.accept(this.#session, {
      message: (text) => this.#toDevice(text),
      closed: (code, reason) => this.#closedByHub(code, reason),
    });
    if (typeof opened !== 'string') {
      // A handshake that is refused is an open socket that closes.
      this.#carry('down', () => this.#opened());
      this.#closedByHub(opened.code, opened.reason);
      return;
    }
    this.#socket = opened;
    if (this.#isCut) this.#leave();
    else this.#carry('down', () => this.#opened());
  }

  #opened(): void {
    if (!this.#isLetGo) this.#events.opened();
  }

  #toDevice(text: string): void {
    this.#carry('down', () => {
      if (this.#isLetGo) return;
      this.#witness.heard(text);
      this.#events.message(text);
    });
  }

  #closedByHub(code: number, reason: string): void {
    this.#carry('down', () => {
      // The app's answer to a close; the hub hears it as the end of the socket.
      this.#carry('up', () => this.#leave());
      if (this.#isLetGo) return;
      this.#isLetGo = true;
      this.#events.closed(code, reason);
    });
  }

  #leave(): void {
    this.#network.links.delete(this);
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) this.#hub.gone(socket);
  }

  #carry(way: 'up' | 'down', run: () => void): void {
    const direction = way === 'up' ? this.#up : this.#down;
    const at = Math.max(direction.readyAt, this.#timeline.now + this.#network.latencyMs());
    direction.readyAt = at;
    direction.inFlight++;
    this.#timeline.in(at - this.#timeline.now, way, () => {
      direction.inFlight--;
      if (this.#isCut || this.#hole[way]) return;
      if (this.#network.isOffline) this.cut();
      else if (this.#network.stalled[way] || direction.held.length > 0) direction.held.push(run);
      else run();
    });
  }
}
