import type { AttentionItem, ReportedItem } from '../protocol/attention.ts';
import { type Filed, file, hasRoom, sayMore } from './attention.ts';
import { keptOf } from './device.ts';
import type { StorageEffect } from './effect.ts';
import type { Env, SiteState } from './state.ts';

/** What a report has put on the list. */
export interface Reported {
  filed: AttentionItem[];
  /** Ids of those that have been settled: their device has not heard of it. */
  settled: string[];
  effects: StorageEffect[];
}

/**
 * Lists what only a device knew of: edits of another epoch, or refused without being counted. Whose they are is taken
 * from the device, which may hand over those of somebody who has left. What is listed stays as it is, and what the hub
 * knows to be settled or done is not listed; where it cannot tell it is, for showing too much loses nothing. Nor does a
 * report push out what is listed: its device has it, and reports it again. It takes the room of `person`, who sends it.
 */
export function report(
  state: SiteState,
  device: string,
  person: string,
  items: readonly ReportedItem[],
  env: Env,
): Reported {
  const reported: Reported = { filed: [], settled: [], effects: [] };
  for (const { author, edit, code } of items) {
    const { id, seq } = edit;
    if (state.settled.has(id)) reported.settled.push(id);
    if (edit.type === 'settle' || state.attention.has(id) || state.settled.has(id)) continue;
    if (isDone(state, device, { id, seq }, env)) continue;
    if (!hasRoom(state, person)) {
      reported.effects.push(...sayMore(state));
      continue;
    }
    const outcome = { seq, at: env.now, outcome: 'rejected', code } as const;
    const filed: Filed = file(state, { author, edit, outcome }, person);
    reported.filed.push(filed.item);
    reported.effects.push(...filed.effects);
  }
  return reported;
}

/** Whether this device's edit was applied, or was so already. */
function isDone(state: SiteState, device: string, edit: { id: string; seq: number }, env: Env): boolean {
  const known = state.devices.get(device);
  const kept = known && keptOf(known, edit.seq);
  if (kept?.id === edit.id) return ['applied', 'unchanged'].includes(kept.outcome.outcome);
  return env.log.entryOf(device, edit.seq)?.id === edit.id;
}
