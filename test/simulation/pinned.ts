import type { Pinned } from './campaign.ts';

/**
 * Every seed that has ever failed, and what it found then. What a seed stands for changes with what runs are made of:
 * the mutants hold what was found here once.
 */
export const PINNED: readonly Pinned[] = [
  {
    seed: 131,
    hasSmallCaps: false,
    tells:
      'V2 A1: D1 was late with a checkpoint of a hub that had lost its storage, and versions of the next epoch were taken for it.',
  },
  {
    seed: 276,
    hasSmallCaps: false,
    tells: 'E3: an edit whose seq was taken went out under a new one, after edits that were made later.',
  },
  {
    seed: 396,
    hasSmallCaps: false,
    tells: 'O2: a tab that had lost its store wrote an older state of it, and a seq was given out again.',
  },
  {
    seed: 822,
    hasSmallCaps: false,
    tells: 'O1: a tab that had lost its store went on writing, and the other never knew of the edit.',
  },
  {
    seed: 2,
    hasSmallCaps: true,
    tells: 'A2: the archive was told to forget tombstones that the hub still had.',
  },
  {
    seed: 3,
    hasSmallCaps: true,
    tells: 'R15: whose session was forgotten at the cap was told that it had ended, and stopped for good.',
  },
  {
    seed: 120,
    hasSmallCaps: true,
    tells: 'A2: cars that the archive had in its history alone were never written to it by the next epoch.',
  },
  {
    seed: 223,
    hasSmallCaps: true,
    tells: 'O2: a settling that the device had no room for left its items off the list and not settled.',
  },
  {
    seed: 24,
    hasSmallCaps: true,
    tells: 'O2: a socket whose session was forgotten at the cap was told of no open item, and never knew.',
  },
  {
    seed: 26,
    hasSmallCaps: true,
    tells:
      'O2: the answer to an exchange beside a socket took back, and settled, an open item that the socket had told of meanwhile.',
  },
  {
    seed: 160,
    hasSmallCaps: false,
    tells: 'O2: what a device had handed over was listed by the hub, and not shown on that device to a lead.',
  },
  {
    seed: 1342,
    hasSmallCaps: false,
    tells: 'R15: that less data was to be used no longer was not heard by a device whose clock had been set.',
  },
  {
    seed: 1910,
    hasSmallCaps: true,
    tells:
      'R15: a device that had been out of reach for long was told to come again, and waited as long as if it still were.',
  },
  {
    seed: 1254,
    hasSmallCaps: false,
    tells: 'E2: a tab that had not heard an answer asked again, and what had left no record was made twice.',
  },
  ...[1132, 1572].flatMap((seed) =>
    [false, true].map((hasSmallCaps) => ({
      seed,
      hasSmallCaps,
      tells: 'E2: the history had what a leading tab could not keep, and the next one made, as made twice.',
    })),
  ),
  {
    seed: 1213,
    hasSmallCaps: true,
    tells:
      'A2: a car whose tombstone was forgotten between two pieces of a checkpoint stayed in the archive.',
  },
  {
    seed: 1228,
    hasSmallCaps: true,
    tells: 'E3: of two devices of one name one sent on before it knew that the other had used its seqs.',
  },
  {
    seed: 1701,
    hasSmallCaps: true,
    tells: 'E2: what the hub told the clone of a device was taken for an answer to the device itself.',
  },
];
