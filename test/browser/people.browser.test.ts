import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Invited } from '../../worker/protocol/api.ts';
import type { TestPerson } from '../support/site.ts';
import { action, pillSays, ROSTER } from './board.ts';
import { bringAxe, lookAt } from './looks.ts';
import { stage } from './stage.ts';

const on = stage();
/** Longer than a hold has to be. */
const HELD_MS = 1_500;

async function linkFrom(by: TestPerson, role = 'worker', name?: string): Promise<string> {
  const response = await by.request('POST', 'invitations', { role, ...(name && { name }) });
  const { token }: Invited = await response.json();
  return `${on.hub.origin}/join#invite=${token}`;
}

test('a lead invites somebody, who opens the link, joins and is on the board', async () => {
  const site = await on.site(ROSTER);
  const desk = await on.open(site.lead, 'desktop');
  await desk.goto(`${on.hub.origin}/s/${site.id}/people`);
  await desk.getByText('Invite somebody').click();
  await desk.getByRole('radio', { name: /^shift lead/i }).check();
  await desk.getByLabel('Whom it is for').fill('Nia');
  await action(desk, 'Make a link').click();
  await desk.getByRole('heading', { name: 'Link for Nia' }).waitFor();
  await desk.getByRole('img', { name: /QR code/ }).waitFor();
  const link = await desk.getByLabel('Link', { exact: true }).inputValue();
  await action(desk, 'Done').click();
  // Shown once: what is left of it is that it is open.
  await desk.getByRole('button', { name: 'Withdraw the invitation of Nia' }).waitFor();
  expect(await desk.content()).not.toContain(link.split('=')[1]);

  const phone = await on.open(null, 'phone');
  await phone.goto(link);
  await phone.getByRole('heading', { name: /^Join Site/ }).waitFor();
  expect(phone.url()).toBe(`${on.hub.origin}/join`);
  expect(await phone.getByLabel('Your name').inputValue()).toBe('Nia');
  await action(phone, 'Join').tap();
  expect(await phone.getByText('Fill this in.').count()).toBe(2);
  await phone.getByLabel('Email').fill(`${crypto.randomUUID()}@example.com`);
  await phone.getByLabel('Password', { exact: true }).fill('a long enough password');
  await action(phone, 'Join').tap();
  await pillSays(phone, 'Live');
  await phone.goto(`${on.hub.origin}/s/${site.id}/more`);
  await phone.getByText('Signed in as Nia, shift lead').waitFor();
  await phone.getByRole('button', { name: 'People of this site' }).waitFor();

  await desk.reload();
  await desk.getByRole('button', { name: 'Change Nia' }).waitFor();
  expect(await desk.getByText('Withdraw').count()).toBe(0);
});

test('whoever has an account signs in to it and joins by the same link', async () => {
  const [site, other] = [await on.site(), await on.site()];
  const page = await on.open(null, 'phone');
  // The form is tried with the email they have, first.
  on.expectProblem(/409/);
  await page.goto(await linkFrom(site.lead));
  await page.getByLabel('Your name').fill('Wes');
  await page.getByLabel('With email and password').check();
  await page.getByLabel('Email', { exact: true }).fill(other.worker.email);
  await page.getByLabel('Password', { exact: true }).fill('a long enough password');
  await action(page, 'Join').tap();
  await page.getByText('There is an account with this email').waitFor();
  await action(page, 'I have an account: sign in').tap();
  await page.getByLabel('Email', { exact: true }).fill(other.worker.email);
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await action(page, 'Sign in').tap();
  await action(page, 'Join as Wes').tap();
  await pillSays(page, 'Live');
  expect(page.url()).toContain(`/s/${site.id}`);
  await page.goto(`${on.hub.origin}/sites`);
  await page.getByRole('heading', { name: 'Your sites' }).waitFor();
  expect(await page.locator('.menu-entry').count()).toBe(2);
});

test('a link that is over says so, and nothing of what it was for', async () => {
  const site = await on.site();
  const link = await linkFrom(site.lead, 'viewer', 'Secret');
  await on.hub.db.prepare('UPDATE invitations SET expires_at = 1 WHERE site = ?').bind(site.id).run();
  on.expectProblem(/404/);
  const page = await on.open(null, 'phone');
  await page.goto(link);
  await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
  expect(await page.content()).not.toContain('Secret');
  await page.goto(`${on.hub.origin}/join`);
  await page.getByRole('heading', { name: 'Open the link you were sent once more' }).waitFor();
});

test('a lead makes somebody a lead, who can do at once what leads do; and takes somebody off the site by holding', async () => {
  const site = await on.site(ROSTER);
  const [desk, phone] = [await on.open(site.lead, 'desktop'), await on.open(site.worker, 'phone')];
  await desk.goto(`${on.hub.origin}/s/${site.id}/people`);
  await desk.getByRole('button', { name: 'Change Wes' }).click();
  // Nobody raises anybody above their own role, nor touches who is above it.
  expect(await desk.getByRole('radio', { name: /administrator/i }).count()).toBe(0);
  expect(await desk.getByRole('button', { name: 'Change Ada' }).count()).toBe(0);
  await desk.getByRole('radio', { name: /^shift lead/i }).check();
  await phone.goto(`${on.hub.origin}/s/${site.id}/more`);
  await action(phone, 'People of this site').tap();
  await phone.getByRole('heading', { name: 'People of this site' }).waitFor();
  await phone.getByRole('button', { name: 'Change Vi' }).waitFor();

  on.expectProblem(/401/);
  await hold(desk, 'Hold to remove Wes from the site');
  await desk.getByRole('button', { name: 'Change Wes' }).waitFor({ state: 'detached' });
  await phone.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test.each(['phone', 'desktop'] as const)(
  'on a %s no way to join has a finding, dark or light',
  async (size) => {
    const site = await on.site();
    const link = await linkFrom(site.lead, 'worker', 'Maximiliana Konstantinopoulos');
    on.expectProblem(/404/);
    const found: string[] = [];
    for (const person of [null, site.viewer]) {
      const context = await on.device(person, size, { reducedMotion: 'reduce' });
      await bringAxe(context);
      const page = await context.newPage();
      await page.goto(link);
      await page.getByRole('heading', { name: /^Join Site/ }).waitFor();
      found.push(...(await lookAt(page, size, 'join')));
      await page.getByRole('button', { name: person ? /^Somebody else/ : /^I have an account/ }).click();
      found.push(...(await lookAt(page, size, 'join, the other way')));
      await page.goto('about:blank');
      await page.goto(`${on.hub.origin}/join#invite=nothing`);
      await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
      found.push(...(await lookAt(page, size, 'join, over')));
    }
    expect(found).toEqual([]);
  },
);

async function hold(page: Page, name: string): Promise<void> {
  await action(page, name).click({ delay: HELD_MS });
}
