import type { AttentionItem } from '../protocol/attention.ts';
import type { Edit } from '../protocol/edit.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import { OUTCOMES_UNSEEN_MAX } from '../protocol/limits.ts';
import type { Outcome } from '../protocol/outcome.ts';
import type { Principal } from '../protocol/site.ts';
import { file, itemOf } from './attention.ts';
import { commit, type Version } from './commit.ts';
import { type Device, keep, keptOf, markSeen, newDevice, putDevice } from './device.ts';
import { makeRoom } from './device-room.ts';
import type { StorageEffect } from './effect.ts';
import type { Env, SiteState } from './state.ts';

export type Pushed =
  | {
      ok: true;
      outcomes: Outcome[];
      made: Version[];
      filed: AttentionItem[];
      effects: StorageEffect[];
      /** Another device of the same name has used seqs that this one gave out as well. */
      isTaken: boolean;
    }
  /** Refused whole; `seq` is the one expected next. Nothing has changed. */
  | { ok: false; code: ErrorCode; detail?: string; seq: number };

/**
 * A frame of edits from one device: one transaction, one answer. Each edit takes effect at most once and in order
 * (rules E2, E3); one that is refused or in conflict advances the seq like any other, so that it blocks nothing, and is
 * listed for somebody to look at.
 *
 * Where a seq is taken by another edit, that one gets a new seq, and so must all that follow it: none is taken before
 * it is (rule E3). `wasTaken`: a frame before this one had such an edit, and its device may not have heard so yet.
 */
export function push(
  state: SiteState,
  deviceId: string,
  edits: Edit[],
  principal: Principal,
  env: Env,
  wasTaken = false,
): Pushed {
  const known = state.devices.get(deviceId);
  const device = known ?? newDevice(deviceId);
  const gap = gapIn(edits, device);
  if (gap !== null) return { ok: false, code: 'seq-gap', seq: device.seq + 1, detail: gap };
  const last = edits.at(-1)?.seq ?? device.seq;
  if (last > device.seq && last - device.seen > OUTCOMES_UNSEEN_MAX) {
    return { ok: false, code: 'slow-down', seq: device.seq + 1 };
  }

  const outcomes: Outcome[] = [];
  const made: Version[] = [];
  const filed: AttentionItem[] = [];
  const effects: StorageEffect[] = [];
  const before = device.seq;
  let isTaken = wasTaken;
  for (const edit of edits) {
    if (edit.seq <= before) {
      const outcome = answered(device, edit, env);
      isTaken ||= isReused(outcome);
      outcomes.push(outcome);
      continue;
    }
    if (isTaken) {
      outcomes.push(reused(edit.seq, env));
      continue;
    }
    const committed = answer(state, edit, { device, principal, env });
    keep(device, edit.id, committed.outcome);
    outcomes.push(committed.outcome);
    effects.push(...committed.effects);
    if (committed.made) made.push(committed.made);
    const item = itemOf(edit, committed.outcome, principal.person);
    if (!item) continue;
    const listed = file(state, item, principal.person);
    filed.push(listed.item);
    effects.push(...listed.effects);
  }
  if (device.seq > before) {
    if (!known) effects.push(...(makeRoom(state, 'pushes') ?? []));
    device.heardAt = env.now;
    state.devices.set(deviceId, device);
    markSeen(device, device.seen);
    effects.push(putDevice(device));
  }
  return { ok: true, outcomes, made, filed, effects: lastOfEachCar(effects), isTaken };
}

/** An edit is made under its author or not at all (rule E4). */
function answer(state: SiteState, edit: Edit, by: { device: Device; principal: Principal; env: Env }) {
  const { device, principal, env } = by;
  if (edit.author !== undefined && edit.author !== principal.person) {
    const outcome: Outcome = {
      seq: edit.seq,
      at: env.now,
      outcome: 'rejected',
      code: 'forbidden',
      detail: 'author',
    };
    return { outcome, effects: [] };
  }
  return commit(state, edit, { principal, device: device.id, base: edit.base }, env);
}

/** The outcome of an edit that has been answered before. */
function answered(device: Device, edit: Edit, env: Env): Outcome {
  const { seq } = edit;
  const kept = keptOf(device, seq);
  if (kept) return kept.id === edit.id ? kept.outcome : reused(seq, env);
  const entry = env.log.entryOf(device.id, seq);
  if (entry?.id !== edit.id) return reused(seq, env);
  return { seq, at: entry.at, outcome: 'applied', version: entry.version };
}

function reused(seq: number, env: Env): Outcome {
  return { seq, at: env.now, outcome: 'rejected', code: 'seq-reused' };
}

function isReused(outcome: Outcome): boolean {
  return outcome.outcome === 'rejected' && outcome.code === 'seq-reused';
}

/** Says where the seqs of a frame do not follow each other, or do not follow what has been answered. */
function gapIn(edits: Edit[], device: Device): string | null {
  let expected: number | null = null;
  for (const { seq } of edits) {
    if (expected !== null ? seq !== expected : seq > device.seq + 1) return `seq ${seq}`;
    expected = seq + 1;
  }
  return null;
}

/** A car that several edits of a frame changed is written once, as it is in the end. */
function lastOfEachCar(effects: StorageEffect[]): StorageEffect[] {
  const last = new Map<string, StorageEffect>();
  for (const effect of effects) {
    if (effect.type === 'put-car') last.set(effect.record.car.id, effect);
    if (effect.type === 'delete-car') last.set(effect.id, effect);
  }
  return effects.filter((effect) => {
    if (effect.type === 'put-car') return last.get(effect.record.car.id) === effect;
    return effect.type !== 'delete-car' || last.get(effect.id) === effect;
  });
}
