import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { SyncManagerLike } from '../../app/storage/background-sync.ts';
import { launchWholeBrowser } from '../support/browser.ts';
import { controlled } from '../support/pages.ts';
import type { Wire } from '../support/wire.ts';
import { arrive, pillSays, ROSTER, rowSays } from './board.ts';
import { arrivedAtHub, goOffline, stage } from './stage.ts';

const on = stage(launchWholeBrowser);

interface Manifest {
  name: string;
  short_name: string;
  start_url: string;
  display: string;
  icons: { src: string; type: string; sizes: string; purpose?: string }[];
}

test('the app can be installed: Chromium has nothing against its manifest, and every icon is what it says', async () => {
  const page = await on.open(null, 'phone');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await controlled(page);
  const browser = await page.context().newCDPSession(page);
  const { errors, data } = await browser.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { installabilityErrors } = await browser.send('Page.getInstallabilityErrors');
  // A private window, which a test's is, is the one thing that speaks against it.
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);
  const manifest: Manifest = JSON.parse(data ?? '');
  expect(manifest).toMatchObject({
    name: 'Yardboard',
    short_name: 'Yardboard',
    start_url: '/',
    display: 'standalone',
  });
  const seen = await Promise.all(manifest.icons.map(({ src, type }) => lookAt(page, src, type)));
  expect(seen).toEqual(manifest.icons.map(({ sizes }) => sizes));
  const sizes = manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose ?? 'any'}`);
  expect(sizes).toEqual(expect.arrayContaining(['192x192 any', '512x512 any', '512x512 maskable']));
});

test('O3 what waits when the last tab is closed is sent by the service worker, once, and shown as done', async () => {
  const { worker } = await on.site(ROSTER);
  const wire = await on.wire();
  const page = await on.open(worker, 'phone', wire);
  const context = page.context();
  await controlled(page);
  await goOffline(page, wire);
  await arrive(page, '128414', '128074', '128113');
  await pillSays(page, 'Offline, 3 saved here');
  const tags = () =>
    page.evaluate(async () => {
      const { sync }: { sync?: SyncManagerLike } = await navigator.serviceWorker.ready;
      return sync?.getTags();
    });
  await expect.poll(tags).toEqual(['yardboard-outbox']);
  // A page of the same origin that is not the app, for a worker has no tab of its own to be reached from.
  const look = await context.newPage();
  await look.goto(`${wire.origin}/icon.svg`);
  await page.close();
  await context.setOffline(false);
  wire.heal();
  await dispatchSync(look, wire);
  await expect.poll(() => arrivedAtHub(worker)).toEqual(['128414', '128074', '128113']);

  const again = await context.newPage();
  await again.goto(wire.origin);
  await pillSays(again, 'Live');
  await again.getByRole('link', { name: 'Board' }).tap();
  await rowSays(again, '128113', 'Arrived');
  expect(await arrivedAtHub(worker)).toEqual(['128414', '128074', '128113']);
});

/** What the browser does by itself when the network is back. */
async function dispatchSync(page: Page, wire: Wire): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const registered = new Promise<string>((done) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const found = registrations.find(({ scopeURL }) => scopeURL.startsWith(wire.origin));
      if (found) done(found.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.dispatchSyncEvent', {
    origin: wire.origin,
    registrationId: await registered,
    tag: 'yardboard-outbox',
    lastChance: false,
  });
}

/** Size of an image in the manifest's words; `any` for one that has none of its own. */
function lookAt(page: Page, src: string, type: string): Promise<string> {
  return page.evaluate(
    async ({ src, type }) => {
      const response = await fetch(src);
      if (!response.ok || response.headers.get('content-type') !== type) return `${response.status}`;
      if (type === 'image/svg+xml') return 'any';
      const { width, height } = await createImageBitmap(await response.blob());
      return `${width}x${height}`;
    },
    { src, type },
  );
}
