import { type Signal, signal } from '@preact/signals';
import type { EnrolledDevice, EnrolledDevices } from '../../worker/protocol/api.ts';
import type { EnrolBody } from '../../worker/protocol/bodies.ts';
import type { ApiError, Reply } from './api.ts';
import type { DevicesApi } from './devices-api.ts';

export interface DevicesShown {
  /** As they came last; null before the first time. */
  devices: EnrolledDevices | null;
  /** Why there is no newer list. */
  problem: ApiError | null;
}

/** What is being done with one of them. */
export type DeviceAct =
  | { is: 'none' }
  | { is: 'renaming'; device: string }
  /** It is asked whether to end it, and then done. */
  | { is: 'asked' | 'busy'; device: string }
  | { is: 'failed'; device: string; problem: ApiError }
  | { is: 'ended' | 'renamed'; name: string }
  | { is: 'enrolled'; made: EnrolledDevice };

type Refused = Extract<Reply<never>, { ok: false }>;

/** The tablets, phones and walls of a site, as a lead has them before them. */
export class DeviceList {
  readonly shown: Signal<DevicesShown> = signal({ devices: null, problem: null });
  readonly act: Signal<DeviceAct> = signal({ is: 'none' });
  readonly #api: DevicesApi;
  readonly #site: string;

  constructor(api: DevicesApi, site: string) {
    this.#api = api;
    this.#site = site;
  }

  async load(): Promise<void> {
    const reply = await this.#api.devices(this.#site);
    this.shown.value = reply.ok
      ? { devices: reply.value, problem: null }
      : { ...this.shown.value, problem: reply.code };
  }

  /** The refusal; null where it belongs to the site now. */
  async enrol(body: EnrolBody): Promise<Refused | null> {
    const reply = await this.#api.enrol(this.#site, body);
    if (!reply.ok) return reply;
    this.act.value = { is: 'enrolled', made: reply.value };
    await this.load();
    return null;
  }

  /** The refusal; null where it has the name now. */
  async rename({ id }: EnrolledDevice, name: string): Promise<Refused | null> {
    const reply = await this.#api.rename(this.#site, id, name);
    if (!reply.ok) return reply;
    this.act.value = { is: 'renamed', name: reply.value.name };
    await this.load();
    return null;
  }

  async end({ id, name }: EnrolledDevice): Promise<void> {
    this.act.value = { is: 'busy', device: id };
    const reply = await this.#api.end(this.#site, id);
    // Somebody else has ended it, and it has been forgotten since.
    const isEnded = reply.ok || reply.code === 'not-found';
    this.act.value = isEnded ? { is: 'ended', name } : { is: 'failed', device: id, problem: reply.code };
    await this.load();
  }
}

/** True where it has ended by itself, by the server's clock. */
export function isOver({ endsAt }: EnrolledDevice, { at }: EnrolledDevices): boolean {
  return endsAt <= at;
}
