import type { Car } from '../../worker/protocol/car.ts';
import type { Intent } from '../../worker/protocol/edit.ts';
import type { LogEntry } from '../../worker/protocol/history.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';

/**
 * What happened to the edits of a run, seen from where they were made: one JSON line each, in the order it happened.
 * Simulation, real workerd and browser write the same, and one checker judges them. `at` is milliseconds of whatever
 * clock the run has, for reading only.
 */
export type HistoryLine =
  /** `device` is whoever's order is to be kept: a device, or one tab of it. */
  | { kind: 'invoke'; at: number; edit: string; device: string; person: string; intent: Intent }
  /** "Saved on this device" was shown. */
  | { kind: 'saved'; at: number; edit: string }
  /** The hub's answer has reached its maker. */
  | { kind: 'ok'; at: number; edit: string; outcome: Outcome }
  /** It has not happened and never will: the store refused it. */
  | { kind: 'fail'; at: number; edit: string; why: string }
  /** Its maker has lost sight of it: it may have happened, never twice. */
  | { kind: 'unknown'; at: number; edit: string }
  /** A person has decided on it. */
  | { kind: 'settled'; at: number; edit: string };

/** How things are when all has healed and nothing is on its way. */
export interface FinalState {
  /** What each epoch has made, in order: of those that were lost, what the next one began with. */
  epochs: LogEntry[][];
  /** The archive's history. Left out where the archive is not judged. */
  archive?: LogEntry[];
  /** The archive's cars, where they are judged. */
  archiveBoard?: Car[];
  /** The hub's cars, tombstones included. */
  board: Car[];
  replicas: ReplicaState[];
  /** Ids of the edits that wait for a decision, on the hub's list or a device, and of those that wait for their person. */
  open: string[];
}

/** A device that is connected, as its person sees it. */
export interface ReplicaState {
  device: string;
  version: number;
  cars: Iterable<Car>;
  /** Ids of the edits that the hub has not answered. */
  pending: string[];
}

/** A history as a file holds it. */
export function formatHistory(lines: Iterable<HistoryLine>): string {
  return [...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** The inverse. Throws where a line is cut short, unless it is the last: its writer was killed. */
export function parseHistory(text: string): HistoryLine[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  return [...lines, ...(isWhole(last) ? [last] : [])]
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
