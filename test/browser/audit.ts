import { createRequire } from 'node:module';
import type axeCore from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import type { Size } from '../support/browser.ts';

declare global {
  var axe: typeof axeCore;
}

/** Room for a finger, and for a hand in a glove where a car is acted on. With a mouse axe's own 24 px hold. */
const TOUCH_PX = 44;
const ACTION_PX = 64;

/** Brings axe into every page of a context, past the policy that lets no foreign script in. */
export function bringAxe(context: BrowserContext): Promise<unknown> {
  return context.addInitScript({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
}

/**
 * What is wrong with the page as it stands, a line each: what axe finds in the dark and in the light, and on a touch
 * device what a finger would miss.
 */
export async function audit(page: Page, size: Size): Promise<string[]> {
  const found = await page.evaluate(inPage);
  const targets = size === 'desktop' ? [] : await page.evaluate(smallTargets, [TOUCH_PX, ACTION_PX] as const);
  return [...found, ...targets];
}

async function inPage(): Promise<string[]> {
  const { dataset } = document.documentElement;
  const { theme: before } = dataset;
  const found: string[] = [];
  const run = async (theme: string, options: axeCore.RunOptions): Promise<void> => {
    const { violations } = await axe.run(document, { resultTypes: ['violations'], ...options });
    for (const { id, nodes } of violations) {
      for (const { target, any, all, none } of nodes) {
        const [why] = [...any, ...all, ...none];
        found.push(`${theme}: ${id}: ${target.join(' ')}: ${why?.message}`);
      }
    }
  };
  dataset.theme = 'dark';
  await run('dark', { rules: { 'target-size': { enabled: true } } });
  // Only colours differ.
  dataset.theme = 'light';
  await run('light', { runOnly: ['color-contrast'] });
  if (before !== undefined) dataset.theme = before;
  return found;
}

function smallTargets([touchPx, actionPx]: readonly [number, number]): string[] {
  const found: string[] = [];
  for (const element of document.querySelectorAll('a, button, input, select, textarea, summary')) {
    if (element.closest('[inert]') || !element.checkVisibility({ visibilityProperty: true })) continue;
    // A box to tick is pressed by its words too.
    const target = element.matches('[type=radio], [type=checkbox], [type=file]')
      ? element.closest('label')
      : element;
    const { width = 0, height = 0 } = target?.getBoundingClientRect() ?? {};
    // Done closes the sheet and changes no car.
    const acts = element.matches('.car-actions .action:not([data-done]), .move-grid .action');
    const least = acts ? actionPx : touchPx;
    // A hair less is what rounding makes of it.
    if (Math.min(width, height) < touchPx - 0.5 || height < least - 0.5) {
      const name = element.getAttribute('aria-label') ?? element.textContent;
      found.push(`touch: ${name} is ${width.toFixed(0)} × ${height.toFixed(0)} px`);
    }
  }
  return found;
}

/** What does not fit into the width of the page, or could be scrolled sideways. */
export function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const wide = document.documentElement.clientWidth;
    for (const element of document.querySelectorAll('body, body *')) {
      if (element.closest('[inert], .hidden') || !element.checkVisibility({ visibilityProperty: true }))
        continue;
      const name = `<${element.localName} class="${element.getAttribute('class') ?? ''}">`;
      const { overflowX } = getComputedStyle(element);
      const over = element.scrollWidth - element.clientWidth;
      if (over > 1 && (overflowX === 'auto' || overflowX === 'scroll'))
        found.push(`${name} scrolls ${over} px`);
      const { left, right, width } = element.getBoundingClientRect();
      if (width > 0 && (right > wide + 1 || left < -1))
        found.push(`${name} from ${left} to ${right} of ${wide} px`);
    }
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > wide) found.push(`the page is ${scrollWidth} px wide on ${wide} px`);
    return found;
  });
}
