import type { WallMade } from '../../worker/protocol/api.ts';
import type { Api, Reply } from './api.ts';
import { jsonRequest } from './json-request.ts';

export function makeWall(api: Pick<Api, 'ask'>, site: string, name: string): Promise<Reply<WallMade>> {
  return api.ask(
    `/api/sites/${encodeURIComponent(site)}/walls`,
    jsonRequest('POST', { name: name.trim() }),
    isWallMade,
  );
}

/** The address a wall starts with, each time. Its token is in the fragment, which no server sees. */
export function wallLink(app: URL, token: string): string {
  return new URL(`/wall#display=${token}`, app).href;
}

function isWallMade(value: unknown): value is WallMade {
  return (
    typeof value === 'object' &&
    value !== null &&
    'wall' in value &&
    'token' in value &&
    typeof value.token === 'string'
  );
}
