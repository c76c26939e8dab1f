import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Demo, type DemoTarget, makeDemo } from './demo.ts';

const Stored = v.looseObject({ signIn: v.array(v.string()) });

/** The demo site of this state: made where nothing is set up yet, the same at every later start. */
export async function rememberedDemo(stateDir: string, target: DemoTarget): Promise<Demo | null> {
  const file = join(stateDir, 'demo.json');
  let text: string | undefined;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // The first start.
  }
  if (text !== undefined) return v.parse(Stored, JSON.parse(text));
  const made = await makeDemo(target);
  if (made) writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  return made;
}
