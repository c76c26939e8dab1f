import { TAB_ANSWERS_KEPT_MAX } from '../../../worker/protocol/limits.ts';
import type { Clock } from '../clock.ts';
import type { OpenSiteClient } from '../site-client.ts';
import { StoreError } from '../store.ts';
import type { View } from '../view.ts';
import { type Answer, type FromFollower, perform, type Request, type Tab } from './messages.ts';
import type { Channel } from './ports.ts';
import { viewChange } from './view-change.ts';

export interface DeskPorts {
  channel: Channel;
  clock: Clock;
  client: OpenSiteClient;
  /** Id of this time of leading. */
  leader: string;
}

/** A tab in sight says so every 5 s. One that has not for so long has died, or is asleep. */
export const LEASE_MS = 15_000;

/**
 * Where the leader serves the other tabs: it shows them its view, does what they ask for, and counts as seen while one
 * of them is.
 */
export class Desk {
  readonly #ports: DeskPorts;
  readonly #own: string;
  readonly #tabs = new Map<string, Tab & { heardAt: number }>();
  readonly #leave: () => void;
  /** By the id it was asked under, the oldest first: the record of an edit may be gone when it is asked for again. */
  readonly #done = new Map<string, Answer>();
  /** The view that followers have, and the number of the message that made it so. */
  #shown: View;
  #number = 0;
  #isVisible: boolean;
  /** The tab whose open car others see: the one that opened or closed one last. */
  #carTab: string;
  #lease: number | null = null;

  /** @param own this tab's id, and what the client has been told of it */
  constructor(ports: DeskPorts, own: { id: string; tab: Tab }) {
    this.#ports = ports;
    this.#own = own.id;
    this.#tabs.set(own.id, { ...own.tab, heardAt: Infinity });
    this.#isVisible = own.tab.isVisible;
    this.#carTab = own.id;
    this.#shown = ports.client.view;
    this.#leave = ports.client.subscribe(() => this.#publish());
  }

  take(message: FromFollower): void {
    switch (message.type) {
      case 'join':
        this.tell(message.from, message.tab);
        this.#show(message.from);
        break;
      case 'ask':
        this.tell(message.from, message.tab);
        // Timers of a hidden page are late by up to a minute: this tab keeps time for it.
        this.#ports.client.hint('tick');
        break;
      case 'do':
        void this.#do(message.from, message.id, message.request);
        break;
      case 'leave':
        this.#tabs.delete(message.from);
        this.#merge();
        break;
      default:
        message satisfies never;
    }
  }

  /** How a tab is now, this one or another. */
  tell(id: string, tab: Tab): void {
    const before = this.#tabs.get(id);
    const heardAt = id === this.#own ? Infinity : this.#ports.clock.now();
    this.#tabs.set(id, { ...tab, heardAt });
    if (tab.car !== (before?.car ?? null)) {
      this.#carTab = id;
      this.#ports.client.where(tab.car);
    }
    const isSeenAnew = tab.isVisible && !before?.isVisible;
    this.#merge(isSeenAnew);
  }

  close(): void {
    this.#leave();
    this.#cancelLease();
  }

  #merge(isSeenAnew = false): void {
    const { client, clock } = this.#ports;
    const since = clock.now() - LEASE_MS;
    const tabs = [...this.#tabs.values()];
    const isVisible = tabs.some((tab) => tab.isVisible && tab.heardAt > since);
    if (isVisible !== this.#isVisible) client.hint(isVisible ? 'visible' : 'hidden');
    else if (isSeenAnew) client.hint('visible');
    this.#isVisible = isVisible;
    if (!this.#tabs.has(this.#carTab)) {
      this.#carTab = this.#own;
      client.where(this.#tabs.get(this.#own)?.car ?? null);
    }
    this.#cancelLease();
    const depends = isVisible && !this.#tabs.get(this.#own)?.isVisible;
    if (depends) this.#lease = clock.setTimer(() => this.#merge(), LEASE_MS);
  }

  #cancelLease(): void {
    if (this.#lease !== null) this.#ports.clock.clearTimer(this.#lease);
    this.#lease = null;
  }

  /** Tells all followers what has changed. */
  #publish(): void {
    const { channel, client, leader } = this.#ports;
    const { view } = client;
    const change = viewChange(this.#shown, view);
    this.#shown = view;
    if (change) channel.post({ type: 'change', leader, number: ++this.#number, change });
  }

  #show(to: string): void {
    this.#publish();
    const { channel, leader } = this.#ports;
    const { cars, ...view } = this.#shown;
    channel.post({ type: 'view', leader, to, number: this.#number, view, cars: [...cars.values()] });
  }

  async #do(to: string, id: string, request: Request): Promise<void> {
    const { channel, client, leader } = this.#ports;
    try {
      const answer = this.#done.get(id) ?? (await perform(client, id, request));
      this.#keep(id, answer);
      // What it shows comes before what it says.
      this.#publish();
      channel.post({ type: 'answer', leader, to, id, answer });
    } catch (error) {
      const kind = error instanceof StoreError ? error.kind : 'failed';
      // It leads no more: whoever does next is asked again.
      if (kind === 'taken' || kind === 'closed') return;
      this.#publish();
      channel.post({ type: 'answer', leader, to, id, error: kind });
    }
  }

  #keep(id: string, answer: Answer): void {
    this.#done.set(id, answer);
    for (const oldest of this.#done.keys()) {
      if (this.#done.size <= TAB_ANSWERS_KEPT_MAX) break;
      this.#done.delete(oldest);
    }
  }
}
