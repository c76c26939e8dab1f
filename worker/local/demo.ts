import { randomBytes } from 'node:crypto';
import { seedMember } from '../directory/seed.ts';
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
    crew: [await account('Rosa', 'worker'), await account('Tom', 'worker')],
  };
  await db.batch(statements);
  return demo;
}

/** Puts the cars on the demo's board, by the same import a lead uses, unless there are some. */
async function fillDemo(origin: string, { site, lead }: Demo): Promise<void> {
  const headers = { Cookie: await signIn(origin, lead), Origin: origin };
  const board = await fetch(`${origin}/api/sites/${site}/cars`, { headers });
  const { version } = (await board.json()) as { version: number };
  if (version > 0) return;
  const response = await fetch(`${origin}/api/sites/${site}/cars/import`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'text/csv' },
    body: demoRoster(CARS),
  });
  if (!response.ok) throw new Error(`The demo's cars were refused: ${await response.text()}`);
}

/** How to sign in, a line per person. */
export function signInLines({ lead, worker }: Demo): string[] {
  return [
    `as lead      ${lead.email}  password ${lead.password}`,
    `as worker    ${worker.email}  password ${worker.password}`,
  ];
}

/** Devices of the crew that work on the site from now on; they go with this process. */
export async function keepDemoAlive(origin: string, demo: Demo): Promise<void> {
  await fillDemo(origin, demo);
  for (const account of demo.crew) await startDemoDevice(origin, demo.site, account);
}
