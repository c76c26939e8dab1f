import { effect, type Signal, signal, untracked } from '@preact/signals';
import type { Me } from '../../worker/protocol/api.ts';
import type { StopReason } from '../sync/view.ts';
import type { Api, Reply } from './api.ts';
import type { AppPorts } from './app-state.ts';
import type { Clock } from './clock.ts';
import { jsonRequest } from './json-request.ts';
import type { Updates } from './quiet-updates.ts';
import { isMe, type Session } from './session.ts';
import type { SiteState } from './site-state.ts';

/** What hangs on the wall. */
export type WallShown =
  | { is: 'starting' }
  /** Somebody uses this browser: they are asked before it becomes a wall. */
  | { is: 'taken'; name: string }
  /** It has no link, and never was a wall. */
  | { is: 'unknown' }
  /** A lead has ended it. */
  | { is: 'ended' }
  /** It has nothing to show yet: the hub does not answer, or the store of this browser does not. */
  | { is: 'waiting' }
  | { is: 'board'; site: SiteState };

export interface WallPorts {
  api: Pick<Api, 'ask'>;
  clock: Clock;
  session: Pick<Session, 'state' | 'refresh'>;
  updates: Pick<Updates, 'look'>;
  openSite: AppPorts['openSite'];
}

/** How often a wall that shows asks who it is, so that its session never ends. */
export const ASK_MS = 30 * 60_000;
/** How soon one tries again that has no answer: nobody stands before it to do so. */
export const RETRY_MS = 10_000;
/** A wall that has been ended asks all the same, in case it was not meant. */
export const ENDED_MS = 5 * 60_000;
/** How soon a board is opened again that has stopped for another reason: after an update, say. */
export const REOPEN_MS = 60_000;

type Verdict = 'wall' | 'no-answer' | 'ended' | 'unknown' | 'taken';

/** A screen on a wall: starts by its token, shows its board, and goes on trying for ever. */
export class Wall {
  readonly shown: Signal<WallShown> = signal({ is: 'starting' });
  readonly #ports: WallPorts;
  readonly #token: string;
  #site: SiteState | null = null;
  #opening: Promise<boolean> | null = null;
  #isOver = false;
  #mayTake = false;
  #stopTimer = () => {};
  #stopWatching = () => {};

  /** `token`: of its start address; empty for none. */
  constructor(ports: WallPorts, token: string) {
    this.#ports = ports;
    this.#token = token;
  }

  /** Begins; returns how to let go of it. */
  start(): () => void {
    // Before any answer: without a network it begins with what it knows.
    const me = this.#wall();
    if (me) void this.#open(me);
    void this.#go(true);
    return () => {
      this.#isOver = true;
      this.#stopTimer();
      this.#close();
    };
  }

  /** Whoever is signed in here leaves by its start; what they have not sent stays on the device. */
  take(): void {
    this.#mayTake = true;
    void this.#go(true);
  }

  /** `starts`: by its token, and not by the session it has. */
  async #go(starts: boolean): Promise<void> {
    this.#stopTimer();
    const verdict = starts ? await this.#begin() : await this.#renew();
    if (this.#isOver) return;
    if (verdict === 'wall' || verdict === 'no-answer') {
      const me = this.#wall();
      const shows = me !== null && (await this.#open(me));
      if (!shows) this.#put({ is: 'waiting' });
      const isDone = shows && verdict === 'wall';
      return this.#again(isDone ? ASK_MS : RETRY_MS, !isDone);
    }
    this.#close();
    const { value } = this.#ports.session.state;
    if (verdict === 'taken' && value.state === 'signed-in') {
      return this.#put({ is: 'taken', name: value.me.person.name });
    }
    this.#put({ is: verdict === 'ended' ? 'ended' : 'unknown' });
    this.#again(ENDED_MS, true);
  }

  async #begin(): Promise<Verdict> {
    const { session, api } = this.#ports;
    if (session.state.value.state === 'starting') await session.refresh();
    const before = this.#wall();
    if (this.#token === '') return before ? this.#renew() : 'unknown';
    const isTaken = !before && session.state.value.state === 'signed-in';
    if (isTaken && !this.#mayTake) return 'taken';
    const reply = await startDisplay(api, this.#token);
    if (!reply.ok) return reply.code === 'not-found' ? 'ended' : 'no-answer';
    if (before?.person.id !== reply.value.person.id) {
      await session.refresh();
      // Another wall may have hung here before.
      this.#close();
    }
    return this.#wall() ? 'wall' : 'no-answer';
  }

  async #renew(): Promise<Verdict> {
    await this.#ports.session.refresh();
    if (this.#wall()) return 'wall';
    return this.#token === '' ? 'ended' : this.#begin();
  }

  /** True once the board is open. */
  #open(me: Me): Promise<boolean> {
    if (this.#site) return Promise.resolve(true);
    this.#opening ??= this.#enter(me).finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  async #enter(me: Me): Promise<boolean> {
    const [known] = me.sites;
    const site = known && (await this.#ports.openSite(known, me, () => {}).catch(() => null));
    if (!site) return false;
    if (this.#isOver || this.#wall()?.person.id !== me.person.id) {
      await site.stop();
      return false;
    }
    this.#site = site;
    this.#put({ is: 'board', site });
    this.#stopWatching = effect(() => {
      const { health } = site.view.value;
      if (health.state === 'stopped') untracked(() => this.#stopped(health.reason));
    });
    return true;
  }

  /** What has stopped does not start by itself, and nobody is here to start it. */
  #stopped(reason: StopReason): void {
    if (reason === 'unauthenticated') void this.#refused();
    else {
      this.#ports.updates.look();
      this.#again(REOPEN_MS, true);
    }
  }

  /** The hub does not know this session. The directory says by the token whether it was ended. */
  async #refused(): Promise<void> {
    this.#stopTimer();
    this.#close();
    this.#put({ is: 'waiting' });
    const verdict = this.#token === '' ? 'ended' : await this.#begin();
    if (this.#isOver) return;
    if (verdict === 'ended') this.#put({ is: 'ended' });
    // Not at once where it is good after all: hub and directory might go on contradicting each other.
    this.#again(verdict === 'ended' ? ENDED_MS : RETRY_MS, true);
  }

  #again(delayMs: number, starts: boolean): void {
    this.#stopTimer();
    this.#stopTimer = this.#ports.clock.after(delayMs, () => {
      if (this.#site?.view.value.health.state === 'stopped') this.#close();
      void this.#go(starts);
    });
  }

  #put(shown: WallShown): void {
    this.shown.value = shown;
  }

  #close(): void {
    this.#stopWatching();
    this.#stopWatching = () => {};
    void this.#site?.stop();
    this.#site = null;
  }

  /** Who is here, where that is a wall. */
  #wall(): Me | null {
    const { value } = this.#ports.session.state;
    return value.state === 'signed-in' && value.me.kind === 'wall' ? value.me : null;
  }
}

function startDisplay(api: Pick<Api, 'ask'>, token: string): Promise<Reply<Me>> {
  return api.ask('/api/auth/display', jsonRequest('POST', { token }), isMe);
}
