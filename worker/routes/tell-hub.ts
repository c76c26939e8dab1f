import { roleOf } from '../directory/people.ts';
import { describeError, log } from '../log.ts';
import type { Call } from './call.ts';

/** How often a hub is told of somebody whose role changes meanwhile. */
const TELLINGS_MAX = 5;

/**
 * Tells the hub what the directory says of a person, until that was true when it had been told: of two changes at once
 * the later in the directory is the one that stays with the hub. True where it has heard.
 */
export async function tellHub({ env, hub }: Call, site: string, person: string): Promise<boolean> {
  let role = await roleOf(env.DB, site, person);
  for (let telling = 0; telling < TELLINGS_MAX; telling++) {
    try {
      await hub(site).seat(person, role);
    } catch (error) {
      log('error', 'hub not told of a role', { site, ...describeError(error) });
      return false;
    }
    const now = await roleOf(env.DB, site, person);
    if (now === role) return true;
    role = now;
  }
  return false;
}
