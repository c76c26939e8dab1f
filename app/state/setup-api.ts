import type { SetupDone } from '../../worker/protocol/api.ts';
import type { SetupBody } from '../../worker/protocol/bodies.ts';
import type { Api, Reply } from './api.ts';
import { jsonRequest } from './json-request.ts';

/** The first site and its admin. Apart from `Api`, for it is done once. */
export function setUp(api: Pick<Api, 'ask'>, body: SetupBody): Promise<Reply<SetupDone>> {
  return api.ask('/api/setup', jsonRequest('POST', body), isSetupDone);
}

/** Checked for what tells an answer of the hub's from one of a proxy's. */
function isSetupDone(value: unknown): value is SetupDone {
  return typeof value === 'object' && value !== null && 'site' in value;
}
