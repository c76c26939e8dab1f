/** What a run may come upon. Each must have come about in a simulation that is worth anything. */
export const SITUATIONS = [
  'a crash between a write and its answer',
  'a crash that lost writes',
  'an eviction with edits pending',
  'an eviction with changes not told',
  'a deploy to the other protocol',
  'storage lost',
  'a resend after a lost answer',
  'a frame cut',
  'a link stalled',
  'a half-open link',
  'an exchange over HTTP',
  'an answer over HTTP lost',
  'D1 failed before it applied',
  'D1 failed after it applied',
  'D1 applied after its time',
  'seven alarms failed in a row',
  'a store that was full',
  'a store wiped under its app',
  'a store wiped for good',
  'power lost, and relaxed writes with it',
  'a store put back to an older one',
  'a store cloned',
  'another tab',
  'a device without sockets',
  'a device that uses less data',
  'edits of somebody else handed over',
  'another tab asked to do something',
  'a leading tab killed',
  'a lock taken by force',
  'an app frozen',
  'a clock set by years',
  'a person revoked with edits queued',
  'a role changed',
  'another person signed in with edits queued',
  'another session under a running app',
  'a flood of edits',
  'seq-reused',
  'slow-down',
  'a snapshot',
  'a snapshot in parts',
  'changes since',
  'a snapshot after tombstones were forgotten',
  'told to come again',
  'a reader let go',
  'a conflict',
  'a refusal',
  'a review after another epoch',
  'an item settled',
  'an undo',
  'site-full',
  'notes-full',
  'a device full of edits',
] as const;

export type Situation = (typeof SITUATIONS)[number];

/** Counts what a run has come upon. */
export class Situations {
  readonly counts = new Map<Situation, number>();

  saw(situation: Situation): void {
    this.counts.set(situation, (this.counts.get(situation) ?? 0) + 1);
  }
}
