import { isSettled, viewOnce } from '../support/node-client.ts';
import type { Way } from '../support/wire.ts';
import { until } from './first-answer.ts';
import type { Result } from './result.ts';
import { openYard } from './yard.ts';

const WAYS: readonly (Way | undefined)[] = [undefined, 'up', 'down'];
const TAP_EVERY_MS = 1_000;

/**
 * R9: links that nothing gets through any more, one way or the other, and nobody says so. How long until each device
 * notices, and until the others do not see its person any more.
 */
export async function halfOpen(): Promise<Result> {
  await using yard = await openYard({ devices: WAYS.length + 1 });
  const [watcher, ...cutOff] = yard.devices;
  if (!watcher) throw new Error('Nobody watches');
  const seen = (id: string): boolean => watcher.client.view.people.some((person) => person.id === id);
  await until(() => cutOff.every(({ person }) => seen(person.id)));

  // Others are at work meanwhile.
  let taps = 0;
  const work = setInterval(() => {
    taps++;
    watcher.edit({ type: 'set', car: yard.cars[0] ?? '', fields: { late: taps % 2 === 1 } });
  }, TAP_EVERY_MS);
  const began = performance.now();
  const since = () => performance.now() - began;
  const noticed: Promise<number>[] = [];
  const gone: Promise<number>[] = [];
  for (const [i, { client, wire, person }] of cutOff.entries()) {
    wire.stall(WAYS[i]);
    noticed.push(viewOnce(client, ({ health }) => health.state !== 'live', 30_000).then(since));
    gone.push(until(() => !seen(person.id), 90_000).then(since));
  }
  const noticedMs = Math.max(...(await Promise.all(noticed)));
  const goneMs = Math.max(...(await Promise.all(gone)));
  clearInterval(work);
  for (const { wire } of cutOff) wire.heal();
  await Promise.all(cutOff.map(({ client }) => viewOnce(client, isSettled, 60_000)));
  const violations = await yard.judge(false);
  return {
    torture: 'half-open',
    violations,
    lines: [
      {
        label: 'a device notices a half-open link, most',
        unit: 'ms',
        value: noticedMs,
        bar: { most: 10_000 },
        of: 'R9',
      },
      {
        label: 'its person is gone for the others, most',
        unit: 'ms',
        value: goneMs,
        bar: { most: 45_000 },
        of: 'R9',
      },
    ],
  };
}
