/**
 * A device that pings does so every few seconds, every 25 s where nobody looks. One that has stopped for this long is
 * gone, though its link may never have said so.
 */
const SILENCE_MS_MAX = 38_000;
/**
 * The hub looks for such sockets with whatever happens to it: a frame, a socket that comes or goes, a request, a
 * checkpoint; so far apart at least. Together with the second in which news of people are gathered, one that fell silent
 * is gone for the others within 45 s (bar R9), if anything happens at all. If nothing does, the hub sleeps and is
 * not woken for it (rule H1).
 */
export const SWEEP_MS_MIN = 5_000;

/** What is known of when a socket was heard last, in hub milliseconds. */
export interface LastHeard {
  /** Of a frame, or its opening; null where that was before the hub slept. */
  heardAt: number | null;
  /** Of a ping, which the runtime answers and remembers; null where there was none. */
  pingedAt: number | null;
  /** It has said hello. */
  isListener: boolean;
}

/** One that never pings may have nothing to say; but hello it has to say. */
export function isSilent({ heardAt, pingedAt, isListener }: LastHeard, now: number): boolean {
  const isOverdue = heardAt !== null && !isListener;
  if (pingedAt === null && !isOverdue) return false;
  return now - Math.max(pingedAt ?? 0, heardAt ?? 0) >= SILENCE_MS_MAX;
}
