import { d1Archive } from './archive/archive.ts';
import { AttemptCounter as Counter } from './attempts/attempt-counter.ts';
import { d1Directory } from './directory/directory.ts';
import type { Env } from './env.ts';
import { makeSiteHub } from './hub/site-hub.ts';
import { log } from './log.ts';
import { handle } from './routes/handle.ts';

/** The Durable Object of a site, by the name the configuration knows it under. */
export class SiteHub extends makeSiteHub((env: Env) => ({
  directory: d1Directory(env.DB),
  archive: d1Archive(env.DB),
  report: (event, details) => log('error', event, { details: JSON.stringify(details) }),
})) {}

/** The Durable Object that counts attempts, by the name the configuration knows it under. */
export class AttemptCounter extends Counter<Env> {}

export default {
  fetch: (request, env, ctx) => handle(request, env, Date.now(), (work) => ctx.waitUntil(work)),
} satisfies ExportedHandler<Env>;
