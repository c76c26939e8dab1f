import { setTimeout as sleep } from 'node:timers/promises';
import { isUnsettled } from '../../worker/protocol/outcome.ts';
import { editsOf, openDevice } from '../support/raw-device.ts';
import type { Yard } from './yard.ts';

const DIAL_EVERY_MS = 10;
const PATIENCE_MS = 30_000;

/** Resolves when the runtime takes requests. */
export function listening(origin: string): Promise<void> {
  return until(async () => {
    const answer = await fetch(`${origin}/api/health`).catch(() => null);
    await answer?.body?.cancel();
    return answer?.ok ?? false;
  });
}

/** Dials without a pause until an edit is answered. */
export function firstAnswer({ hub, site, witness, cars }: Yard): Promise<void> {
  return until(async () => {
    const device = await openDevice(hub.origin, site.id, site.lead.cookie).catch(() => null);
    if (!device) return false;
    const gone = device.closed.then(() => null);
    const welcome = await Promise.race([device.hello(), gone]);
    if (!welcome) return false;
    const intent = { type: 'note', car: cars[0] ?? '', text: device.id.slice(0, 20) } as const;
    const [edit] = editsOf([intent], { seq: 1, base: welcome.version });
    if (!edit) return false;
    const { lead } = site;
    witness.lines.push({
      kind: 'invoke',
      at: Date.now(),
      edit: edit.id,
      device: device.id,
      person: lead.id,
      intent,
    });
    device.send({ type: 'push', edits: [edit] });
    const answer = await Promise.race([device.next('outcomes'), gone]);
    const [outcome] = answer?.outcomes ?? [];
    // Its person looks at it there and then.
    if (outcome && isUnsettled(outcome)) witness.settled(edit.id);
    if (outcome) witness.lines.push({ kind: 'ok', at: Date.now(), edit: edit.id, outcome });
    else witness.unknown(edit.id);
    device.socket.close();
    return outcome !== undefined;
  });
}

/** Resolves once it is so; rejects where that takes far too long. */
export async function until(isSo: () => boolean | Promise<boolean>, limitMs = PATIENCE_MS): Promise<void> {
  const ends = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > ends) throw new Error(`Waited ${limitMs} ms in vain for ${isSo}`);
    await sleep(DIAL_EVERY_MS);
  }
}
