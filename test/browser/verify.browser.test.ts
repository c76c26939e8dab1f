import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { SIZES, type Size } from '../support/browser.ts';
import { takeD1Down } from '../support/d1-outage.ts';
import type { TestSite } from '../support/site.ts';
import { pill, pillSays, ROSTER } from './board.ts';
import { historyOf, stage } from './stage.ts';

const on = stage();

/** A site whose every version is in the archive. */
async function archivedSite(): Promise<{ site: TestSite; entries: number }> {
  const site = await on.site(ROSTER);
  for (const car of ['128074', '128113', '128211']) {
    await site.worker.request('PATCH', `cars/${car}`, { arrived: true, location: '300' });
  }
  const entries = (await historyOf(site.lead)).length;
  await vi.waitUntil(async () => (await markOf(site)) === entries, { timeout: 40_000, interval: 200 });
  return { site, entries };
}

type Archived = Awaited<ReturnType<typeof archivedSite>>;
let whole: Archived;
let altered: Archived;
let delayed: Archived;

// A checkpoint lets wait for itself: for all of them at once.
beforeAll(async () => {
  [whole, altered, delayed] = await Promise.all([archivedSite(), archivedSite(), archivedSite()]);
  const { results } = await on.hub.db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'history'")
    .all<{ name: string }>();
  for (const { name } of results) await on.hub.db.prepare(`DROP TRIGGER ${name}`).run();
  await on.hub.db
    .prepare(`UPDATE history SET entry = replace(entry, '"300"', '"400"') WHERE site = ? AND version = 3`)
    .bind(altered.site.id)
    .run();
});

const markOf = (site: TestSite): Promise<unknown> =>
  on.hub.db.prepare('SELECT version FROM archive_sites WHERE site = ?').bind(site.id).first('version');

async function openHistory(site: TestSite, who: 'lead' | 'worker', size: Size): Promise<Page> {
  const page = await on.open(site[who], size);
  await page.goto(`${on.hub.origin}/s/${site.id}/history`);
  await page.getByRole('heading', { name: 'History', exact: true }).waitFor();
  return page;
}

const verdict = (page: Page) =>
  page.getByRole('region', { name: 'Whether the history is as it was written' }).getByRole('status');

describe.each(['phone', 'desktop'] as const)('A1 on a %s a lead', (size) => {
  test('verifies the history with the keyboard and hears that all of it is as it was written', async () => {
    const { site, entries } = whole;
    const page = await openHistory(site, 'lead', size);
    await page.getByRole('button', { name: 'Verify', exact: true }).focus();
    await page.keyboard.press('Enter');
    await verdict(page)
      .filter({ hasText: `All ${entries} entries are as they were written, as of ` })
      .waitFor();
    // Whoever pressed it is still there, and can do so again.
    const again = page.getByRole('button', { name: 'Verify again' });
    expect(await again.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  test('is told which entry was altered behind the hub, when it was made and by whom', async () => {
    const page = await openHistory(altered.site, 'lead', size);
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await verdict(page)
      .filter({ hasText: /Entry 3 \(\d\d:\d\d.*, Wes\) is not as it was written\./ })
      .filter({ hasText: 'The 1 entry above it is as it was written.' })
      .filter({ hasText: 'Tell your administrator' })
      .waitFor();
    const { width } = SIZES[size].viewport;
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
});

test('A1 nobody but a lead is offered to verify the history', async () => {
  const site = await on.site(ROSTER);
  const page = await openHistory(site, 'worker', 'phone');
  await page.getByText('imported a roster').first().waitFor();
  expect(await page.getByRole('button', { name: 'Verify' }).count()).toBe(0);
});

test('A2 while D1 is down a lead reads since when the history is delayed, and nobody else does', async () => {
  const { site, entries } = delayed;
  const [lead, worker] = await Promise.all([on.open(site.lead, 'desktop'), on.open(site.worker, 'phone')]);
  const heal = takeD1Down(on.hub.stateDir);
  try {
    await site.lead.request('PATCH', 'cars/128590', { empty: true });
    // It has waited since ten past two in Chicago.
    const since = new Date('2026-11-20T08:10:00Z').getTime();
    const late = "UPDATE log SET entry = json_set(entry, '$.at', ?) WHERE version = ?";
    await on.hub.sql(site.id, late, since, entries + 1);
    for (const page of [lead, worker]) {
      await page.goto(`${on.hub.origin}/s/${site.id}/history`);
      await page.getByRole('heading', { name: 'History', exact: true }).waitFor();
      await pillSays(page, 'Live');
    }
    const words = /^History delayed since .*(20 Nov|Nov 20|Fri|02:10)/;
    await lead.getByText(words).waitFor();
    await pill(lead).click();
    await lead.getByRole('dialog').getByText(words).waitFor();
    expect(await worker.getByText(/delayed since/).count()).toBe(0);
  } finally {
    heal();
  }
  // Once the archive has it, the line goes by itself.
  await lead
    .getByText(/delayed since/)
    .first()
    .waitFor({ state: 'hidden', timeout: 40_000 });
});
