import { type Refusal, refuse } from '../protocol/errors.ts';
import type { SyncRequest, SyncResponse } from '../protocol/messages.ts';
import type { Outcome } from '../protocol/outcome.ts';
import type { Principal } from '../protocol/site.ts';
import { catchUpWhole } from './catch-up.ts';
import { markSeen } from './device.ts';
import type { Effect } from './effect.ts';
import { announce } from './feed.ts';
import { stir } from './presence.ts';
import { push } from './push.ts';
import type { Hub } from './socket.ts';
import type { Env } from './state.ts';

/**
 * One exchange of the live protocol without a socket: the edits are pushed, and the answer brings the device to now.
 * Edits made in another epoch are not taken: the device has to look at them first (rule V2).
 * Errors: those of a push.
 */
export function exchange(
  hub: Hub,
  request: SyncRequest,
  principal: Principal,
  env: Env,
): { answer: { ok: true; value: SyncResponse } | Refusal; effects: Effect[] } {
  const { state, feed } = hub;
  const device = state.devices.get(request.device);
  const sameEpoch = request.epoch === state.epoch;
  if (device && sameEpoch && request.seen !== undefined) markSeen(device, request.seen);
  const edits = request.epoch === null || sameEpoch ? request.edits : [];
  const pushed = push(state, request.device, edits, principal, env);
  if (!pushed.ok) return { answer: refuse(pushed.code, `expected seq ${pushed.seq}`), effects: [] };

  const place = catchUpWhole(state, request, env.now);
  const value: SyncResponse = {
    ...place,
    outcomes: mergeOutcomes(place.outcomes ?? [], pushed.outcomes),
    you: principal,
    site: state.site,
  };
  const { made, effects } = pushed;
  const told: Effect[] = made.length > 0 ? [...stir(feed, principal.person), { type: 'archive' }] : [];
  return { answer: { ok: true, value }, effects: [...effects, ...announce(feed, made), ...told] };
}

/** Kept outcomes and the answers to this request, each seq once, in order. */
function mergeOutcomes(kept: Outcome[], answers: Outcome[]): Outcome[] {
  const bySeq = new Map([...kept, ...answers].map((outcome) => [outcome.seq, outcome]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
