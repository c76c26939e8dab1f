import { countAttempt, digitsTally } from '../directory/attempts.ts';
import { end, enrol, enrolledDevices, rename } from '../directory/enrolled-devices.ts';
import { waitingDevice } from '../directory/enrolments.ts';
import { describeError, log } from '../log.ts';
import type { EnrolledDevice, EnrolledDevices } from '../protocol/api.ts';
import { deviceBody, enrolBody } from '../protocol/bodies.ts';
import { refuse } from '../protocol/errors.ts';
import { readJson } from './body.ts';
import type { SiteCall } from './call.ts';
import { endOnHubs } from './hub-sessions.ts';
import { problem } from './problem.ts';

/** `GET …/devices` */
export async function listDevices({ env, now, site }: SiteCall): Promise<Response> {
  const answer: EnrolledDevices = { at: now, devices: await enrolledDevices(env.DB, site) };
  return Response.json(answer);
}

/** `POST …/devices`: a lead has read the digits that a new device shows. Wrong ones are counted by who types them. */
export async function enrolDevice({ request, env, now, site, caller }: SiteCall): Promise<Response> {
  const body = await readJson(request, enrolBody);
  if (!body.ok) return problem(body);
  const { code, name } = body.value;
  const tally = digitsTally(caller.person.id, env.SESSION_KEY);
  const attempt = await countAttempt(env.ATTEMPTS, [tally]);
  if (!attempt.ok) {
    return problem(refuse('too-many-requests'), {}, { 'Retry-After': String(attempt.seconds) });
  }
  const device = await waitingDevice(env.DB, code, now);
  if (!device) return problem(refuse('unknown-code', undefined, 'code'));
  await attempt.right();
  const made = await enrol(env.DB, { site, by: caller.person.id, name, device }, now, Math.random);
  if (!made.ok) return problem(made);
  const answer: EnrolledDevice = made.value;
  return Response.json(answer, { status: 201 });
}

/**
 * `PATCH …/devices/:device`: in the directory and on the hub. Where that cannot be reached the answer says so, and the
 * same request again tells it.
 */
export async function renameDevice(call: SiteCall): Promise<Response> {
  const { request, env, now, site, caller, params, hub } = call;
  const body = await readJson(request, deviceBody);
  if (!body.ok) return problem(body);
  const act = { site, device: params.device ?? '', by: caller.person.id };
  const renamed = await rename(env.DB, act, body.value.name, now);
  if (!renamed.ok) return problem(renamed);
  const answer: EnrolledDevice = renamed.value;
  try {
    await hub(site).rename(answer.id, answer.name);
  } catch (error) {
    log('error', 'hub not told of a name', { site, ...describeError(error) });
    return problem(refuse('unavailable'));
  }
  return Response.json(answer);
}

/**
 * `DELETE …/devices/:device`: ends it, and whoever is signed in on it by a PIN, in the directory and on their hubs, which
 * close their sockets (rule I3). Where one cannot be reached the answer says so, and the same request again tells it.
 */
export async function endDevice(call: SiteCall): Promise<Response> {
  const { env, now, site, caller, params } = call;
  const ended = await end(env.DB, { site, device: params.device ?? '', by: caller.person.id }, now);
  if (!ended) return problem(refuse('not-found'));
  const isTold = await endOnHubs(call, ended.sites, ended.sessions);
  return isTold ? new Response(null, { status: 204 }) : problem(refuse('unavailable'));
}
