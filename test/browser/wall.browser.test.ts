import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { LOCATIONS_MAX } from '../../worker/protocol/limits.ts';
import { controlled } from '../support/pages.ts';
import { makeSite, type TestSite } from '../support/site.ts';
import { makeWall } from '../support/wall.ts';
import { ROSTER } from './board.ts';
import { bringAxe, findings, sidewaysScroll } from './looks.ts';
import { goOffline, goOnline, load, stage } from './stage.ts';

const on = stage();

/** Walls, and a tablet that hangs on one. */
const VIEWPORTS = [
  { width: 1920, height: 1080 },
  { width: 1440, height: 900 },
  { width: 820, height: 1180 },
];

/** A browser that nobody has signed in on, and that has a screen of this size. */
async function hang(viewport = VIEWPORTS[0]): Promise<{ context: BrowserContext; page: Page }> {
  const context = await on.device(null, 'desktop', { viewport: viewport ?? null });
  await bringAxe(context);
  return { context, page: await context.newPage() };
}

const linkOf = (token: string, origin = on.hub.origin): string => `${origin}/wall#display=${token}`;
const isLive = (page: Page): Promise<void> => page.getByText(/· Live$/).waitFor();
const count = (page: Page, list: string, term: string): Promise<string | null> =>
  page
    .getByLabel(list, { exact: true })
    .locator('div')
    .filter({ has: page.getByText(term, { exact: true }) })
    .locator('dd')
    .textContent();

/** The hub forgets what it knew of its sessions, and who is connected has to come again. */
async function forget(site: TestSite, person: string): Promise<void> {
  await on.hub.db.prepare('UPDATE people SET deactivated_at = 1 WHERE id = ?').bind(person).run();
  await on.hub.sql(site.id, 'DELETE FROM session WHERE person = ?', person);
  await on.hub.evict(site.id, 'close');
}

test('a lead makes a link, once; the screen that opens it shows the board, as often as it starts, and takes nothing', async () => {
  const site = await on.site(ROSTER);
  const desk = await on.open(site.lead, 'phone');
  await desk.getByRole('link', { name: 'More' }).click();
  await desk.getByRole('button', { name: 'Tablets and walls' }).click();
  await desk.getByRole('button', { name: 'Add a wall' }).click();
  await desk.getByRole('button', { name: 'Make a link' }).click();
  await desk.getByText('Fill this in.').waitFor();
  await desk.getByLabel('Where it hangs').fill('North dock');
  await desk.getByRole('button', { name: 'Make a link' }).click();
  await desk.getByRole('img', { name: 'QR code of the link' }).waitFor();
  const link = await desk.getByRole('textbox', { name: 'Link' }).inputValue();
  await desk.getByRole('button', { name: 'It hangs' }).click();
  await desk.reload();
  expect(await desk.content()).not.toContain(link.slice(-43));

  const { page } = await hang();
  await page.goto(link);
  await isLive(page);
  const late = page.locator('.wall-late li');
  const before = await late.allTextContents();
  const arrived = Number(await count(page, 'Cars by state', 'Arrived'));
  expect(await page.locator('button, a, input, select, textarea, [tabindex]').count()).toBe(0);

  await site.worker.request('PATCH', 'cars/128439', { late: true, location: 'Shop' });
  await expect.poll(() => late.allTextContents()).toEqual([...new Set([...before, '128439'])].sort());
  expect(await count(page, 'Cars by state', 'Late')).toBe(String((await late.allTextContents()).length));
  expect(Number(await count(page, 'Cars by state', 'Arrived'))).toBe(arrived);

  // A restart, and one that has lost its cookies.
  await page.reload();
  await isLive(page);
  await page.context().clearCookies();
  await page.reload();
  await isLive(page);
  expect(page.url()).toBe(link);
  // Wherever its browser starts, it is a wall.
  await page.goto(on.hub.origin);
  await isLive(page);
});

test('shows the shift that is on, by the clock of the site, as soon as an administrator has said when shifts are', async () => {
  const site = await on.site(ROSTER);
  const { token } = await makeWall(site.lead);
  const { page } = await hang();
  await page.goto(linkOf(token));
  await isLive(page);
  const phone = await on.open(site.admin, 'phone');
  await phone.goto(`${on.hub.origin}/s/${site.id}/site`);
  for (let i = 0; i < 2; i++) await phone.getByRole('button', { name: 'Add a shift' }).tap();
  const second = phone.getByRole('group', { name: 'Shift 2' });
  await second.getByLabel('Ends').fill('06:00');
  await second.getByText('16 h').waitFor();
  await second.getByLabel('Name').fill('Night');
  await phone.getByRole('button', { name: 'Save', exact: true }).tap();
  await phone.getByText('Saved. Every board of the site has it now.').waitFor();
  await page.getByText(/^(Shift 1 06:00 to 14:00|Night 14:00 to 06:00)$/).waitFor();
});

