import type { SetupDone } from '../../worker/protocol/api.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { addPerson, PASSWORD, signIn } from '../support/site.ts';
import { csvOf, type rosterOf } from './roster.ts';
import type { Seat, Target } from './target.ts';

export interface HubTarget {
  hub: Hub;
  target: Target;
}

/** With the cap of sockets a person, enough for a thousand screens and some. */
const PEOPLE = 12;
const ADMIN = { name: 'Ada', email: 'ada@example.com', password: PASSWORD };

/** The production build with a site, its people, and a roster imported as a spreadsheet is. */
export async function startHubTarget(roster: ReturnType<typeof rosterOf>): Promise<HubTarget> {
  const hub = await startHub({ inspect: false });
  const site = await setUp(hub);
  const headers = { Origin: hub.origin, Cookie: await signIn(hub.origin, ADMIN.email) };
  await importRoster(hub, site, csvOf(roster), headers);
  const people: Seat[] = [];
  while (people.length < PEOPLE) {
    const { cookie } = await addPerson(hub, site, { role: 'worker', name: `Worker ${people.length + 1}` });
    people.push({ path: `/api/sites/${site}/live`, headers: { Origin: hub.origin, Cookie: cookie } });
  }
  const cars = roster.map(({ car }) => car);
  return { hub, target: { name: 'yardboard', origin: hub.origin, people, cars } };
}

async function setUp(hub: Hub): Promise<string> {
  const response = await fetch(`${hub.origin}/api/setup`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: hub.origin },
    body: JSON.stringify({
      token: hub.setupToken,
      site: { name: 'North yard', timeZone: 'America/Chicago' },
      admin: ADMIN,
    }),
  });
  if (response.status !== 201) throw new Error(`setup: ${response.status} ${await response.text()}`);
  const done: SetupDone = await response.json();
  return done.site.id;
}

async function importRoster(
  hub: Hub,
  site: string,
  csv: string,
  headers: Record<string, string>,
): Promise<void> {
  const response = await fetch(`${hub.origin}/api/sites/${site}/cars/import`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'text/csv' },
    body: csv,
  });
  if (!response.ok) throw new Error(`import: ${response.status} ${await response.text()}`);
}
