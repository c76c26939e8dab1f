/** Asks, and asks again where something has changed before the answer came: it may be of before. `changes` only grows. */
export async function settled<T>(ask: () => Promise<T>, changes: () => number): Promise<T> {
  for (;;) {
    const before = changes();
    const answer = await ask();
    if (changes() === before) return answer;
  }
}
