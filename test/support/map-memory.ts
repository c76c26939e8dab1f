import type { Memory } from '../../app/state/memory.ts';

/** A device's memory that lasts as long as the test. */
export function mapMemory(entries: Record<string, string> = {}): Memory {
  const kept = new Map(Object.entries(entries));
  return {
    get: (name) => kept.get(name) ?? null,
    set: (name, text) => void kept.set(name, text),
    remove: (name) => void kept.delete(name),
  };
}
