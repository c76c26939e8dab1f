import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

export interface Secrets {
  /** Signs sessions. Another one signs everybody out. */
  SESSION_KEY: string;
  /** Lets the first administrator in. */
  SETUP_TOKEN: string;
}

const Stored = v.object({ SESSION_KEY: v.string(), SETUP_TOKEN: v.string() });

/** The secrets of this state, made at the first start and the same at every later one; `given` wins. */
export function localSecrets(stateDir: string, given: { SETUP_TOKEN?: string | undefined }): Secrets {
  const file = join(stateDir, 'secrets.json');
  const stored = read(file) ?? { SESSION_KEY: random(), SETUP_TOKEN: random() };
  const secrets = { ...stored, SETUP_TOKEN: given.SETUP_TOKEN || stored.SETUP_TOKEN };
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}

function read(file: string): Secrets | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  return v.parse(Stored, JSON.parse(text));
}

function random(): string {
  // 256 bits: nothing to guess, nothing to stretch.
  return randomBytes(32).toString('base64url');
}
