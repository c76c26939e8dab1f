import { expect, test } from 'vitest';
import { device } from '../support/browser.ts';
import { controlled, watchPages } from '../support/pages.ts';
import { action, row, sheet } from './board.ts';
import { stage } from './stage.ts';

const on = stage();

test('the page’s own policy keeps out scripts, markup, pictures and connections that are not its own, and each try is noted', async () => {
  await using context = await on.browser.newContext(device('desktop'));
  const problems = watchPages(context);
  const page = await context.newPage();
  await page.goto(on.hub.origin);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  problems.check();
  const ran = await page.evaluate(async () => {
    const outcomes: Record<string, boolean> = {};
    const script = document.createElement('script');
    try {
      script.textContent = 'window.intruder = true';
      document.body.append(script);
    } catch {
      // Trusted types refuse it before the policy for scripts does.
    }
    outcomes.script = 'intruder' in window;
    outcomes.markup = attempt(() => {
      document.createElement('div').innerHTML = '<b>from a string</b>';
    });
    outcomes.picture = await new Promise((done) => {
      const picture = new Image();
      picture.onload = () => done(true);
      picture.onerror = () => done(false);
      picture.src = 'http://127.0.0.1:9/elsewhere.png';
    });
    outcomes.connection = await fetch('http://127.0.0.1:9/elsewhere').then(
      () => true,
      () => false,
    );
    return outcomes;

    function attempt(does: () => void): boolean {
      try {
        does();
        return true;
      } catch {
        return false;
      }
    }
  });
  expect(ran).toEqual({ script: false, markup: false, picture: false, connection: false });
  expect(() => problems.check()).toThrow(/Content Security Policy/);
  expect(problems.list.length).toBeGreaterThanOrEqual(4);
});

/** Notes and names that would run something in a page that took them for markup. */
const MARKUP = [
  '<img src=x onerror="window.intruder=1">',
  '<script>window.intruder=1</script>',
  '<svg onload="window.intruder=1"><a href="javascript:window.intruder=1">x</a></svg>',
  '"><iframe srcdoc="<script>parent.intruder=1</script>"></iframe>',
];

test('markup that somebody writes is shown as it was written, on the board, in the sheet and in the history, and nothing of it runs', async () => {
  const site = await on.site('id,location\n128414,Yard\n');
  for (const text of MARKUP) {
    const edit = { type: 'note', car: '128414', text, id: crypto.randomUUID(), seq: 1, base: 0, at: 0 };
    const body = { device: crypto.randomUUID(), epoch: null, version: 0, edits: [edit] };
    expect((await site.worker.request('POST', 'sync', body)).status).toBe(200);
  }
  // The stage holds every page to no complaint: nothing was even tried.
  const page = await on.open(site.lead, 'desktop');
  await row(page, '128414').click();
  for (const text of MARKUP) await sheet(page, '128414').getByText(text).first().waitFor();
  await page.goto(`${on.hub.origin}/s/${site.id}/history`);
  await page.getByText('128414').first().waitFor();
  expect(await page.evaluate(() => 'intruder' in window)).toBe(false);
  expect(await page.locator('img[src="x"], iframe, svg a').count()).toBe(0);
});

test('the app works under its policy without a complaint: its service worker, its store, its socket, an edit', async () => {
  const site = await on.site('id,location\n128414,Yard\n');
  const page = await on.open(site.worker, 'phone');
  await page.evaluate(() => {
    document.addEventListener('securitypolicyviolation', () => Object.assign(window, { complained: true }));
  });
  await controlled(page);
  expect(await page.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toBe(
    `${on.hub.origin}/sw.js`,
  );
  for (const digit of '414') await page.getByRole('button', { name: digit, exact: true }).tap();
  await sheet(page, '128414').waitFor();
  await action(page, 'Late').tap();
  await expect.poll(async () => (await site.lead.get('cars/128414')).json()).toMatchObject({ late: true });
  expect(await page.evaluate(() => 'complained' in window)).toBe(false);
});

test('nobody else registers a service worker, makes a policy, or puts a script, a base or a form into the page', async () => {
  await using context = await on.browser.newContext(device('desktop'));
  const page = await context.newPage();
  await page.goto(on.hub.origin);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await controlled(page);
  const done = await page.evaluate(async () => {
    // TypeScript does not know of them.
    const { trustedTypes: types } = window as unknown as {
      trustedTypes: { createPolicy(name: string, rules: object): unknown };
    };
    // What the debugger itself runs may make code of text; what a page runs later may not.
    await new Promise((later) => setTimeout(later));
    const tries: Record<string, () => unknown> = {
      'a service worker': () => navigator.serviceWorker.register('/assets/other.js'),
      'another policy': () => types.createPolicy('other', {}),
      'the policy again': () => types.createPolicy('yardboard', {}),
      'the default policy': () => types.createPolicy('default', {}),
      'code of text': () => new Function('window.intruder = 1')(),
      'a timer of text': () => (setTimeout as (code: string) => void)('window.intruder = 1'),
      'a worker of text': () => new Worker(URL.createObjectURL(new Blob(['']))),
      'a document of text': () => new DOMParser().parseFromString('<b>x</b>', 'text/html'),
      'markup beside': () =>
        document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.intruder=1">'),
      'a handler in an attribute': () => document.body.setAttribute('onclick', 'window.intruder = 1'),
    };
    const through: string[] = [];
    for (const [name, attempt] of Object.entries(tries)) {
      try {
        await attempt();
        through.push(name);
      } catch {
        // As it should be.
      }
    }
    document.body.click();
    const link = document.createElement('a');
    link.href = 'javascript:window.intruder=1';
    document.body.append(link);
    link.click();
    const base = document.createElement('base');
    base.href = 'https://elsewhere.example/';
    document.head.append(base);
    return {
      through,
      isRun: 'intruder' in window,
      base: document.baseURI === `${location.origin}/` || document.baseURI,
    };
  });
  expect(done).toEqual({ through: [], isRun: false, base: expect.anything() });
  expect(String(done.base)).not.toContain('elsewhere');
});
