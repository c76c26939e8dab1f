import * as v from 'valibot';
import { refuse } from '../protocol/errors.ts';
import { SYNC_BODY_BYTES_MAX } from '../protocol/limits.ts';
import { parseSync } from '../protocol/parse-up.ts';
import { epoch } from '../protocol/schema.ts';
import { readJsonValue } from './body.ts';
import type { SiteCall } from './call.ts';
import { problem } from './problem.ts';
import { readQuery, wholeNumber } from './query.ts';

const ChangesQuery = v.strictObject({
  since: v.optional(wholeNumber, '0'),
  epoch: v.optional(epoch),
});

/** `GET …/changes`: what a poller has missed (rule C3). */
export async function changes({ url, site, caller, hub }: SiteCall): Promise<Response> {
  const query = readQuery(url, ChangesQuery);
  if (!query.ok) return problem(query);
  const { since, epoch: known = null } = query.value;
  const caughtUp = await hub(site).read((it) => it.changes(caller.session, since, known));
  return caughtUp.ok ? Response.json(caughtUp.value) : problem(caughtUp);
}

/** `POST …/sync`: one exchange of the live protocol, for where WebSockets do not get through. */
export async function sync({ request, site, caller, hub }: SiteCall): Promise<Response> {
  const body = await readJsonValue(request, SYNC_BODY_BYTES_MAX);
  if (!body.ok) return problem(body);
  const exchange = parseSync(body.value);
  if (!exchange.ok) return problem(exchange);
  const answer = await hub(site).write((it) => it.sync(caller.session, exchange.value));
  return answer.ok ? Response.json(answer.value) : problem(answer);
}

/** `GET …/live`: the WebSocket. What is wrong with the session is told there, in a close code browsers can read. */
export async function live({ request, site, caller, hub }: SiteCall): Promise<Response> {
  if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
    return problem(refuse('bad-request', 'not a WebSocket handshake', 'Upgrade'));
  }
  const socket = await hub(site).connect(caller.session);
  return socket.ok ? socket.value : problem(socket);
}
