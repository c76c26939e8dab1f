import { resolve } from 'node:path';

export interface Knobs {
  port: number;
  host: string;
  stateDir: string;
  setupToken: string | undefined;
  /** Make a demo site where nothing has been set up yet. */
  demo: boolean;
}

/** Reads `PORT`, `HOST`, `STATE_DIR`, `SETUP_TOKEN` and `--empty`; an unusable value is answered with a sentence. */
export function readKnobs(env: NodeJS.ProcessEnv, args: readonly string[]): Knobs | { problem: string } {
  const unknown = args.find((arg) => arg !== '--empty');
  if (unknown !== undefined) return { problem: `Unknown option ${unknown}. The only one is --empty.` };
  const port = Number(env.PORT || 8787);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    return { problem: `PORT is "${env.PORT}", but has to be a number from 1 to 65535.` };
  }
  return {
    port,
    host: env.HOST || '127.0.0.1',
    stateDir: resolve(env.STATE_DIR || '.wrangler/state'),
    setupToken: env.SETUP_TOKEN || undefined,
    demo: !args.includes('--empty'),
  };
}
