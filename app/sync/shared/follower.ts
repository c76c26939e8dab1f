import { CarMap } from '../car-map.ts';
import type { Clock } from '../clock.ts';
import type { StoreErrorKind } from '../store.ts';
import type { View } from '../view.ts';
import type { Answer, FromLeader, Request, Tab } from './messages.ts';
import type { Channel } from './ports.ts';
import { changedView } from './view-change.ts';

export interface FollowerPorts {
  channel: Channel;
  clock: Clock;
  /** This tab's id. */
  id: string;
  tab(): Tab;
  /** Something has been asked for and not been answered. */
  isOwed(): boolean;
  /** False where the lock has just been taken from this tab: it takes it back only when a person asks for something. */
  mayForce: boolean;
}

export interface FollowerEvents {
  changed(view: View): void;
  /** A leader has shown its view: it may be another one, that has not heard what was asked for. */
  joined(): void;
  answered(id: string, answer: Answer | StoreErrorKind): void;
  /** The leader does not answer, and somebody looks at this tab. */
  silent(): void;
}

/** A tab in sight asks whether the leader is there. */
const ASK_MS = 5_000;
/** A leader that has not answered by then is frozen: one that has died has lost the lock. */
const SILENT_MS = 700;

/** A tab that shows what the leader shows, and asks it to do what its person does. */
export class Follower {
  readonly #ports: FollowerPorts;
  readonly #events: FollowerEvents;
  readonly #cars = new CarMap();
  #view: View | null = null;
  /** The leader whose view is here; null until there is one. */
  #leader: string | null = null;
  /** One that has been asked for its view as soon as it was heard of. */
  #asked: string | null = null;
  #number = 0;
  #mayForce: boolean;
  #ask: number | null = null;
  #deadline: number | null = null;
  /** Since the deadline was set. */
  #hasHeard = false;

  constructor(ports: FollowerPorts, events: FollowerEvents) {
    this.#ports = ports;
    this.#events = events;
    this.#mayForce = ports.mayForce;
    this.#join();
    this.#keepAsking();
  }

  take(message: FromLeader): void {
    const { leader } = message;
    this.#mayForce = true;
    this.#hasHeard = true;
    switch (message.type) {
      case 'here':
        if (leader !== this.#leader && (message.isReady || leader !== this.#asked)) {
          this.#asked = leader;
          this.#join();
        }
        break;
      case 'view':
        if (message.to === this.#ports.id) this.#show(message);
        break;
      case 'change':
        this.#change(message);
        break;
      case 'answer':
        if (message.to !== this.#ports.id) break;
        this.#events.answered(message.id, 'answer' in message ? message.answer : message.error);
        break;
      default:
        message satisfies never;
    }
  }

  /** Without a view there is no leader to ask: it is asked once it has shown one. */
  request(id: string, request: Request): void {
    const { channel, id: from } = this.#ports;
    if (this.#leader !== null) channel.post({ type: 'do', from, id, request });
    this.#mayForce = true;
    this.#expect();
  }

  /** This tab has come into sight, or has gone; or another car is open in it. */
  told(): void {
    if (this.#ports.tab().isVisible) this.#mayForce = true;
    this.#post('ask');
    this.#keepAsking();
  }

  leave(): void {
    const { channel, clock, id: from } = this.#ports;
    channel.post({ type: 'leave', from });
    if (this.#ask !== null) clock.clearTimer(this.#ask);
    this.#stopExpecting();
  }

  #join(): void {
    this.#leader = null;
    this.#post('join');
  }

  #post(type: 'join' | 'ask'): void {
    const { channel, id: from, tab } = this.#ports;
    channel.post({ type, from, tab: tab() });
    this.#expect();
  }

  #keepAsking(): void {
    const { clock, tab } = this.#ports;
    if (this.#ask !== null) clock.clearTimer(this.#ask);
    this.#ask = null;
    if (!tab().isVisible) {
      this.#stopExpecting();
      return;
    }
    this.#ask = clock.setTimer(() => {
      this.#ask = null;
      this.#post(this.#leader === null ? 'join' : 'ask');
      this.#keepAsking();
    }, ASK_MS);
  }

  /** The leader has to say something now. */
  #expect(): void {
    const { clock, tab } = this.#ports;
    if (this.#deadline !== null || !tab().isVisible || !this.#mayForce) return;
    this.#hasHeard = false;
    this.#deadline = clock.setTimer(() => {
      this.#deadline = null;
      if (!this.#hasHeard) this.#events.silent();
      // What was heard may have been said before it was asked.
      else if (this.#ports.isOwed()) this.#post('ask');
    }, SILENT_MS);
  }

  #stopExpecting(): void {
    if (this.#deadline !== null) this.#ports.clock.clearTimer(this.#deadline);
    this.#deadline = null;
  }

  #show({ leader, number, view, cars }: FromLeader & { type: 'view' }): void {
    this.#cars.clear();
    for (const car of cars) this.#cars.set(car);
    this.#leader = leader;
    this.#number = number;
    this.#set({ ...view, cars: this.#cars.snapshot() });
    this.#events.joined();
  }

  #change({ leader, number, change }: FromLeader & { type: 'change' }): void {
    // Before the view it has joined for, a change is nothing to it, and after it contained in it.
    if (this.#leader === null || !this.#view || (leader === this.#leader && number <= this.#number)) return;
    if (leader !== this.#leader || number !== this.#number + 1) {
      this.#join();
      return;
    }
    this.#number = number;
    this.#set(changedView(this.#view, change, this.#cars));
  }

  #set(view: View): void {
    this.#view = view;
    this.#events.changed(view);
  }
}
