import { ERRORS, type ErrorCode } from '../../worker/protocol/errors.ts';
import { parseSyncResponse } from '../../worker/protocol/parse-down.ts';
import { decodeSnapshot } from '../../worker/protocol/snapshot.ts';
import type { Exchange } from './connection.ts';
import type { Device, Reading } from './device.ts';

export type Exchanged =
  | {
      ok: true;
      reading: Reading;
      /** Whose edits are to be handed over. */
      removed: readonly string[];
    }
  /** `code` is null where no answer came, or none of this protocol. */
  | { ok: false; code: ErrorCode | null; reading: Reading };

/** Exchanges with the hub over HTTP, one at a time: where sockets do not get through, and for edits too large for one. */
export class Exchanger {
  readonly #device: Device;
  readonly #exchange: Exchange;
  /** Counts them; the answer to any but the last is of no use. */
  #last = 0;
  #isBusy = false;

  constructor(device: Device, exchange: Exchange) {
    this.#device = device;
    this.#exchange = exchange;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** The answer to what is under way is not wanted any more. */
  abandon(): void {
    this.#last++;
    if (this.#isBusy) this.#device.outbox.unsend();
    this.#isBusy = false;
  }

  /** Null where it has been abandoned meanwhile. */
  async run(withEdits: boolean): Promise<Exchanged | null> {
    if (this.#isBusy) this.abandon();
    const number = ++this.#last;
    const { outbox, asked } = this.#device;
    this.#isBusy = true;
    const answer = await this.#exchange(this.#device.exchangeBody(withEdits));
    if (number !== this.#last) return null;
    this.#isBusy = false;

    if (!answer.ok) {
      const { code } = answer;
      // Such a refusal is for what was sent; any other is for whoever sends it, or for now.
      const isForEdits = withEdits && code !== null && !ERRORS[code].retry && !isForSender(code);
      const reading = isForEdits ? this.#device.refused(code, undefined) : 'broken';
      outbox.unsend();
      return { ok: false, code: isForEdits ? null : code, reading };
    }
    const response = parseSyncResponse(answer.body);
    if (!response) {
      outbox.unsend();
      return { ok: false, code: null, reading: 'broken' };
    }
    const cars = response.snapshot ? decodeSnapshot(response.snapshot) : null;
    const reading = this.#device.catchUp(response, cars, asked);
    outbox.unsend();
    return { ok: true, reading, removed: response.removed ?? [] };
  }
}

export function isForSender(code: ErrorCode): boolean {
  const { status } = ERRORS[code];
  return status === 401 || status === 403 || status === 404 || status === 426;
}
