import { ERRORS, type ErrorCode } from '../../worker/protocol/errors.ts';
import { EDITS_PER_FRAME_MAX } from '../../worker/protocol/limits.ts';
import { parseSyncResponse } from '../../worker/protocol/parse-down.ts';
import { utf8Length } from '../../worker/protocol/text.ts';
import type { Clock } from './clock.ts';
import type { Exchange } from './connection.ts';
import type { Device } from './device.ts';
import { isForSender } from './exchanger.ts';
import { EXCHANGE_BYTES, UNSEEN_MAX } from './sender.ts';
import type { EditRecord, Queue } from './store.ts';

/** After an exchange that brought nothing, while the connection stands. */
const RETRY_MS = 10_000;

/**
 * Hands the edits of people who belong to the site no more over to the hub, for a lead to decide on: under the present
 * session, each with its author, so that none is applied under another's name (rule E4). They go by exchanges as the
 * device and with the seqs they had, so that what the hub did take back then is answered as it was (rule E2).
 */
export class HandOver {
  readonly #clock: Clock;
  readonly #device: Device;
  readonly #exchange: Exchange;
  #people = new Set<string>();
  /** One edit at a time, to find the one that the hub cannot read. */
  #isCareful = false;
  #isBusy = false;
  #isPaused = true;
  #timer: number | null = null;

  constructor(clock: Clock, device: Device, exchange: Exchange) {
    this.#clock = clock;
    this.#device = device;
    this.#exchange = exchange;
  }

  /** These people belong to the site no more. */
  add(people: readonly string[]): void {
    for (const person of people) this.#people.add(person);
    this.again();
  }

  /** The connection is gone. What is under way may still be answered. */
  pause(): void {
    this.#isPaused = true;
    this.#cancel();
  }

  /** Begins, or goes on where it was broken off. */
  again(): void {
    this.#isPaused = false;
    this.#cancel();
    if (!this.#isBusy && this.#people.size > 0) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    let isGoing = true;
    for (let queue = this.#next(); queue && isGoing && !this.#isPaused; queue = this.#next()) {
      isGoing = await this.#pass(queue);
    }
    this.#isBusy = false;
    if (isGoing || this.#isPaused) return;
    this.#timer = this.#clock.setTimer(() => this.again(), RETRY_MS);
  }

  #cancel(): void {
    if (this.#timer !== null) this.#clock.clearTimer(this.#timer);
    this.#timer = null;
  }

  #next(): Queue | undefined {
    return this.#device.outbox.others.all.find(({ person }) => person !== null && this.#people.has(person));
  }

  /** One exchange. False where it has brought nothing. */
  async #pass(queue: Queue): Promise<boolean> {
    // What the last pass has brought is durable before the hub is told so, and may forget its answers.
    const isStored = await this.#device.flush().then(
      () => true,
      () => false,
    );
    const batch = isStored ? this.#batch(queue) : [];
    const [first] = batch;
    if (!first) return false;
    const answer = await this.#exchange(this.#body(queue, batch, first.edit.seq - 1));
    if (!answer.ok) return this.#refused(queue, batch, answer.code);
    const response = parseSyncResponse(answer.body);
    if (!response || response.epoch !== this.#device.replica.epoch) return false;
    this.#isCareful = false;
    const { others } = this.#device.outbox;
    const before = others.unanswered(queue).length;
    this.#device.handedOver(queue, response);
    return others.unanswered(queue).length < before;
  }

  #refused(queue: Queue, batch: EditRecord[], code: ErrorCode | null): boolean {
    // The hub has forgotten the device that they came from.
    if (code === 'seq-gap') this.#device.handOverFailed(queue, null);
    else if (code === null || ERRORS[code].retry || isForSender(code)) return false;
    else if (batch.length > 1) this.#isCareful = true;
    else {
      this.#isCareful = false;
      const [record] = batch;
      if (record) this.#device.handOverFailed(queue, { record, code });
    }
    return true;
  }

  #body({ device, person }: Queue, batch: EditRecord[], seen: number): string {
    const { epoch, version } = this.#device.replica;
    const edits = batch.map(({ edit }) => ({ ...edit, author: person }));
    return JSON.stringify({ device, epoch, version, seen, edits, holds: [] });
  }

  /** The first edits of a queue, as many as go into one exchange; none while they are not durable under their seqs. */
  #batch(queue: Queue): EditRecord[] {
    const { outbox, records } = this.#device;
    const most = this.#isCareful ? 1 : Math.min(UNSEEN_MAX, EDITS_PER_FRAME_MAX);
    const batch: EditRecord[] = [];
    let bytes = 2;
    for (const record of outbox.others.unanswered(queue)) {
      if (batch.length === most || !records.isStored(record)) break;
      bytes += utf8Length(JSON.stringify({ ...record.edit, author: record.author })) + 1;
      if (bytes > EXCHANGE_BYTES && batch.length > 0) break;
      batch.push(record);
    }
    return batch;
  }
}
