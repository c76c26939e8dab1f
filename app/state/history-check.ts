import { type Signal, signal } from '@preact/signals';
import type { Verification } from '../../worker/protocol/api.ts';
import type { Api, ApiError } from './api.ts';

export type Found = Extract<Verification, { ok: false }>;

/** How far the check of a site's archive has got. `checked` counts the entries that are as they were written. */
export type Check =
  | { is: 'idle' }
  /** `total` is null until the first page has come. */
  | { is: 'running'; checked: number; total: number | null }
  /** `at` is when the hub last wrote to the archive; entries older than `from` cannot be checked. */
  | { is: 'intact'; checked: number; from: number; at: number | null }
  | { is: 'altered'; checked: number; found: Found }
  /** No answer came: it can go on from there. */
  | { is: 'stopped'; checked: number; total: number | null; problem: ApiError };

type Page = Extract<Verification, { ok: true }>;

/** Goes through the archive of a site a page at a time, from the newest entry down. */
export class HistoryCheck {
  readonly state: Signal<Check> = signal({ is: 'idle' });
  readonly #api: Pick<Api, 'verifyHistory'>;
  readonly #site: string;
  #newest: Page | null = null;
  #next: Page['next'] = null;
  #checked = 0;
  #isOver = false;

  constructor(api: Pick<Api, 'verifyHistory'>, site: string) {
    this.#api = api;
    this.#site = site;
  }

  /** Begins with the newest entry. Resolves with the verdict, or where no answer came. */
  begin(): Promise<void> {
    this.#newest = null;
    this.#next = null;
    this.#checked = 0;
    return this.goOn();
  }

  /** Goes on where no answer came. */
  async goOn(): Promise<void> {
    do {
      this.state.value = { is: 'running', checked: this.#checked, total: this.#total };
      const reply = await this.#api.verifyHistory(this.#site, this.#next);
      if (this.#isOver) return;
      if (!reply.ok) {
        this.state.value = {
          is: 'stopped',
          checked: this.#checked,
          total: this.#total,
          problem: reply.code,
        };
        return;
      }
      const page = reply.value;
      this.#checked += page.checked;
      if (!page.ok) {
        this.state.value = { is: 'altered', checked: this.#checked, found: page };
        return;
      }
      this.#newest ??= page;
      this.#next = page.next;
      if (!page.next) {
        const { at } = this.#newest;
        this.state.value = { is: 'intact', checked: this.#checked, from: page.from, at };
      }
    } while (this.#next);
  }

  /** Nobody looks any more. */
  stop(): void {
    this.#isOver = true;
  }

  /** Versions are entries, each one there once. */
  get #total(): number | null {
    return this.#newest?.to ?? null;
  }
}
