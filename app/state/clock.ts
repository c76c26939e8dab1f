/** Time as the interface needs it; the page's own, or a test's that is turned by hand. */
export interface Clock {
  /** Device milliseconds. */
  now(): number;
  /** Calls once after a delay in milliseconds; returns how to call it off. */
  after(delayMs: number, call: () => void): () => void;
}
