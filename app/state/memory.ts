/** Small things this device remembers between visits, as text by name. May forget, may refuse to keep. */
export interface Memory {
  get(name: string): string | null;
  set(name: string, text: string): void;
  remove(name: string): void;
}

/** What is remembered under a name, as JSON; null where it is nothing, or not JSON. */
export function recall(memory: Pick<Memory, 'get'>, name: string): unknown {
  const text = memory.get(name);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
