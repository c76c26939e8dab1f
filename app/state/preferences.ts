import { type Signal, signal } from '@preact/signals';
import type { Memory } from './memory.ts';
import { oneOf } from './route.ts';
import { THEMES, type ThemeChoice } from './theme.ts';

const SAVER = 'saver';

/** What a person has chosen for this device. */
export class Preferences {
  readonly theme: Signal<ThemeChoice>;
  /** Single keys that act: some people's voice or switch input presses keys they did not mean. */
  readonly shortcuts: Signal<boolean>;
  /** Use less data. */
  readonly saver: Signal<boolean>;
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.theme = signal(oneOf(THEMES, memory.get('theme')) ?? 'auto');
    this.shortcuts = signal(memory.get('shortcuts') !== 'off');
    this.saver = signal(isSaver(memory));
  }

  setTheme(theme: ThemeChoice): void {
    this.theme.value = theme;
    this.#memory.set('theme', theme);
  }

  setShortcuts(on: boolean): void {
    this.shortcuts.value = on;
    this.#memory.set('shortcuts', on ? 'on' : 'off');
  }

  setSaver(on: boolean): void {
    this.saver.value = on;
    this.#memory.set(SAVER, on ? 'on' : 'off');
  }
}

/** Whether this device is to use less data, as any of its tabs has said last. */
export function isSaver(memory: Memory): boolean {
  return memory.get(SAVER) === 'on';
}
