import { randomBytes, randomInt } from 'node:crypto';
import { seedMember } from '../directory/seed.ts';
import { isTrivialPin } from '../protocol/pin.ts';
import { DEFAULT_LOCATIONS, type Role } from '../protocol/site.ts';
import { startDemoDevice } from './demo-device.ts';
import { demoRoster } from './demo-roster.ts';
import { type DemoAccount, signIn } from './demo-session.ts';
import type { LocalD1 } from './runtime.ts';

/** What is needed to sign in to the demo site again at a later start. Kept as JSON beside the state. */
export interface Demo {
  site: string;
  lead: DemoAccount;
  worker: DemoAccount;
  /** The worker's on enrolled devices; a demo from before there were PINs has none. */
  pin?: string | undefined;
  /** Those whose devices keep the board moving. */
  crew: DemoAccount[];
}

const SITE = 'demo';
const CARS = 60;

/** Makes a site with people, straight in the database. Null where this state has a site already. */
export async function seedDemo(db: LocalD1): Promise<Demo | null> {
  if ((await db.prepare('SELECT 1 FROM sites LIMIT 1').first()) !== null) return null;
  const now = Date.now();
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const statements = [
    db
      .prepare('INSERT INTO sites (id, name, time_zone, locations, created_at) VALUES (?, ?, ?, ?, ?)')
      .bind(SITE, 'Demo hub', timeZone, JSON.stringify(DEFAULT_LOCATIONS), now),
  ];
  const account = async (name: string, role: Role): Promise<DemoAccount> => {
    // This state may be served to the network: nobody gets in with a password from the source.
    const password = randomBytes(6).toString('base64url');
    const email = `${name.toLowerCase()}@demo.example`;
    const seeds = await seedMember({ name, email, password, site: SITE, role }, now, Math.random);
    for (const { sql, values } of seeds) statements.push(db.prepare(sql).bind(...values));
    return { email, password };
  };
  const demo: Demo = {
    site: SITE,
    lead: await account('Lead', 'lead'),
    worker: await account('Worker', 'worker'),
    pin: newPin(),
    crew: [await account('Rosa', 'worker'), await account('Tom', 'worker')],
  };
  await db.batch(statements);
  return demo;
}

function newPin(): string {
  const pin = String(randomInt(100_000, 1_000_000));
  return isTrivialPin(pin) ? newPin() : pin;
}

/** Gives the worker their PIN and puts the cars on the board, by the routes anybody uses, unless there are some. */
async function fillDemo(origin: string, { site, lead, worker, pin }: Demo): Promise<void> {
  const headers = { Cookie: await signIn(origin, lead), Origin: origin };
  const board = await fetch(`${origin}/api/sites/${site}/cars`, { headers });
  const { version } = (await board.json()) as { version: number };
  if (version > 0) return;
  if (pin !== undefined) {
    const changed = await fetch(`${origin}/api/auth/pin/change`, {
      method: 'POST',
      headers: { Cookie: await signIn(origin, worker), Origin: origin, 'Content-Type': 'application/json' },
      body: JSON.stringify({ pin, password: worker.password }),
    });
    if (!changed.ok) throw new Error(`The demo's PIN was refused: ${await changed.text()}`);
  }
  const response = await fetch(`${origin}/api/sites/${site}/cars/import`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'text/csv' },
    body: demoRoster(CARS),
  });
  if (!response.ok) throw new Error(`The demo's cars were refused: ${await response.text()}`);
}

/** How to sign in, a line per person. */
export function signInLines({ lead, worker, pin }: Demo): string[] {
  return [
    `as lead      ${lead.email}  password ${lead.password}`,
    `as worker    ${worker.email}  password ${worker.password}`,
    ...(pin === undefined ? [] : [`             on an enrolled tablet, PIN ${pin}`]),
  ];
}

/** Devices of the crew that work on the site from now on; they go with this process. */
export async function keepDemoAlive(origin: string, demo: Demo): Promise<void> {
  await fillDemo(origin, demo);
  for (const account of demo.crew) await startDemoDevice(origin, demo.site, account);
}
