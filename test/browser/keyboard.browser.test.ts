import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { PASSWORD } from '../support/site.ts';
import { pillSays, ROSTER, row, rowSays, sheet } from './board.ts';
import { historyOf, stage } from './stage.ts';

const on = stage();

test('without a mouse: sign in, find a car, mark it, move it, note it, and be back on its row', async () => {
  const { worker, lead } = await on.site(ROSTER);
  const desk = await on.open(null, 'desktop');
  const keys = desk.keyboard;
  await desk.getByRole('heading', { name: 'Sign in' }).waitFor();
  await tabTo(desk, 'Email');
  await keys.type(worker.email);
  await tabTo(desk, 'Password');
  await keys.type(PASSWORD);
  await keys.press('Enter');
  await pillSays(desk, 'Live');

  // The keys work a moment after the board is there.
  await expect
    .poll(async () => {
      await keys.press('/');
      return focused(desk);
    })
    .toBe('Search number, place or note');
  await desk.getByRole('searchbox').fill('');
  await keys.type('128');
  await row(desk, '144255').waitFor({ state: 'detached' });
  await tabTo(desk, /^128074/);
  for (const car of ['128113', '128211', '128414']) {
    await keys.press('ArrowDown');
    await expect.poll(() => focused(desk)).toMatch(new RegExp(`^${car}`));
    await seesFocus(desk);
  }
  await keys.press('Enter');
  await sheet(desk, '128414').waitFor();
  await expect.poll(() => focused(desk)).toBe('Car 128414');

  await tabTo(desk, 'Arrived');
  await keys.press('Space');
  await rowSays(desk, '128414', 'Arrived');
  await tabTo(desk, 'Move');
  await keys.press('Enter');
  await tabTo(desk, '300');
  await keys.press('Enter');
  await rowSays(desk, '128414', '300');
  await tabTo(desk, 'Note');
  await keys.press('Enter');
  await expect.poll(() => focused(desk)).toBe('Note on 128414');
  await keys.type('left mirror');
  await keys.press('Enter');
  await rowSays(desk, '128414', 'left mirror');

  await keys.press('Escape');
  await sheet(desk, '128414').waitFor({ state: 'detached' });
  await expect.poll(() => focused(desk)).toMatch(/^128414/);
  await seesFocus(desk);
  await pillSays(desk, 'Live');
  const done = (await historyOf(lead)).slice(0, -1).map(({ cars }) => cars[0]?.after);
  expect(done.reverse()).toMatchObject([{ arrived: true }, { location: '300' }, { notes: 'left mirror' }]);
});

test('letters act on the row in focus, digits find a car, and Ctrl Z takes the last change back', async () => {
  const { worker } = await on.site(ROSTER);
  const desk = await on.open(worker, 'desktop');
  const keys = desk.keyboard;
  await tabTo(desk, /^128074/);
  await keys.press('l');
  await rowSays(desk, '128074', 'Late');
  await keys.press('Control+z');
  await rowSays(desk, '128074', 'Expected');
  await keys.press('m');
  await sheet(desk, '128074').getByRole('heading', { name: 'Move 128074 to' }).waitFor();
  await keys.press('Escape');
  await keys.press('Escape');
  await expect.poll(() => focused(desk)).toMatch(/^128074/);
  for (const digit of '414') await keys.press(digit);
  await sheet(desk, '128414').waitFor();
});

test('the first Tab offers to skip to the cars, and every stop after it can be seen', async () => {
  const { lead } = await on.site(ROSTER);
  const desk = await on.open(lead, 'desktop');
  const keys = desk.keyboard;
  await keys.press('Tab');
  expect(await focused(desk)).toBe('Skip to the cars');
  await seesFocus(desk);
  await keys.press('Enter');
  await keys.press('Tab');
  expect(await desk.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);

  await desk.reload();
  await pillSays(desk, 'Live');
  const stops: string[] = [];
  for (;;) {
    await keys.press('Tab');
    const stop = await focused(desk);
    if (stop === '') break;
    await seesFocus(desk);
    stops.push(stop);
    expect(stops.length).toBeLessThan(60);
  }
  // One stop for the whole list: the arrows go on from there.
  expect(stops.filter((stop) => /^\d{6}/.test(stop))).toHaveLength(1);
  expect(stops).toContain('Live. Show what is saved and sent');
});

test('a sheet keeps Tab inside, closes with Escape and gives the focus back to what opened it', async () => {
  const { lead } = await on.site(ROSTER);
  const desk = await on.open(lead, 'desktop');
  const keys = desk.keyboard;
  await tabTo(desk, 'Live. Show what is saved and sent');
  await keys.press('Enter');
  await desk.getByRole('dialog', { name: 'Saved and sent' }).waitFor();
  for (let stop = 0; stop < 8; stop++) {
    await keys.press('Tab');
    const inside = await desk.evaluate(() => {
      const { activeElement: at } = document;
      return at === document.body || at?.closest('[role=dialog]') !== null;
    });
    expect(inside).toBe(true);
  }
  await keys.press('Escape');
  await desk.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(() => focused(desk)).toBe('Live. Show what is saved and sent');
});

/** Presses Tab until the focus is on what has this name. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  while (passed.length < 40) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (typeof name === 'string' ? at === name : name.test(at)) return;
    passed.push(at);
  }
  throw new Error(`Tab does not lead to ${name}; it leads to ${passed.join(' | ')}`);
}

/** Name of what has the focus; empty where nothing has. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement: at } = document;
    if (!at || at === document.body) return '';
    const isField = at.matches('input, select, textarea');
    const label = isField ? document.querySelector(`label[for="${at.id}"]`) : null;
    return (at.getAttribute('aria-label') ?? label?.textContent ?? at.textContent).trim();
  });
}

/** What has the focus has a line round it that the page draws, thick enough to be seen. */
async function seesFocus(page: Page): Promise<void> {
  const { name, width, style } = await page.evaluate(() => {
    const { activeElement: at } = document;
    const { outlineWidth, outlineStyle } = getComputedStyle(at ?? document.body);
    return { name: at?.outerHTML.slice(0, 80), width: Number.parseFloat(outlineWidth), style: outlineStyle };
  });
  expect({ name, seen: style !== 'none' && width >= 2 }).toEqual({ name, seen: true });
}
