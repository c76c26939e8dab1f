import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../bench/load/statistics.ts';
import type { Hub } from '../support/hub.ts';
import { isSettled, viewOnce } from '../support/node-client.ts';
import { integer, random } from '../support/random.ts';
import { until } from './first-answer.ts';
import { lasts, type Measure, type Result } from './result.ts';
import { beginShift } from './work.ts';
import { openYard } from './yard.ts';

export interface EvictOptions extends Measure {
  evictions: number;
  devices: number;
}

const PAUSE_MS_MAX = 20;
/** Edits are always on their way, and the hub is not so busy that those who come again have to wait for it. */
const WORK_PAUSE_MS_MAX = 300;
/** A device whose frame went under with the hub notices after some seconds, and comes again, at worst after several tries. */
const REST_MS_MAX = 120_000;
/** So often everybody stops for a moment, and each device is asked who it is taken for. */
const ROLL_CALL_EVERY = 100;

/** R4: the hub is evicted as idleness does it, with every socket open and edits on their way. */
export async function evict(options: EvictOptions): Promise<Result> {
  const next = random(options.seed);
  const goesOn = lasts(options);
  await using yard = await openYard(options);
  const { hub, site, devices, witness } = yard;
  const times: number[] = [];
  const strangers: string[] = [];
  let shift = beginShift(yard, options.seed, WORK_PAUSE_MS_MAX);
  let shifts = 1;
  let busy = 0;
  while (times.length < options.evictions || goesOn()) {
    const began = performance.now();
    const { answered } = witness;
    const how = await evicted(hub, site.id);
    if (how === 'evicted') times.push(performance.now() - began);
    if (how === 'busy') busy++;
    // While an eviction is due the runtime lets nothing in, and that is until the second is over in which news of people
    // are gathered: without a moment between two, those who come again would never all be in.
    const areIn = () => devices.every(({ client }) => client.view.health.state === 'live');
    await until(() => witness.answered > answered && areIn(), REST_MS_MAX);
    await sleep(integer(next, 0, PAUSE_MS_MAX));
    if (how !== 'busy' && times.length < shifts * ROLL_CALL_EVERY) continue;
    await shift.stop();
    await Promise.all(devices.map(({ client }) => viewOnce(client, isSettled, REST_MS_MAX)));
    for (const { name, person, client } of devices) {
      const { you } = client.view;
      if (you?.person !== person.id) strangers.push(`E4 ${name} of ${person.id} is taken for ${you?.person}`);
    }
    // Work alone has held it: left alone, it lets go (rule H1).
    if (how === 'busy') {
      await yard.archived();
      await hub.evict(site.id);
    }
    shift = beginShift(yard, options.seed + devices.length * shifts++, WORK_PAUSE_MS_MAX);
  }
  await shift.stop();
  const dropped = devices.flatMap(({ lost }) => lost);
  const greetings = devices.map(({ welcomes }) => welcomes).reduce((sum, more) => sum + more, 0);
  const codes = dropped.length > 0 ? [`R4 sockets were closed with ${[...new Set(dropped)]}`] : [];
  const violations = [...strangers, ...codes, ...(await yard.judge())];
  return {
    torture: 'evict',
    violations,
    lines: [
      { label: 'evictions', unit: '', value: times.length, bar: { least: options.evictions }, of: 'R4' },
      { label: 'sockets dropped', unit: '', value: dropped.length, bar: { most: 0 }, of: 'R4' },
      // A device that waits too long for an answer on a busy machine begins anew by itself.
      { label: 'greetings, of which one a device', unit: '', value: greetings },
      { label: 'edits acknowledged', unit: '', value: witness.answered },
      { label: 'times it was too busy, and was evicted at rest', unit: '', value: busy },
      { label: 'an eviction, p50', unit: 'ms', value: percentile(times, 0.5) },
    ],
  };
}

/** `asleep` where nothing has woken it since the last time; `busy` where the runtime found no moment without work. */
async function evicted(hub: Hub, site: string): Promise<'evicted' | 'asleep' | 'busy'> {
  try {
    await hub.evict(site);
    return 'evicted';
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (message.includes('not currently running')) return 'asleep';
    if (message.includes('still has active references')) return 'busy';
    throw error;
  }
}
