import { VERSION } from '../env.ts';
import type { Health } from '../protocol/api.ts';
import { PROTOCOL } from '../protocol/messages.ts';
import type { Call } from './call.ts';

/** `GET /api/health`: that the Worker runs. Asks nothing of anybody, so that it answers while D1 is down. */
export async function health(_: Call): Promise<Response> {
  const body: Health = { status: 'ok', version: VERSION, protocol: PROTOCOL };
  return Response.json(body);
}
