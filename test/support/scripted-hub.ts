import type { ConnectionEvents, Dial, Exchange, ExchangeAnswer } from '../../app/sync/connection.ts';
import type { ReportedItem } from '../../worker/protocol/attention.ts';
import type { Car } from '../../worker/protocol/car.ts';
import type { Edit } from '../../worker/protocol/edit.ts';
import {
  type DownMessage,
  type Hello,
  PING,
  PONG,
  PROTOCOL,
  type SyncRequest,
  type SyncResponse,
  type UpMessage,
  type Welcome,
} from '../../worker/protocol/messages.ts';
import { DEFAULT_LOCATIONS, type Principal, type Site } from '../../worker/protocol/site.ts';
import { encodeSnapshot } from '../../worker/protocol/snapshot.ts';

export const YOU: Principal = { person: 'wes', name: 'Wes', role: 'worker' };
export const SITE: Site = { id: 'hub-1', name: 'Hub 1', timeZone: 'UTC', locations: [...DEFAULT_LOCATIONS] };

/** A hub that does nothing by itself: the test hears what a client says, and says what a hub would. */
export class ScriptedHub {
  /** Every connection that was dialled, the newest last. */
  readonly dialled: ScriptedSocket[] = [];
  /** Bodies of exchanges, and how to answer them. */
  readonly exchanges: { request: SyncRequest; answer(answer: ExchangeAnswer): void }[] = [];

  readonly dial: Dial = (events) => {
    const socket = new ScriptedSocket(events);
    this.dialled.push(socket);
    return socket;
  };

  readonly exchange: Exchange = (body) =>
    new Promise((answer) => {
      const request: SyncRequest = JSON.parse(body);
      this.exchanges.push({ request, answer });
    });

  get socket(): ScriptedSocket {
    return this.dialled.at(-1)!;
  }
}

export class ScriptedSocket {
  readonly #events: ConnectionEvents;
  /** All that was sent but for pings, the oldest first. */
  readonly sent: UpMessage[] = [];
  pings = 0;
  isOpen = false;
  /** The client has let go. */
  isClosed = false;

  constructor(events: ConnectionEvents) {
    this.#events = events;
  }

  send(text: string): void {
    if (text === PING) this.pings++;
    else this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.isClosed = true;
  }

  open(): void {
    this.isOpen = true;
    this.#events.opened();
  }

  pong(): void {
    this.#events.message(PONG);
  }

  say(message: DownMessage | string): void {
    this.#events.message(typeof message === 'string' ? message : JSON.stringify(message));
  }

  drop(code = 1006, reason = ''): void {
    this.#events.closed(code, reason);
  }

  /** Welcomes the device, once it is open. */
  welcome(welcome: Partial<Welcome> = {}): void {
    if (!this.isOpen) this.open();
    this.say(welcomeOf(welcome));
  }

  /** What the device says of itself, once it is open. */
  get hello(): Hello {
    if (!this.isOpen) this.open();
    return this.#only('hello')[0]!;
  }

  /** The edits of all `push` frames. */
  get pushed(): Edit[] {
    return this.#only('push').flatMap(({ edits }) => edits);
  }

  get frames(): number {
    return this.#only('push').length;
  }

  /** Items of all `attention` frames. */
  get reported(): ReportedItem[] {
    return this.#only('attention').flatMap(({ items }) => items);
  }

  get seen() {
    return this.#only('seen');
  }

  get acks() {
    return this.#only('ack').map(({ version }) => version);
  }

  get where() {
    return this.#only('where').map(({ car }) => car);
  }

  #only<T extends UpMessage['type']>(type: T): Extract<UpMessage, { type: T }>[] {
    return this.sent.filter((message): message is Extract<UpMessage, { type: T }> => message.type === type);
  }
}

/** A welcome to an empty board, unless told otherwise. */
export function welcomeOf(welcome: Partial<Welcome> = {}): Welcome {
  const base: Welcome = {
    type: 'welcome',
    protocol: PROTOCOL,
    epoch: 'epoch-1',
    version: 10,
    archived: 0,
    seq: 0,
    now: 1_790_000_000_000,
    you: YOU,
    site: SITE,
    people: [],
  };
  const isDelta = welcome.changes !== undefined || welcome.snapshot !== undefined;
  return { ...base, ...(!isDelta && { snapshot: encodeSnapshot([]) }), ...welcome };
}

export function responseOf(response: Partial<SyncResponse> = {}): ExchangeAnswer {
  const { type: _, protocol: _p, people: _h, ...answer } = welcomeOf(response);
  return { ok: true, body: { outcomes: [], ...answer } };
}

/** A car on the board since version 1. */
export function carOf(id: string, values: Partial<Car> = {}): Car {
  return {
    id,
    location: 'Yard',
    arrived: false,
    late: false,
    empty: false,
    notes: '',
    version: 1,
    updatedAt: 1_789_000_000_000,
    updatedBy: 'lea',
    arrivedAt: null,
    emptiedAt: null,
    removed: false,
    ...values,
  };
}

/** A board of these cars. */
export function boardOf(...cars: Car[]): Pick<Welcome, 'snapshot'> {
  return { snapshot: encodeSnapshot(cars) };
}
