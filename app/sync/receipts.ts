import { ACK_CHARS, ACK_MS } from '../../worker/protocol/limits.ts';
import type { Ack } from '../../worker/protocol/messages.ts';
import type { Clock } from './clock.ts';

export interface ReceiptPorts {
  clock: Clock;
  /** Everything up to this version has been received. */
  version: () => number;
  send: (frame: string) => void;
}

/**
 * Tells the hub how far this device has read, stored or not (rule H2): the hub sends no more than so much ahead. Between
 * the parts of a snapshot the version is that of before, and says no more than that they are being read.
 */
export class Receipts {
  readonly #ports: ReceiptPorts;
  /** Characters received since the hub was told; null while there is no connection. */
  #chars: number | null = null;
  #timer: number | null = null;

  constructor(ports: ReceiptPorts) {
    this.#ports = ports;
  }

  /** A connection begins. */
  begin(): void {
    this.end();
    this.#chars = 0;
  }

  end(): void {
    this.#cancel();
    this.#chars = null;
  }

  /** A frame has come, and has been read. */
  heard(chars: number): void {
    if (this.#chars === null) return;
    this.#chars += chars;
    if (this.#chars >= ACK_CHARS) this.tell();
    else this.#timer ??= this.#ports.clock.setTimer(() => this.tell(), ACK_MS);
  }

  /** At once: the hub waits for it. */
  tell(): void {
    if (this.#chars === null) return;
    this.#begun();
    const frame: Ack = { type: 'ack', version: this.#ports.version() };
    this.#ports.send(JSON.stringify(frame));
  }

  /** Another frame has said that everything up to a version is here. */
  told(version: number): void {
    if (this.#chars !== null && version >= this.#ports.version()) this.#begun();
  }

  #begun(): void {
    this.#cancel();
    this.#chars = 0;
  }

  #cancel(): void {
    if (this.#timer !== null) this.#ports.clock.clearTimer(this.#timer);
    this.#timer = null;
  }
}
