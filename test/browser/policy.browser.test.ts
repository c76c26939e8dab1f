import { expect, test } from 'vitest';
import { device } from '../support/browser.ts';
import { watchPages } from '../support/pages.ts';
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
