/** The reason of a close with 4429: when to dial again, in milliseconds. A close has no room for more than a text. */
const FORM = /^retry-after-ms=(\d{1,9})$/;

export function retryAfter(ms: number): string {
  return `retry-after-ms=${Math.ceil(ms)}`;
}

/** The milliseconds a reason names; null where it names none. */
export function retryAfterMs(reason: string): number | null {
  const [, ms] = FORM.exec(reason) ?? [];
  return ms === undefined ? null : Number(ms);
}
