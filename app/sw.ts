import { OUTBOX_TAG, sendOutboxes } from './storage/send-outbox.ts';

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: { url: string; revision: string | null }[] };

/**
 * Keeps what the page consists of, so that it starts without a network, and sends what waits on the device once there
 * is one, where no page is open to do it. What the page shows comes from its own store: nothing under /api is ever
 * kept or answered here.
 */

/** Files named by their content have no revision of their own. */
const FILES = self.__WB_MANIFEST.map(({ url, revision }) => ({
  // The page under its real address: only there does it carry its security headers.
  path: url === 'index.html' ? '/' : `/${url}`,
  revision,
}));
const PREFIX = 'yardboard-';
const CACHE = PREFIX + hash(JSON.stringify(FILES));
/** What the page says when the person wants the new version. */
const TAKE_OVER = 'take-over';

self.addEventListener('install', (event) => event.waitUntil(fill()));
self.addEventListener('activate', (event) => event.waitUntil(Promise.all([self.clients.claim(), tidy()])));
self.addEventListener('message', (event) => {
  if (event.data === TAKE_OVER) void self.skipWaiting();
});
self.addEventListener('sync', (event) => {
  if (event instanceof ExtendableEvent && 'tag' in event && event.tag === OUTBOX_TAG) {
    event.waitUntil(sendOutboxes());
  }
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (pathname === '/api' || pathname.startsWith('/api/')) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (FILES.some(({ path }) => path === pathname)) event.respondWith(file(request, pathname));
});

/** Gets all files or none: half a version must never run. */
async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(FILES.map(({ path, revision }) => keep(cache, path, revision)));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function keep(cache: Cache, path: string, revision: string | null): Promise<void> {
  // A file named by its content is the same wherever it is found.
  const known = revision === null ? await caches.match(path) : undefined;
  const response = known ?? (await fetch(path, { cache: 'reload', credentials: 'same-origin' }));
  if (!response.ok || response.redirected) throw new Error(`${path}: ${response.status}`);
  const isPage = response.headers.get('content-type')?.includes('text/html') ?? false;
  // During a deploy a missing script may be answered with the page.
  if (isPage !== (path === '/')) throw new Error(`${path} is not what it should be`);
  await cache.put(path, response);
}

/** Keeps this version, and the one before for pages that still run it. */
async function tidy(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

async function page(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match('/')) ?? fetch(request);
}

async function file(request: Request, path: string): Promise<Response> {
  return (await caches.match(path, { ignoreSearch: true })) ?? fetch(request);
}

/** Not for secrets: tells one list of files from another. */
function hash(text: string): string {
  let value = 5381;
  for (let i = 0; i < text.length; i++) value = (value * 33 + text.charCodeAt(i)) >>> 0;
  return value.toString(36);
}
