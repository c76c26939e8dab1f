import { type Signal, signal } from '@preact/signals';
import type { Clock } from './clock.ts';

/** How long "Undo" stays at hand; after that it is in the list of one's last changes. */
export const TOAST_MS = 10_000;
/** Two tell of a slip; a stack would cover the board. */
const TOASTS_MAX = 2;

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'bad';
  /** The edit its "Undo" takes back. */
  edit: string | null;
}

/** What has just been done, for a moment. */
export class Toasts {
  readonly shown: Signal<readonly Toast[]> = signal([]);
  readonly #clock: Clock;
  #lastId = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  show(text: string, options: Partial<Pick<Toast, 'tone' | 'edit'>> = {}): void {
    this.#lastId += 1;
    const toast: Toast = { id: this.#lastId, text, tone: 'plain', edit: null, ...options };
    this.shown.value = [...this.shown.value.slice(1 - TOASTS_MAX), toast];
    this.#clock.after(TOAST_MS, () => this.dismiss(toast.id));
  }

  dismiss(id: number): void {
    this.shown.value = this.shown.value.filter((toast) => toast.id !== id);
  }
}
