/** Time, as it is handed in: the system's, or a test's own. */
export interface Clock {
  /** Device milliseconds. May jump either way: the device sleeps, a person sets its clock. */
  now(): number;
  /** Calls `run` once, `ms` from now at the earliest; the answer is for `clearTimer`. */
  setTimer(run: () => void, ms: number): number;
  clearTimer(timer: number): void;
}
