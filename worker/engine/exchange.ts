import { type Refusal, refuse } from '../protocol/errors.ts';
import { FRAME_DOWN_BYTES_MAX } from '../protocol/limits.ts';
import { PROTOCOL, type SyncRequest, type SyncResponse } from '../protocol/messages.ts';
import type { Outcome } from '../protocol/outcome.ts';
import type { Principal } from '../protocol/site.ts';
import { itemsFor, shown, thatFit } from './attention.ts';
import { stirAuthors } from './attention-news.ts';
import { catchUpWhole } from './catch-up.ts';
import { type Device, markSeen, putDevice } from './device.ts';
import type { Effect, StorageEffect } from './effect.ts';
import { announce } from './feed.ts';
import { membersFor } from './members.ts';
import { stir } from './presence.ts';
import { push } from './push.ts';
import { report } from './report.ts';
import type { Hub } from './socket.ts';
import { answeredOf, meet, standingOf } from './standing.ts';
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

  const reported = report(state, request.device, principal.person, request.report ?? [], env);
  const protocol = protocolOf(request);
  const items = protocol > 1 ? itemsFor(state, principal) : undefined;
  const place = catchUpWhole(state, request, env.now, items);
  const value: SyncResponse = {
    ...place,
    // What is left out is named nevertheless, and comes once others have been settled.
    ...(items &&
      place.attention && {
        attention: { ...place.attention, items: thatFit(items.map(shown), ITEMS_BYTES_MAX) },
      }),
    outcomes: mergeOutcomes(place.outcomes ?? [], pushed.outcomes),
    you: principal,
    site: state.site,
  };
  const { person } = principal;
  const { holds, ...said } = standingOf({ ...request, protocol }, request, state);
  const met = meet(
    state,
    request.device,
    { ...said, person, holds: answeredOf(holds, edits, person) },
    env.now,
  );
  const members = protocol > 1 ? membersFor(hub, request.device, env.now) : { removed: [], effects: [] };
  if (members.removed.length > 0) value.removed = members.removed;
  const { made } = pushed;
  const filed = [...pushed.filed, ...reported.filed];
  const told: Effect[] = made.length > 0 ? [...stir(feed, person), { type: 'archive' }] : [];
  return {
    answer: { ok: true, value },
    effects: [
      ...inOneRow([...pushed.effects, ...reported.effects, ...met], state.devices.get(request.device)),
      ...announce(feed, made, filed),
      ...stirAuthors(feed, filed, null),
      ...told,
      ...members.effects,
    ],
  };
}

/** Open items in one answer, in bytes: as many as a socket would be sent in its largest frame. */
const ITEMS_BYTES_MAX = FRAME_DOWN_BYTES_MAX;

/** A body that says nothing of its app nor of what it holds is of protocol 1, which has no open items. */
function protocolOf({ app, holds }: SyncRequest): number {
  return app === undefined && holds === undefined ? 1 : PROTOCOL;
}

/** Whatever there is to write of a device is one row. */
function inOneRow(effects: StorageEffect[], device: Device | undefined): StorageEffect[] {
  const others = effects.filter((effect) => effect.type !== 'put-device' || effect.device !== device);
  return device && others.length < effects.length ? [...others, putDevice(device)] : effects;
}

/** Kept outcomes and the answers to this request, each seq once, in order. */
function mergeOutcomes(kept: Outcome[], answers: Outcome[]): Outcome[] {
  const bySeq = new Map([...kept, ...answers].map((outcome) => [outcome.seq, outcome]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