test('all of it is seen on every screen, in 7:1, dark and light, however many locations and late cars there are', async () => {
  const usual = await on.site(ROSTER);
  const full = await makeSite(
    on.hub,
    Array.from({ length: LOCATIONS_MAX }, (_, i) => `Dock ${i} behind the old hall`),
  );
  await load(
    full,
    `id,late\n${Array.from({ length: 40 }, (_, i) => `LATE-0123456789${i + 10}`.slice(-16)).join(',yes\n')},yes`,
  );
  const found: string[] = [];
  for (const site of [usual, full]) {
    const { token } = await makeWall(site.lead);
    const { page } = await hang();
    await page.goto(linkOf(token));
    await isLive(page);
    for (const viewport of VIEWPORTS) {
      await page.setViewportSize(viewport);
      found.push(...(await sidewaysScroll(page)), ...(await cutOff(page)));
    }
    for (const theme of ['dark', 'light']) {
      await page.evaluate((chosen) => {
        document.documentElement.dataset.theme = chosen;
      }, theme);
      found.push(...(await findings(page)), ...(await findings(page, ['color-contrast-enhanced'])));
    }
  }
  expect(found).toEqual([]);
});

test('without a network it shouts how old the board is, starts with it all the same, and is live again by itself', async () => {
  const site = await on.site(ROSTER);
  const { token } = await makeWall(site.lead);
  const wire = await on.wire();
  const { page } = await hang();
  await page.goto(linkOf(token, wire.origin));
  await isLive(page);
  await controlled(page);
  await goOffline(page, wire);
  const shout = page.getByRole('alert');
  await shout.filter({ hasText: /^Offline Board is \d+ s old$/i }).waitFor();
  expect(await findings(page, ['color-contrast-enhanced'])).toEqual([]);
  await page.reload();
  await shout.filter({ hasText: /Board is \d+ s old$/ }).waitFor();
  expect(Number(await count(page, 'Cars by state', 'Arrived'))).toBeGreaterThan(0);
  await goOnline(page, wire);
  await isLive(page);
  expect(await shout.count()).toBe(0);
});

test('I3 one that has been ended says so in words, shows no car, and never a sign-in', async () => {
  const site = await on.site(ROSTER);
  const { wall, token } = await makeWall(site.lead);
  const { page } = await hang();
  on.expectProblem(/404|401/);
  await page.goto(linkOf(token));
  await isLive(page);
  await forget(site, wall.id);
  await page.getByRole('heading', { name: 'This screen has been ended' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'This screen has been ended' }).waitFor();
  expect(await page.locator('input, button').count()).toBe(0);
  expect(await page.content()).not.toContain('128439');
});

test('whoever is signed in where the link is opened is asked first, and loses nothing by saying no', async () => {
  const site = await on.site(ROSTER);
  const { token } = await makeWall(site.lead);
  const page = await on.open(site.worker, 'tablet');
  await page.goto(linkOf(token));
  await page.getByRole('heading', { name: 'Wes is signed in here' }).waitFor();
  await page.getByRole('button', { name: 'Stay signed in' }).click();
  await page.getByRole('heading', { name: 'Board' }).waitFor();
  await page.goto(linkOf(token));
  await page.getByRole('button', { name: 'Sign out and show the wall' }).click();
  await isLive(page);
  expect((await site.worker.get('cars')).status).toBe(401);
});

/** What does not fit where it stands, other than names, which end in dots. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const all = [...document.querySelectorAll<HTMLElement>('.wall, .wall :is(dl, ul, li, dd, time, p)')];
    return all.flatMap((element) => {
      const { right, bottom } = element.getBoundingClientRect();
      const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
      const isOut = right > innerWidth + 1 || bottom > innerHeight + 1;
      // A line may be lower than its letters.
      const isCut =
        scrollWidth > clientWidth + 1 ||
        (element.matches('.wall, dl, ul') && scrollHeight > clientHeight + 1);
      return isOut || isCut ? [`${element.className || element.tagName}: ${element.textContent}`] : [];
    });
  });
}
