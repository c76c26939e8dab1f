import type { Memory } from '../state/memory.ts';

const PREFIX = 'yardboard.';

/** `localStorage`, where the browser has one and lets it be used. What it refuses is not remembered. */
export const deviceMemory: Memory = {
  get(name) {
    return attempt(() => localStorage.getItem(PREFIX + name)) ?? null;
  },
  set(name, text) {
    attempt(() => localStorage.setItem(PREFIX + name, text));
  },
  remove(name) {
    attempt(() => localStorage.removeItem(PREFIX + name));
  },
};

function attempt<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
