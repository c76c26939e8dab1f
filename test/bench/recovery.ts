import { setTimeout as sleep } from 'node:timers/promises';
import type { HubTarget } from './hub-target.ts';
import type { LoadGenerator } from './load-generator.ts';
import type { Findings } from './target.ts';

const EDITING_MS = 500;

/** SIGKILL under load; the runtime brings workerd up again on the same state, as `npm start` does. */
export async function measureRecovery({ hub, target }: HubTarget, load: LoadGenerator): Promise<Findings> {
  const recovered = load.run({ scenario: 'recover', targets: [target], settings: {} });
  await sleep(EDITING_MS);
  const killedAt = Date.now();
  process.kill(hub.pid, 'SIGKILL');
  const { yardboard } = await recovered;
  return { ms: (yardboard?.acknowledgedAt ?? Number.NaN) - killedAt };
}
