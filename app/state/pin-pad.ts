import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { PIN_DIGITS_MAX } from '../../worker/protocol/limits.ts';

/** The digits of a PIN as they are typed, on the screen or on a keyboard. */
export class PinPad {
  readonly text: ReadonlySignal<string>;
  readonly #text: Signal<string> = signal('');
  readonly #digits: number | null;
  readonly #done: (pin: string) => void;

  /**
   * @param digits how many it has: the last one ends it; null where that is not known, and Enter does
   * @param done is given what has been typed
   */
  constructor(digits: number | null, done: (pin: string) => void) {
    this.#digits = digits;
    this.#done = done;
    this.text = this.#text;
  }

  /** True for a key of the pad: it is nobody else's then. */
  key(key: string): boolean {
    if (/^[0-9]$/.test(key)) this.#add(key);
    else if (key === 'Backspace') this.#text.value = this.#text.value.slice(0, -1);
    else if (key === 'Delete') this.clear();
    else if (key === 'Enter' && this.#digits === null && this.#text.value !== '') this.#end();
    else return false;
    return true;
  }

  clear(): void {
    this.#text.value = '';
  }

  #add(digit: string): void {
    if (this.#text.value.length >= (this.#digits ?? PIN_DIGITS_MAX)) return;
    this.#text.value += digit;
    if (this.#text.value.length === this.#digits) this.#end();
  }

  /** What has been typed is not kept. */
  #end(): void {
    const pin = this.#text.value;
    this.clear();
    this.#done(pin);
  }
}
