import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { History } from '../../worker/protocol/api.ts';
import type { HistoryEntry } from '../../worker/protocol/history.ts';
import { device, launchBrowser, newProfile, type Profile, type Size } from '../support/browser.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { controlled, type Problems, sessionOf, watchPages } from '../support/pages.ts';
import { makeSite, type TestPerson, type TestSite } from '../support/site.ts';
import { startWire, type Wire } from '../support/wire.ts';
import { pillSays } from './board.ts';

/** Generous: a busy machine is no reason to fail. */
const PATIENCE_MS = 20_000;

/** What the tests of a file share, and what each of them opens on it. */
export interface Stage {
  readonly hub: Hub;
  readonly browser: Browser;
  /** A site of its own, with one person of each role, and these cars. */
  site(roster?: string): Promise<TestSite>;
  /** A way to the hub, or to another one, that can be cut. */
  wire(to?: Hub): Promise<Wire>;
  /** A device of somebody who is signed in, or of nobody yet. */
  device(person: TestPerson | null, size: Size, more?: BrowserContextOptions): Promise<BrowserContext>;
  /** The same, with the app open and current on it: the address is that of a wire where one is given. */
  open(person: TestPerson | null, size: Size, wire?: { origin: string }): Promise<Page>;
  /** A device that can be switched off. Open it with `switchOn`. */
  profile(): Profile;
  switchOn(profile: Profile, person: TestPerson, size: Size): Promise<BrowserContext>;
  /** What a page may complain of in this test. */
  expectProblem(pattern: RegExp): void;
}

/**
 * A hub and a browser for the tests of a file. What a test opens is closed after it, and what its pages complained of
 * fails it. `launch`: another browser than the one for pages.
 */
export function stage(launch = launchBrowser): Stage {
  let hub: Hub;
  let browser: Browser;
  const opened: { context: BrowserContext; problems: Problems }[] = [];
  const rest: (() => unknown)[] = [];
  const expected: RegExp[] = [];

  beforeAll(async () => {
    [hub, browser] = await Promise.all([startHub(), launch()]);
  });
  afterAll(() => Promise.all([hub.stop(), browser.close()]));
  afterEach(async () => {
    const devices = opened.splice(0);
    await Promise.all(devices.map(({ context }) => context.close()));
    for (const clean of rest.splice(0)) await clean();
    expected.length = 0;
    for (const { problems } of devices) problems.check();
  });

  const take = async (context: BrowserContext, person: TestPerson | null): Promise<BrowserContext> => {
    context.setDefaultTimeout(PATIENCE_MS);
    opened.push({ context, problems: watchPages(context, expected) });
    if (person) await context.addCookies([sessionOf(person)]);
    return context;
  };
  const made: Stage = {
    get hub() {
      return hub;
    },
    get browser() {
      return browser;
    },
    site: async (roster) => {
      const site = await makeSite(hub);
      if (roster !== undefined) await load(site, roster);
      return site;
    },
    wire: async (to = hub) => {
      const wire = await startWire(to.origin);
      rest.push(wire.stop);
      return wire;
    },
    device: async (person, size, more) => take(await browser.newContext(device(size, more)), person),
    open: async (person, size, wire = hub) => {
      const context = await made.device(person, size);
      const page = await context.newPage();
      await page.goto(wire.origin);
      if (person) await pillSays(page, 'Live');
      // Whoever is going to be cut off has the whole app by then.
      if (wire !== hub) await controlled(page);
      return page;
    },
    profile: () => {
      const profile = newProfile();
      rest.push(profile.remove);
      return profile;
    },
    switchOn: async (profile, person, size) => take(await profile.open(size), person),
    expectProblem: (pattern) => expected.push(pattern),
  };
  return made;
}

/** Puts cars on a board, as a lead does with a spreadsheet. */
export async function load(site: TestSite, csv: string): Promise<void> {
  const response = await site.lead.request('POST', 'cars/import', csv);
  if (response.status !== 200) throw new Error(`Import: ${response.status} ${await response.text()}`);
}

/** Wi-Fi gone: the device knows, and what was open is cut, which Playwright's own switch leaves open. */
export async function goOffline(page: Page, wire: Wire): Promise<void> {
  await page.context().setOffline(true);
  wire.cut();
}

export async function goOnline(page: Page, wire: Wire): Promise<void> {
  wire.heal();
  await page.context().setOffline(false);
}

/** What the hub's history says of a site, newest first. */
export async function historyOf(person: TestPerson): Promise<HistoryEntry[]> {
  const history: History = await (await person.get('history?limit=500')).json();
  return history.entries;
}

/** Cars that have been marked arrived, in the order of the hub's history. */
export async function arrivedAtHub(person: TestPerson): Promise<(string | undefined)[]> {
  const entries = (await historyOf(person)).slice(0, -1).reverse();
  return entries.flatMap(({ cars }) => cars.map(({ id }) => id));
}
