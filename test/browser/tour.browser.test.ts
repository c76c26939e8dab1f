import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { SIZES, type Size } from '../support/browser.ts';
import type { TestPerson } from '../support/site.ts';
import { audit, bringAxe, sideways } from './audit.ts';
import { pillSays, ROSTER } from './board.ts';
import { stage } from './stage.ts';
import { tour, tourDoor } from './tour.ts';

const on = stage();
const SIZE_NAMES = Object.keys(SIZES) as Size[];
/** The narrowest screen there is, and a desktop's at 400 %. */
const NARROW = { width: 320, height: 640 };

/** Looks at every screen and gives what `look` finds, each with the screen's name. */
async function everyScreen(
  size: Size,
  more: BrowserContextOptions,
  look: (page: Page) => Promise<string[]>,
): Promise<string[]> {
  const [site, empty, wire] = await Promise.all([on.site(ROSTER), on.site(), on.wire()]);
  const found: string[] = [];
  const open = async (person: TestPerson | null) => {
    // Nothing moves meanwhile: a colour half-way to another is no finding.
    const context = await on.device(person, size, { reducedMotion: 'reduce', ...more });
    await bringAxe(context);
    const page = await context.newPage();
    await page.goto(wire.origin);
    if (person) await pillSays(page, 'Live');
    return page;
  };
  const lookAt = async (page: Page, screen: string) => {
    for (const finding of await look(page)) found.push(`${screen}, ${size}: ${finding}`);
  };

  const door = await open(null);
  for await (const screen of tourDoor(door)) await lookAt(door, screen);
  await door.close();
  const board = await open(site.lead);
  for await (const screen of tour({ page: board, size, site, wire })) await lookAt(board, screen);
  await board.close();
  for (const person of [empty.lead, empty.viewer]) {
    const blank = await open(person);
    await blank.goto(`${wire.origin}/s/${empty.id}/board`);
    await blank.getByRole('heading', { name: 'No cars on the board yet' }).waitFor();
    await lookAt(blank, `empty board of a ${person.role}`);
    await blank.close();
  }
  return found;
}

test.each(SIZE_NAMES)(
  'every screen on a %s can be read and pressed by everybody, in the dark and in the light',
  async (size) => {
    expect(await everyScreen(size, {}, (page) => audit(page, size))).toEqual([]);
  },
);

test('no screen has to be scrolled sideways, however narrow it is', async () => {
  expect(await everyScreen('phone', { viewport: NARROW }, sideways)).toEqual([]);
});
