import { type Signal, signal } from '@preact/signals';
import type { Json, Overwritten } from '../../worker/protocol/documents.ts';
import type { Api, ApiError } from './api.ts';
import { isViewKey } from './saved-views.ts';

/** What of a person's own is here. */
export interface OwnDocuments {
  /** Undefined: there is none. */
  valueAt(key: string): Json | undefined;
  /** False where there is no room for it. */
  takeBack(lost: Overwritten): boolean;
}

export interface OverwrittenShown {
  /** Newest first; null before the first answer. */
  lost: readonly Overwritten[] | null;
  /** One of them is being forgotten. */
  busy: boolean;
  /** What has become of the last one that was decided on. */
  done: { lost: Overwritten; how: 'back' | 'dropped' | 'no-room' } | null;
  problem: ApiError | null;
}

/**
 * What two devices of a person have changed without knowing of each other: the later change stands, and this is what it
 * has overwritten. It is kept at the hub alone, and so is not to be seen without a connection.
 */
export class OverwrittenList {
  readonly shown: Signal<OverwrittenShown> = signal({ lost: null, busy: false, done: null, problem: null });
  readonly #api: Pick<Api, 'ask'>;
  readonly #own: OwnDocuments;

  constructor(api: Pick<Api, 'ask'>, own: OwnDocuments) {
    this.#api = api;
    this.#own = own;
  }

  async load(): Promise<void> {
    const reply = await this.#api.ask('/api/sync', {}, isListed);
    const { value } = this.shown;
    this.shown.value = reply.ok
      ? { ...value, lost: this.#lostIn(reply.value.conflicts), problem: null }
      : { ...value, problem: reply.code };
  }

  /** Writes it again, here and at the hub, which then knows that nothing is lost any more. */
  takeBack(lost: Overwritten): void {
    const isBack = this.#own.takeBack(lost);
    this.#decided(lost, isBack ? 'back' : 'no-room');
  }

  /** Nobody wants it back. It is gone for good. */
  async drop(lost: Overwritten): Promise<void> {
    if (this.shown.value.busy) return;
    this.shown.value = { ...this.shown.value, busy: true, problem: null };
    const path = `/api/sync/${lost.key}/overwritten?version=${lost.version}`;
    const reply = await this.#api.ask(path, { method: 'DELETE' }, isNothing);
    if (reply.ok) this.#decided(lost, 'dropped');
    else this.shown.value = { ...this.shown.value, busy: false, problem: reply.code };
  }

  #decided(lost: Overwritten, how: 'back' | 'dropped' | 'no-room'): void {
    const { value } = this.shown;
    const left = how === 'no-room' ? value.lost : (value.lost?.filter((one) => one !== lost) ?? null);
    this.shown.value = { ...value, lost: left, busy: false, done: { lost, how } };
  }

  #lostIn(conflicts: readonly Overwritten[]): Overwritten[] {
    return conflicts.filter((one) => !this.#isHere(one)).sort((a, b) => b.by - a.by);
  }

  /** It has been taken back, though the hub may not know yet; or it stands beside what overwrote it, as views do. */
  #isHere(lost: Overwritten): boolean {
    if ('value' in lost && isViewKey(lost.key)) return true;
    return JSON.stringify(this.#own.valueAt(lost.key)) === JSON.stringify(wasOf(lost));
  }
}

/** What was overwritten; undefined where it had been deleted. */
export function wasOf(lost: Overwritten): Json | undefined {
  return 'value' in lost ? lost.value : undefined;
}

function isListed(value: unknown): value is { conflicts: Overwritten[] } {
  return (
    typeof value === 'object' && value !== null && 'conflicts' in value && Array.isArray(value.conflicts)
  );
}

function isNothing(value: unknown): value is null {
  return value === null;
}
