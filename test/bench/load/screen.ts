import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '../target.ts';
import { openBareScreen } from './bare-screen.ts';
import { openYardboardScreen } from './yardboard-screen.ts';

/** One device on a target, whichever way the target speaks. Scenarios are written once, against this. */
export interface Screen {
  /** What it is current as of. */
  readonly place: Place;
  /** Bytes received, frame headers included. */
  readonly bytes: number;
  /** Sends changes of as many cars in as few frames as they fit in. */
  push(changes: number): void;
  /** Stops reading what it is sent, and goes on. */
  pause(): void;
  resume(): void;
  /** Loses its line, as a phone out of reach does. */
  cut(): void;
}

export interface Place {
  /** Null on a target that knows none. */
  epoch: string | null;
  version: number;
}

export interface ScreenEvents {
  /** Another's change has come. `payload` is the frame as text. */
  changed?(screen: Screen, payload: string): void;
  /** So many of its own changes have been acknowledged. */
  acknowledged?(screen: Screen, changes: number): void;
  /** The line was lost, or closed from the other side. */
  lost?(code: number | null): void;
}

export interface Joined {
  screen: Screen;
  /** From dialling to being current. */
  ms: number;
  /** From asking to being current. */
  askMs: number;
  /** Received for it, frame headers included. */
  bytes: number;
}

/** A dial that was closed before the screen was current. */
export class TurnedAway extends Error {
  /** When it may come again, where that was said. */
  readonly retryMs: number | null;

  constructor(code: number | null, retryMs: number | null) {
    super(`closed with ${code}`);
    this.retryMs = retryMs;
  }
}

/** Opens a screen and resolves when it is current. `from` null: it has nothing yet. */
export function openScreen(target: Target, from: Place | null, events: ScreenEvents = {}): Promise<Joined> {
  const open = target.name === 'yardboard' ? openYardboardScreen : openBareScreen;
  return open(target, from, events);
}

/** As a device does that is told when to come again. */
export async function comeBack(target: Target, from: Place): Promise<Joined> {
  for (;;) {
    try {
      return await openScreen(target, from);
    } catch (error) {
      if (!(error instanceof TurnedAway) || error.retryMs === null) throw error;
      await sleep(error.retryMs);
    }
  }
}

let opened = 0;

/** The next seat of a target, in turn, and a number that no other screen has. */
export function takeSeat(target: Target): { number: number; path: string; headers: Record<string, string> } {
  const number = opened++;
  const seat = target.people[number % target.people.length];
  if (!seat) throw new Error(`${target.name} has no people`);
  return { number, ...seat };
}
