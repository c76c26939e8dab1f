import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROUTES, type RouteName } from '../../worker/protocol/access.ts';
import { match } from '../../worker/routes/router.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { openDevice } from '../support/raw-device.ts';
import { makeSite } from '../support/site.ts';
import { readProtocol } from './document.ts';
import { type HttpExample, httpExamples, jsonOf } from './http-examples.ts';

const document = readProtocol();
const examples = document.fences.filter(({ info }) => info === 'http').flatMap(httpExamples);

/** What differs from run to run, beside ids. It has to be there, and a number. */
const TIMES = new Set([
  ...['at', 'now', 'updatedAt', 'arrivedAt', 'emptiedAt'],
  ...['behindSince', 'heardAt', 'saidAt'],
  ...['madeAt', 'expiresAt'],
  ...['createdAt', 'lastUsedAt'],
  ...['since', 'createdAt', 'expiresAt'],
  ...['usedAt', 'endsAt'],
]);
/** How far the archive is depends on how fast the machine is; the number of an event on all there was before it. */
const PROGRESS = new Set(['archived', 'checked', 'from', 'to', 'id']);
/** Ids the server makes: the first answer that has one says which stands for the document's, then all must agree. */
const IDS: readonly ((answer: Answer) => unknown)[] = [
  ({ epoch }) => epoch,
  ({ person }) => person?.id,
  ({ token }) => (typeof token === 'object' ? token.id : token),
  ({ wall }) => wall?.id,
  ({ secret }) => secret,
  ({ id, timeZone }) => timeZone && id,
  ({ sessions }) => sessions?.[0]?.id,
  ({ code, secret }) => secret && code,
  ({ id, madeBy }) => madeBy && id,
  ({ device }) => device?.id,
  ({ grant }) => grant,
  ({ pin }) => pin,
  ({ id, token }) => typeof token === 'string' && id,
];

interface Answer {
  epoch?: unknown;
  person?: { id?: unknown };
  token?: string | { id?: unknown };
  wall?: { id?: unknown };
  secret?: unknown;
  code?: unknown;
  madeBy?: unknown;
  device?: { id?: unknown } | null;
  grant?: unknown;
  pin?: unknown;
  id?: unknown;
  timeZone?: unknown;
  sessions?: { id?: unknown }[];
}

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({ env: { SETUP_TOKEN: 'an-example-setup-token' } });
});
afterAll(() => hub.stop());

test.each(Object.keys(ROUTES) as RouteName[])(
  'I2 the route %s has a section, its gate and an example',
  (name) => {
    const { method, path, gate } = ROUTES[name];
    const titles = document.headings.flatMap((heading) => heading.split(' · '));
    expect(titles).toContain(`\`${method} ${path}\` ${gate}`);
    expect(examples.map(routeOf)).toContain(name);
  },
);

test('every request of the document, made in its order on an empty installation, gets the answer it says', async () => {
  const session = new Session(hub.origin);
  for (const example of examples) {
    const { line, method, path, answer } = example;
    const got = await session.send(example);
    expect.soft(got, `line ${line}: ${method} ${path}`).toEqual({
      status: answer.status,
      headers: answer.headers,
      body: jsonOf(answer.body) === undefined ? csvOf(answer.body) : steady(jsonOf(answer.body)),
    });
  }
});

test('a hub that wakes says which version it is at, in the frame the document has', async () => {
  const site = await makeSite(hub);
  await site.lead.request('POST', 'cars', { id: '128489' });
  const device = await openDevice(hub.origin, site.id, site.worker.cookie);
  const { version } = await device.hello();
  await hub.evict(site.id);
  device.send({ type: 'where', car: null });
  const documented = document.text.match(/^← (\{"type":"changes","from":(\d+),"to":\2,.*\})$/m)?.[1] ?? '';
  expect(await device.next('changes')).toEqual({ ...JSON.parse(documented), from: version, to: version });
});

/** One person's requests, with their cookie and Origin, in the document's ids. */
class Session {
  readonly #origin: string;
  /** By name: a person's, and an enrolled device's. */
  readonly #cookies = new Map<string, string>();
  /** The document's id to the real one. */
  readonly #ids = new Map<string, string>();

  constructor(origin: string) {
    this.#origin = origin;
  }

  async send(example: HttpExample): Promise<{ status: number; headers: object; body: unknown }> {
    const { method, path, headers, answer } = example;
    const body = this.#toReal(example.body.join('\n'));
    const reply = await exchange(`${this.#origin}${this.#toReal(path)}`, method, body, {
      origin: this.#origin,
      ...(this.#cookies.size > 0 && { cookie: [...this.#cookies.values()].join('; ') }),
      ...(body && { 'content-type': 'application/json' }),
      ...headers,
    });
    for (const cookie of reply.headers['set-cookie'] ?? []) this.#keep(cookie);
    const isJson = reply.headers['content-type']?.includes('json');
    if (isJson) this.#learn(jsonOf(answer.body), JSON.parse(reply.body));
    const text = this.#toDocument(reply.body);
    const documented = Object.keys(answer.headers);
    return {
      status: reply.status,
      headers: Object.fromEntries(documented.map((name) => [name, headerOf(reply.headers[name])])),
      body: isJson ? steady(JSON.parse(text)) : text,
    };
  }

  #keep(cookie: string): void {
    const [pair = ''] = cookie.split(';');
    const [name = ''] = pair.split('=');
    if (/Max-Age=0/.test(cookie)) this.#cookies.delete(name);
    else this.#cookies.set(name, pair);
  }

  #learn(documented: unknown, real: unknown): void {
    for (const idOf of IDS) {
      const [said, is] = [idOf(documented ?? {}), idOf(real ?? {})];
      if (typeof said === 'string' && typeof is === 'string' && !this.#ids.has(said)) this.#ids.set(said, is);
    }
  }

  #toReal(text: string): string {
    return [...this.#ids].reduce((result, [said, is]) => result.replaceAll(said, is), text);
  }

  #toDocument(text: string): string {
    return [...this.#ids].reduce((result, [said, is]) => result.replaceAll(is, said), text);
  }
}

/** A value without what differs from run to run. */
function steady(value: unknown, key = ''): unknown {
  if (typeof value === 'number' && TIMES.has(key)) return 'a time';
  if (typeof value === 'number' && PROGRESS.has(key)) return 'a version';
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => steady(item, key));
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, steady(part, name)]));
}

/** The cookie is a secret, so its value is left out. */
function headerOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0]?.replace(/^([^=]+)=[^;]+;/, '$1=…;') : value;
}

/** A body of CSV as it is sent, from its lines in the document. */
function csvOf(lines: string[]): string {
  return lines.length === 0 ? '' : `\ufeff${lines.join('\r\n')}\r\n`;
}

function routeOf({ method, path }: HttpExample): RouteName | null {
  const route = match(method, path.split('?')[0] ?? '');
  return route.found === 'route' ? route.name : null;
}

interface Reply {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/** By hand, because `fetch` does not let go of a handshake's answer. */
function exchange(
  url: string,
  method: string,
  body: string,
  headers: Record<string, string>,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers });
    sent.on('error', reject);
    sent.on('upgrade', ({ statusCode = 0, headers }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, headers, body: '' });
    });
    sent.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => {
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, headers, body: Buffer.concat(parts).toString() });
      });
    });
    sent.end(body);
  });
}
