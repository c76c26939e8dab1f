import { type Signal, signal } from '@preact/signals';
import type { SessionView } from '../../worker/protocol/session.ts';
import { t } from '../messages/translate.ts';
import { endSession, listSessions, type Whose } from './account.ts';
import type { Api, ApiError } from './api.ts';

export interface SessionsShown {
  /** Null before the first answer. */
  sessions: readonly SessionView[] | null;
  /** Whose they are; null for one's own, and until it is known. */
  name: string | null;
  /** One of them is being ended. */
  busy: boolean;
  /** How many have been ended here. */
  ended: number;
  problem: ApiError | null;
}

/** Where somebody is signed in: one's own devices, or those of a person of a site. */
export class SessionList {
  readonly shown: Signal<SessionsShown> = signal({
    sessions: null,
    name: null,
    busy: false,
    ended: 0,
    problem: null,
  });
  readonly #api: Pick<Api, 'ask'>;
  readonly #whose: Whose;

  constructor(api: Pick<Api, 'ask'>, whose: Whose) {
    this.#api = api;
    this.#whose = whose;
  }

  async load(): Promise<void> {
    const reply = await listSessions(this.#api, this.#whose);
    const { value } = this.shown;
    if (reply.ok) {
      const { sessions } = reply.value;
      const name = 'person' in reply.value ? reply.value.person.name : null;
      this.shown.value = { ...value, sessions, name, busy: false, problem: null };
    } else this.shown.value = { ...value, busy: false, problem: reply.code };
  }

  /** Ends one. One that has ended meanwhile is as good. */
  end(id: string): Promise<void> {
    return this.#end(id, 1);
  }

  endOthers(): Promise<void> {
    return this.#end(null, othersIn(this.shown.value.sessions));
  }

  async #end(id: string | null, count: number): Promise<void> {
    if (this.shown.value.busy) return;
    this.shown.value = { ...this.shown.value, busy: true, problem: null };
    const reply = await endSession(this.#api, this.#whose, id);
    if (reply.ok || reply.code === 'not-found') {
      this.shown.value = { ...this.shown.value, ended: this.shown.value.ended + count };
      await this.load();
    } else this.shown.value = { ...this.shown.value, busy: false, problem: reply.code };
  }
}

/** How many there are beside the one that asks. */
export function othersIn(sessions: readonly SessionView[] | null): number {
  return sessions?.filter(({ current }) => !current).length ?? 0;
}

/** `Dock 3, by PIN · Chrome on Android · Chicago, US · this device` */
export function sessionWords({ via, device, agent, place, current }: SessionView): string {
  const byPin = device === null ? t('devices.byPin') : t('devices.byPinOn', { device });
  const words = [
    via === 'pin' ? byPin : null,
    agent ?? t('devices.unknown'),
    place,
    current ? t('devices.this') : null,
  ];
  return words.filter((word) => word !== null).join(' · ');
}
