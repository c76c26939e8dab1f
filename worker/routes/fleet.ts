import type { SiteCall } from './call.ts';
import { problem } from './problem.ts';

/** `GET …/fleet`: every device, and what it has said of itself. */
export async function listFleet({ site, caller, hub }: SiteCall): Promise<Response> {
  const fleet = await hub(site).read((it) => it.fleet(caller.session));
  return fleet.ok ? Response.json(fleet.value) : problem(fleet);
}

/** `POST …/roll-call`: their answers come one by one, and are in the fleet. */
export async function callRoll({ site, caller, hub }: SiteCall): Promise<Response> {
  const called = await hub(site).write((it) => it.rollCall(caller.session));
  return called.ok ? Response.json(called.value, { status: 202 }) : problem(called);
}
