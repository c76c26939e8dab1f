import { enrolDevice, type TestDevice } from '../support/device.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { givePin } from '../support/pin.ts';
import { makeSite, PASSWORD, type TestPerson, type TestSite } from '../support/site.ts';

/** A site with cars, another one beside it, and what must stay as it is while both are tried. */
export interface Yard {
  hub: Hub;
  site: TestSite;
  other: TestSite;
  /** Everybody's, of the site. */
  tablet: TestDevice;
  /** Of all but the viewers. */
  pin: string;
  /** All that the hub and D1 hold, as text. */
  all(): Promise<string>;
  /** Where a text says more than it may, or null. What was `sent` may be said again to whoever sent it. */
  leak(text: string, sent?: string): string | null;
}

const PIN = '7295';

/** Tables that note that somebody has tried, and how often. */
const NOTES = ['attempts', 'security_events'];
/** Tables of a hub's own that hold what people have made of the site. */
const HUB_TABLES = ['car', 'log', 'log_part', 'answer'];

export async function startYard(): Promise<Yard> {
  const hub = await startHub();
  const site = await makeSite(hub);
  const other = await makeSite(hub);
  await site.lead.request(
    'POST',
    'cars/import',
    'id,location,status\n100,Yard,arrived\n200,300,late\n300,Shop,',
  );
  await site.lead.request('DELETE', 'cars/300');
  await other.lead.request('POST', 'cars', { id: '900' });
  await archived(hub, site.id, 2);
  await archived(hub, other.id, 1);
  const tablet = await enrolDevice(hub, site.lead);
  for (const { id } of [site.worker, site.lead, site.admin, other.worker]) await givePin(hub, id, PIN);
  const secrets = [
    tablet.secret,
    ...secretsOf(site),
    ...secretsOf(other),
    hub.setupToken,
    PASSWORD,
    'session-key-for-tests',
  ];

  const all = async (): Promise<string> => {
    const held = await Promise.all(
      HUB_TABLES.map((table) => hub.sql(site.id, `SELECT * FROM ${table} ORDER BY 1`)),
    );
    const { results } = await hub.db
      .prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name",
      )
      .all<{ name: string }>();
    const kept: unknown[] = [];
    for (const { name } of results) {
      if (!NOTES.includes(name))
        kept.push(name, (await hub.db.prepare(`SELECT * FROM ${name} ORDER BY 1`).all()).results);
    }
    return JSON.stringify([await (await site.lead.get('cars')).json(), held, kept]);
  };
  return {
    hub,
    site,
    other,
    tablet,
    pin: PIN,
    all,
    leak: (text, sent = '') => leakIn(text, sent, secrets),
  };
}

/** Resolves once D1 has so many versions of a site: what comes after is not the archive catching up. */
async function archived(hub: Hub, site: string, versions: number): Promise<void> {
  const count = hub.db.prepare('SELECT count(*) AS n FROM history WHERE site = ?').bind(site);
  while ((await count.first('n')) !== versions) await new Promise((later) => setTimeout(later, 50));
}

function secretsOf(site: TestSite): string[] {
  const people: TestPerson[] = [site.admin, site.lead, site.worker, site.viewer];
  return people.flatMap(({ cookie, email }) => [
    cookie.slice(cookie.indexOf('=') + 1).split('.')[0] ?? '',
    email,
  ]);
}

const LEAKS: [what: string, pattern: RegExp][] = [
  ['a stack trace', /\bat (async )?[\w$.<>]+ \(|\.[jt]s:\d+/],
  ['SQL', /\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|SQLITE_\w+|D1_ERROR)\b/],
  [
    'a path of the machine',
    /(?<![\w.:/])\/(?:home|tmp|root|usr|var|opt|etc|work|proc)\/\w+|node_modules|file:\/\//,
  ],
  ['the name of an error', /\b(TypeError|RangeError|SyntaxError|ReferenceError|ValiError)\b/],
  ['an email', /[\w.+-]+@[\w-]+\.[a-z]{2,}/i],
];

function leakIn(text: string, sent: string, secrets: readonly string[]): string | null {
  const secret = secrets.find((one) => text.includes(one) && !sent.includes(one));
  if (secret !== undefined) return `a secret in ${text}`;
  for (const [what, pattern] of LEAKS) {
    const [found] = pattern.exec(text) ?? [];
    if (found !== undefined && !sent.includes(found)) return `${what} in ${text}`;
  }
  return null;
}
