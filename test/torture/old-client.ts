import { isUnsettled } from '../../worker/protocol/outcome.ts';
import { integer, random } from '../support/random.ts';
import { editsOf, openDevice } from '../support/raw-device.ts';
import type { Measure, Result } from './result.ts';
import { beginShift } from './work.ts';
import { openYard } from './yard.ts';

export interface OldClientOptions extends Measure {
  devices: number;
  /** Edits of a device that still speaks the protocol before. */
  edits: number;
}

/** The hub has been updated under a device that has not: it speaks the protocol before, through a restart. */
export async function oldClient({ devices, edits, seed }: OldClientOptions): Promise<Result> {
  const next = random(seed);
  await using yard = await openYard({ devices });
  const { hub, site, cars, witness } = yard;
  const shift = beginShift(yard, seed);
  const violations: string[] = [];
  let place: { epoch: string | null; version: number } = { epoch: null, version: 0 };
  let seq = 0;
  let restarts = 0;
  while (seq < edits) {
    const device = await openDevice(hub.origin, site.id, site.lead.cookie, 'device-of-before');
    const welcome = await device.hello({ protocol: 1, ...place });
    if (welcome.protocol !== 1) violations.push(`protocol 1 was answered with ${welcome.protocol}`);
    if (welcome.seq !== seq) violations.push(`E2 seq ${welcome.seq} of ${seq} after a restart`);
    place = { epoch: welcome.epoch, version: welcome.version };
    for (let left = integer(next, 3, 10); left > 0; left--) {
      const intent = { type: 'note', car: cars[seq % cars.length] ?? '', text: `before ${seq}` } as const;
      const [edit] = editsOf([intent], { seq: ++seq, base: place.version });
      if (!edit) break;
      witness.invoke(device.id, site.lead.id, edit);
      device.send({ type: 'push', edits: [edit] });
      const { outcomes } = await device.next('outcomes');
      for (const outcome of outcomes) {
        witness.ok(edit.id, outcome);
        // Its person looks at it there and then.
        if (isUnsettled(outcome)) witness.settled(edit.id);
      }
    }
    // Of what is in the newer protocol alone, nothing is said to it.
    const strange = device.frames.filter(({ type }) => type === 'attention');
    if (strange.length > 0) violations.push('protocol 1 was told of attention');
    await hub.restart();
    restarts++;
  }
  await shift.stop();
  violations.push(...(await yard.judge(false)));
  return {
    torture: 'old-client',
    violations,
    lines: [
      { label: 'edits in the protocol before', unit: '', value: seq },
      { label: 'restarts under live sockets', unit: '', value: restarts },
      { label: 'edits acknowledged in all', unit: '', value: witness.answered },
    ],
  };
}
