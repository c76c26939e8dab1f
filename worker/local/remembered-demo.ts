import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Demo, seedDemo } from './demo.ts';
import type { LocalD1 } from './runtime.ts';

const Account = v.object({ email: v.string(), password: v.string() });
const Stored: v.GenericSchema<unknown, Demo> = v.object({
  site: v.string(),
  lead: Account,
  worker: Account,
  pin: v.optional(v.string()),
  crew: v.array(Account),
});

/**
 * The demo of this state: made where there is no site yet, the same at every later start. Null where there is a site
 * that is not the demo's.
 */
export async function rememberedDemo(stateDir: string, db: LocalD1): Promise<Demo | null> {
  const file = join(stateDir, 'demo.json');
  const made = await seedDemo(db);
  if (made) writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  return v.parse(Stored, JSON.parse(text));
}
