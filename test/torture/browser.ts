import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { action, closeSheet, pill, pillSays, ROSTER, row, rowSays } from '../browser/board.ts';
import { check } from '../checker/check.ts';
import { newProfile } from '../support/browser.ts';
import { startHub } from '../support/hub.ts';
import { controlled, sessionOf } from '../support/pages.ts';
import { integer, random } from '../support/random.ts';
import { makeSite } from '../support/site.ts';
import { startWire } from '../support/wire.ts';
import { finalState } from './final-state.ts';
import { lasts, type Measure, type Result } from './result.ts';
import { storedEdits } from './stored-edits.ts';
import { Witness } from './witness.ts';

export interface BrowserOptions extends Measure {
  /** SIGKILLs of the browser. */
  kills: number;
  /** Queued before each. */
  edits: number;
}

const CAR = '128414';
/** As slow as makes the queue take a while. */
const NARROW_BYTES_PER_SECOND = 16_000;
const FLUSH_MS_MAX = 1_500;

/** R6: the browser dies of `kill -9` while its queue is on its way; what was shown as saved is shown again, and is sent once. */
export async function browser(options: BrowserOptions): Promise<Result> {
  const { kills, edits, seed } = options;
  const next = random(seed);
  const goesOn = lasts(options);
  await using hub = await startHub();
  const site = await makeSite(hub);
  await site.lead.request('POST', 'cars/import', ROSTER);
  await using wire = await startWire(hub.origin);
  const profile = newProfile();
  const witness = new Witness();
  const known = new Set<string>();
  let onTheWay = 0;
  let done = 0;

  const switchOn = async (): Promise<{ context: BrowserContext; page: Page }> => {
    const context = await profile.open('desktop');
    await context.addCookies([sessionOf(site.worker)]);
    const page = await context.newPage();
    await page.goto(wire.origin);
    return { context, page };
  };
  const sendAll = async (page: Page): Promise<void> => {
    await pill(page).click();
    await action(page, 'Sync now').click();
    await page.getByText('All sent, and the board is current.').waitFor();
    await closeSheet(page);
    await pillSays(page, 'Live');
  };

  // The app has been used on this device before: it is installed.
  const first = await switchOn();
  await pillSays(first.page, 'Live');
  await controlled(first.page);
  await first.context.close();
  while (done < kills || goesOn()) {
    const { context, page } = await switchOn();
    await pillSays(page, 'Live');
    wire.cut();
    await row(page, CAR).click();
    await page.evaluate(tap, edits);
    await pillSays(page, `Offline, ${edits} saved here`);
    for (const { edit, author } of await storedEdits(page, site.id)) {
      if (known.has(edit.id)) continue;
      known.add(edit.id);
      witness.invoke('browser', author ?? '', edit);
      witness.saved(edit.id);
    }
    wire.heal();
    wire.throttle(NARROW_BYTES_PER_SECOND);
    await pill(page).click();
    await action(page, 'Sync now').click();
    await sleep(integer(next, 0, FLUSH_MS_MAX));
    const dead = new Promise((closed) => context.once('close', closed));
    profile.kill();
    await dead;
    wire.cut();
    const [log] = await hub.sql<{ n: number }>(site.id, 'SELECT max(version) AS n FROM log');
    // Version 1 is the roster.
    if (log?.n === 1 + edits * done) onTheWay++;

    const again = await switchOn();
    await again.page.getByRole('link', { name: 'Board' }).click();
    await rowSays(again.page, CAR, edits % 2 === 0 ? 'Expected' : 'Late');
    wire.heal();
    await sendAll(again.page);
    await again.context.close();
    done++;
  }
  profile.remove();
  const final = await finalState({ hub, site, devices: [] });
  const violations = check(witness.lines, {
    epochs: final.epochs,
    board: final.board,
    replicas: [],
    open: [],
  });
  return {
    torture: 'browser',
    violations,
    lines: [
      { label: 'kill -9 of Chromium', unit: '', value: done, bar: { least: kills }, of: 'R6' },
      { label: 'edits that were saved', unit: '', value: known.size, bar: { least: kills * edits } },
      { label: 'kills with the queue still on its way', unit: '', value: onTheWay },
    ],
  };
}

/** As fast as a page can show it: late, and the way back that a press on what is so already offers. */
async function tap(times: number): Promise<void> {
  const button = (name: string) =>
    [...document.querySelectorAll('button')].find(({ textContent }) => textContent.trim() === name);
  const frame = () => new Promise((shown) => requestAnimationFrame(shown));
  const isLate = () => button('Late')?.getAttribute('aria-pressed') === 'true';
  const press = async (name: string, isDone: () => boolean): Promise<void> => {
    while (!button(name)) await frame();
    button(name)?.click();
    while (!isDone()) await frame();
  };
  for (let i = 0; i < times; i++) {
    if (i % 2 === 0) await press('Late', isLate);
    else {
      await press('Late', () => button('Set Not late') !== undefined);
      await press('Set Not late', () => button('Late') !== undefined && !isLate());
    }
  }
}
