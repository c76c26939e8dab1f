import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TokenMade } from '../../worker/protocol/api.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { readDocument } from './document.ts';

const { fences } = readDocument('api.md');
const HUB = 'http://localhost:8787';
/** Between what one block prints and what the next does. */
const END = '\u001e';

let hub: Hub;
let folder: string;
beforeAll(async () => {
  [hub, folder] = await Promise.all([startHub(), mkdtemp(join(tmpdir(), 'yardboard-api-'))]);
});
afterAll(async () => {
  await hub.stop();
  await rm(folder, { recursive: true });
});

/** The site of the document with its one car, and a token of it. */
async function makeSiteOfDocument(): Promise<string> {
  let cookie = '';
  const post = async (path: string, body: object): Promise<Response> => {
    const response = await fetch(`${hub.origin}/api/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: hub.origin, Cookie: cookie },
      body: JSON.stringify(body),
    });
    expect(response.status, path).toBe(201);
    cookie ||= response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    return response;
  };
  await post('setup', {
    token: hub.setupToken,
    site: { name: 'North yard', timeZone: 'America/Chicago' },
    admin: { name: 'Lea', email: 'lea@example.com', password: 'eight or more' },
  });
  await post('sites/north-yard/cars', { id: '128489', location: '100' });
  const made = await post('sites/north-yard/tokens', { name: 'Gate 3', role: 'lead', days: 90 });
  const { secret }: TokenMade = await made.json();
  return secret;
}

test('the commands for scripts, run in their order, print what is below them', async () => {
  const TOKEN = await makeSiteOfDocument();
  const commands = fences.filter(({ info }) => info === 'sh');
  expect(commands.length).toBeGreaterThan(5);
  const script = commands
    .map(({ lines }) => `${lines.map(({ text }) => text).join('\n')}\nprintf '${END}'\n`)
    .join('')
    .replaceAll(HUB, hub.origin);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { PATH: process.env.PATH, TOKEN },
  });
  const printed = stdout.split(END);
  for (const [i, fence] of fences.entries()) {
    if (fence.info !== 'json') continue;
    const said = JSON.parse(fence.lines.map(({ text }) => text).join('\n'));
    const got = JSON.parse(printed[commands.indexOf(fences[i - 1] ?? fence)] ?? '');
    expect.soft(steady(got), `line ${fence.lines[0]?.number}`).toEqual(steady(said));
  }
});

/** What is another each time. */
const EPHEMERAL = new Set(['epoch', 'archived', 'now', 'updatedAt', 'arrivedAt', 'updatedBy']);

/** A value without what differs from run to run, but whether it is there. */
function steady(value: unknown, key = ''): unknown {
  if (key === 'names') return Object.values(value ?? {});
  if (EPHEMERAL.has(key) && value !== null) return typeof value;
  if (Array.isArray(value)) return value.map((item) => steady(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, steady(part, name)]));
}
