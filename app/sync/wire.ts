import { PING } from '../../worker/protocol/messages.ts';
import type { Clock } from './clock.ts';
import type { Connection, Dial } from './connection.ts';
import { type LinkEffect, type LinkEvent, step } from './link.ts';
import { dueAt, type Link, newLink } from './link-state.ts';
import type { Random } from './random.ts';

export interface WirePorts {
  dial: Dial;
  clock: Clock;
  random: Random;
}

export interface WireEvents {
  opened(): void;
  message(text: string): void;
  /** Nothing sent on the connection that was is going to be answered on it. */
  lost(): void;
  /** One exchange over HTTP is wanted; report it as an `exchanged` event. */
  exchange(): void;
  /** The state has changed. */
  changed(link: Link): void;
}

/** Runs the machine of `link.ts`: holds the one connection and the one timer there are. */
export class Wire {
  readonly #ports: WirePorts;
  readonly #events: WireEvents;
  #link: Link;
  #connection: Connection | null = null;
  #timer: { id: number; at: number } | null = null;
  /** Events that came while one was being handled. */
  readonly #waiting: LinkEvent[] = [];
  #isBusy = false;

  constructor(ports: WirePorts, events: WireEvents) {
    this.#ports = ports;
    this.#events = events;
    this.#link = newLink(ports.clock.now());
  }

  get link(): Link {
    return this.#link;
  }

  dispatch(event: LinkEvent): void {
    this.#waiting.push(event);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) this.#take(next);
    } finally {
      this.#isBusy = false;
    }
    this.#arm();
  }

  send(text: string): void {
    this.#connection?.send(text);
  }

  #take(event: LinkEvent): void {
    const before = this.#link;
    const { link, effects } = step(before, event, this.#ports.clock.now(), this.#ports.random);
    this.#link = link;
    if (event.type === 'closed') this.#forget();
    for (const effect of effects) this.#run(effect);
    if (link.phase !== before.phase) this.#events.changed(link);
  }

  #run(effect: LinkEffect): void {
    switch (effect) {
      case 'dial':
        this.#dial();
        break;
      case 'close': {
        const connection = this.#connection;
        this.#forget();
        connection?.close();
        break;
      }
      case 'ping':
        this.send(PING);
        break;
      case 'exchange':
        this.#events.exchange();
        break;
      default:
        effect satisfies never;
    }
  }

  #dial(): void {
    const ifCurrent = (run: () => void) => {
      if (this.#connection === connection) run();
    };
    const connection = this.#ports.dial({
      opened: () =>
        ifCurrent(() => {
          this.dispatch({ type: 'opened' });
          if (this.#connection === connection) this.#events.opened();
        }),
      message: (text) => ifCurrent(() => this.#events.message(text)),
      closed: (code, reason = '') => ifCurrent(() => this.dispatch({ type: 'closed', code, reason })),
    });
    this.#connection = connection;
  }

  #forget(): void {
    if (!this.#connection) return;
    this.#connection = null;
    this.#events.lost();
  }

  /** A timer that is early is left alone: it ticks, finds nothing due, and is set anew. */
  #arm(): void {
    const { clock } = this.#ports;
    const due = dueAt(this.#link);
    if (due === null || due === Infinity || (this.#timer && this.#timer.at <= due)) return;
    if (this.#timer) clock.clearTimer(this.#timer.id);
    const now = clock.now();
    const id = clock.setTimer(
      () => {
        this.#timer = null;
        this.dispatch({ type: 'tick' });
      },
      Math.max(0, due - now),
    );
    this.#timer = { id, at: Math.max(due, now) };
  }
}
