import { type Signal, signal } from '@preact/signals';
import type { Memory } from './memory.ts';
import { oneOf } from './route.ts';
import { THEMES, type ThemeChoice } from './theme.ts';

/** What a person has chosen for this device. */
export class Preferences {
  readonly theme: Signal<ThemeChoice>;
  /** Single keys that act: some people's voice or switch input presses keys they did not mean. */
  readonly shortcuts: Signal<boolean>;
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.theme = signal(oneOf(THEMES, memory.get('theme')) ?? 'auto');
    this.shortcuts = signal(memory.get('shortcuts') !== 'off');
  }

  setTheme(theme: ThemeChoice): void {
    this.theme.value = theme;
    this.#memory.set('theme', theme);
  }

  setShortcuts(on: boolean): void {
    this.shortcuts.value = on;
    this.#memory.set('shortcuts', on ? 'on' : 'off');
  }
}
