import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Car } from '../../worker/protocol/car.ts';
import type { Clock } from './clock.ts';
import { carChar, matchesFor, typed } from './matches.ts';

/** No hand types this fast: keys closer together come from a scanner. */
export const SCAN_GAP_MS = 35;
/** A key from a keyboard may be the first of a scan: the rest has come by now. */
export const SETTLE_MS = 60;
/** What a scanner sends is at least this long; two keys can meet by chance. */
const SCAN_CHARS_MIN = 3;

/** What has been typed, and the run of fast keys at its end. */
export interface Typing {
  text: string;
  /** Keys that came one after the other faster than a hand; they may be a scan. */
  run: string;
  at: number;
}

export const NOTHING_TYPED: Typing = { text: '', run: '', at: Number.NEGATIVE_INFINITY };

/** The buffer after a key. `atMs` only has to be of one clock. */
export function typeKey(typing: Typing, char: string, atMs: number): Typing {
  const run = isFast(typing, atMs) ? typing.run : '';
  return { text: typed(typing.text, char), run: typed(run, char), at: atMs };
}

/** What Enter ends: a scan stands for itself, whatever was typed before it. */
export function submitted(typing: Typing, atMs: number): { text: string; scanned: boolean } {
  const scanned = isFast(typing, atMs) && typing.run.length >= SCAN_CHARS_MIN;
  return { text: scanned ? typing.run : typing.text, scanned };
}

/** True while keys come as from a scanner. */
export function isFast(typing: Typing, atMs: number): boolean {
  return atMs - typing.at < SCAN_GAP_MS;
}

/** The one buffer that the keypad, a keyboard and a scanner feed. */
export class Keypad {
  readonly text: ReadonlySignal<string>;
  readonly matches;
  readonly #typing: Signal<Typing> = signal(NOTHING_TYPED);
  readonly #clock: Clock;
  readonly #open: (car: Car) => void;
  #cancelSettle = () => {};

  /** @param open called when the buffer names one car beyond doubt */
  constructor(cars: ReadonlySignal<readonly Car[]>, clock: Clock, open: (car: Car) => void) {
    this.#clock = clock;
    this.#open = open;
    this.text = computed(() => this.#typing.value.text);
    this.matches = computed(() => matchesFor(this.text.value, cars.value));
  }

  /** A key of the keypad on the screen. */
  tap(char: string): void {
    this.#cancelSettle();
    this.#typing.value = { ...NOTHING_TYPED, text: typed(this.text.value, char) };
    this.#openIfOnly();
  }

  back(): void {
    this.#cancelSettle();
    this.#typing.value = { ...NOTHING_TYPED, text: this.text.value.slice(0, -1) };
  }

  clear(): void {
    this.#cancelSettle();
    this.#typing.value = NOTHING_TYPED;
  }

  /** Drops what a hand has typed and keeps a scan that is coming in: for when nobody can see the buffer. */
  clearUnlessScanning(atMs: number): void {
    if (!this.isScanning(atMs)) this.clear();
  }

  /** A key of a keyboard or scanner. True where it was one for the buffer. */
  key(key: string, atMs: number): boolean {
    if (key === 'Backspace') {
      if (this.text.value === '') return false;
      this.back();
      return true;
    }
    if (key === 'Enter') return this.#enter(atMs);
    const char = carChar(key);
    if (char === null) return false;
    this.#cancelSettle();
    this.#typing.value = typeKey(this.#typing.value, char, atMs);
    this.#cancelSettle = this.#clock.after(SETTLE_MS, () => this.#openIfOnly());
    return true;
  }

  /** True while a scanner is sending: its keys are nobody else's. */
  isScanning(atMs: number): boolean {
    return isFast(this.#typing.value, atMs);
  }

  #enter(atMs: number): boolean {
    const { text, scanned } = submitted(this.#typing.value, atMs);
    if (text === '') return false;
    this.#cancelSettle();
    this.#typing.value = { ...NOTHING_TYPED, text };
    const { best } = this.matches.value;
    if (best) this.#found(best);
    return best !== null || scanned;
  }

  #openIfOnly(): void {
    const { only } = this.matches.value;
    if (only) this.#found(only);
  }

  #found(car: Car): void {
    this.clear();
    this.#open(car);
  }
}
