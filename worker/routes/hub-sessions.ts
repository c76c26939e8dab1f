import { describeError, log } from '../log.ts';
import type { Call } from './call.ts';

/** Ends sessions on the hubs of these sites, which close their sockets (rule I3). True where every hub has been told. */
export async function endOnHubs(
  call: Call,
  sites: readonly string[],
  sessions: readonly string[],
): Promise<boolean> {
  if (sessions.length === 0) return true;
  const told = await Promise.allSettled(sites.map((site) => call.hub(site).revoke(sessions)));
  for (const result of told) {
    if (result.status === 'rejected')
      log('error', 'sessions not revoked on a hub', describeError(result.reason));
  }
  return told.every(({ status }) => status === 'fulfilled');
}
