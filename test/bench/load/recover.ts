import { setTimeout as sleep } from 'node:timers/promises';
import type { Findings, FindingsByTarget, Target } from '../target.ts';
import { each } from './crowd.ts';
import { openScreen } from './screen.ts';

const DIAL_EVERY_MS = 10;
const PATIENCE_MS = 20_000;
const EDIT_EVERY_MS = 8;

/**
 * Edits until the hub is killed by somebody else, then dials until an edit is acknowledged again. Times are
 * milliseconds since 1970, to be compared with the killer's.
 */
export async function recover(targets: readonly Target[]): Promise<FindingsByTarget> {
  return each(targets, async (target) => {
    const acknowledged = await editUntilLost(target);
    const { at, version } = await editAgain(target);
    if (version < acknowledged)
      throw new Error(`version ${acknowledged} was acknowledged, the hub is at ${version}`);
    return { acknowledgedAt: at };
  });
}

/** The last version that was acknowledged. */
async function editUntilLost(target: Target): Promise<number> {
  const lost = Promise.withResolvers<void>();
  let acknowledged = 0;
  const { screen } = await openScreen(target, null, {
    acknowledged: (own) => {
      acknowledged = own.place.version;
      // Within what a hub takes of one socket.
      setTimeout(() => own.push(1), EDIT_EVERY_MS);
    },
    lost: () => lost.resolve(),
  });
  screen.push(1);
  await lost.promise;
  return acknowledged;
}

async function editAgain(target: Target): Promise<{ at: number; version: Findings[string] }> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    try {
      return await editOnce(target);
    } catch {
      await sleep(DIAL_EVERY_MS);
    }
  }
  throw new Error('the hub did not come back');
}

async function editOnce(target: Target): Promise<{ at: number; version: number }> {
  const answer = Promise.withResolvers<number>();
  const { screen } = await openScreen(target, null, {
    acknowledged: () => answer.resolve(Date.now()),
    lost: () => answer.reject(new Error('lost again')),
  });
  const { version } = screen.place;
  screen.push(1);
  const at = await answer.promise;
  screen.cut();
  return { at, version };
}
