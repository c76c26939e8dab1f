import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SECURITY_HEADERS } from '../../worker/routes/security-headers.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { makeSite, type TestSite } from '../support/site.ts';

let hub: Hub;
let site: TestSite;

beforeAll(async () => {
  hub = await startHub();
  site = await makeSite(hub);
});
afterAll(() => hub.stop());

/** Said again, and not taken from the source: a change of it is a change here, seen by a reader. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types yardboard',
];

/** Answers of every kind; those that the Worker does not give are below. */
const ANSWERS: [status: number, method: string, path: () => string, more?: () => RequestInit][] = [
  [200, 'GET', () => '/'],
  [200, 'GET', () => '/any/deep/page'],
  [200, 'GET', () => '/api/health'],
  [200, 'HEAD', () => '/api/health'],
  [200, 'HEAD', () => '/'],
  [200, 'GET', () => `/api/sites/${site.id}/cars.csv`, () => ({ headers: { Cookie: site.viewer.cookie } })],
  [204, 'POST', () => '/api/auth/logout'],
  [304, 'GET', () => '/', () => ({ headers: { 'If-None-Match': tagOf('/') } })],
  [304, 'GET', () => '/icon.svg', () => ({ headers: { 'If-None-Match': tagOf('/icon.svg') } })],
  [401, 'GET', () => '/api/me'],
  [403, 'POST', () => '/api/auth/login', () => ({ headers: { Origin: 'https://elsewhere.example' } })],
  [404, 'GET', () => '/api/nothing'],
  [404, 'GET', () => '/nothing.js'],
  [404, 'GET', () => '/assets/nothing.js'],
  [405, 'POST', () => '/'],
  [405, 'DELETE', () => '/api/health'],
  [413, 'POST', () => '/api/setup', () => ({ headers: JSON_TYPE, body: 'x'.repeat(100_000) })],
  [415, 'POST', () => '/api/setup', () => ({ body: '{}' })],
  [422, 'POST', () => '/api/setup', () => ({ headers: JSON_TYPE, body: '{}' })],
];
const JSON_TYPE = { 'Content-Type': 'application/json' };

const tags = new Map<string, string>();
const tagOf = (path: string): string => tags.get(path) ?? '';

function held({ headers }: Response): void {
  expect(headers.get('content-security-policy')?.split('; ')).toEqual(POLICY);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(headers.get(name), name).toBe(value);
  // Nothing that tells what answers.
  for (const name of ['server', 'x-powered-by']) expect(headers.get(name), name).toBeNull();
}

describe('every answer carries the headers', () => {
  beforeAll(async () => {
    for (const path of ['/', '/icon.svg']) {
      tags.set(path, (await fetch(hub.origin + path)).headers.get('etag') ?? '');
    }
  });

  test.each(ANSWERS)('%i to %s', async (status, method, path, more) => {
    const response = await fetch(hub.origin + path(), { method, ...more?.() });
    expect(response.status, path()).toBe(status);
    held(response);
  });

  test('every file of the build too, and those named by their content are kept for good', async () => {
    const client = join(process.env.YARDBOARD_DIST ?? 'dist', 'client');
    const files = readdirSync(client, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && !['_headers', '.assetsignore'].includes(file.name))
      .map((file) => join(file.parentPath, file.name).slice(client.length));
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) {
      const response = await fetch(hub.origin + file);
      expect(response.status, file).toBe(200);
      held(response);
      const isNamed = file.startsWith('/assets/');
      expect(response.headers.get('cache-control'), file).toBe(
        isNamed ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
      if (!isNamed) continue;
      const again = await fetch(hub.origin + file, {
        headers: { 'If-None-Match': response.headers.get('etag') ?? '' },
      });
      expect(again.status).toBe(304);
      held(again);
    }
  });
});

test('a file that is missing is not remembered as missing: during a deploy it may be there in a moment', async () => {
  const response = await fetch(`${hub.origin}/assets/index-12345678.js`);
  expect(response.status).toBe(404);
  expect(response.headers.get('cache-control') ?? 'no-cache').not.toMatch(/immutable|max-age=[1-9]/);
});

test('what the Worker sets and what is set without it are the same', () => {
  const lines = readFileSync('app/public/_headers', 'utf8').split('\n');
  const set = lines
    .filter((line) => line.startsWith('  '))
    .map((line) =>
      line
        .trim()
        .split(/: (.*)/s)
        .slice(0, 2),
    );
  const { 'Cache-Control': _, ...rest } = Object.fromEntries(set);
  expect(rest).toEqual(SECURITY_HEADERS);
  expect(lines.filter((line) => /^\//.test(line))).toEqual(['/assets/*']);
  // Cloudflare reads no more of a line.
  for (const line of lines) expect(line.length).toBeLessThan(2_000);
});
