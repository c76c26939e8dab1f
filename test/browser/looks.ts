import axe from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { SIZES } from '../support/browser.ts';

/** A tablet is looked at on the phone, grown to its size: what it shows is made of what a phone and a desktop show. */
export type Look = 'phone' | 'desktop';

/** A phone in the hand of somebody with large text. */
const SMALLEST = { width: 320, height: 568 };

/** For a context, before a page of it is opened: the page's own policy would keep axe out later. */
export async function bringAxe(context: BrowserContext): Promise<void> {
  await context.addInitScript({ content: axe.source });
}

/**
 * What is wrong with a screen as it stands, dark and light, in a line each; on a phone at the sizes of the smallest one
 * and of a tablet, too. It is left as it was.
 */
export async function lookAt(page: Page, look: Look, screen: string): Promise<string[]> {
  await wear(page, 'dark');
  const found = await findings(page);
  // Nothing else differs.
  await wear(page, 'light');
  found.push(...named('light', await findings(page, ['color-contrast'])));
  found.push(...(await sidewaysScroll(page)));
  if (look === 'phone') {
    found.push(...(await smallTargets(page)));
    await page.setViewportSize(SMALLEST);
    found.push(...named('at 320 px', await sidewaysScroll(page)));
    await page.setViewportSize(SIZES.tablet.viewport);
    await page.locator('html[data-layout=tablet]').waitFor();
    found.push(...named('on a tablet', [...(await sidewaysScroll(page)), ...(await smallTargets(page))]));
    await page.setViewportSize(SIZES.phone.viewport);
    await page.locator('html[data-layout=phone]').waitFor();
  }
  return named(screen, found);
}

function named(name: string, found: readonly string[]): string[] {
  return found.map((finding) => `${name}: ${finding}`);
}

/** As the app itself does when the person chooses. */
function wear(page: Page, theme: 'dark' | 'light'): Promise<void> {
  return page.evaluate((chosen) => {
    document.documentElement.dataset.theme = chosen;
  }, theme);
}

/** What axe finds on the page as it is, in a line each. `rules`: only these. */
export function findings(page: Page, rules?: string[]): Promise<string[]> {
  return page.evaluate(async (only) => {
    const { violations } = await window.axe.run(document, {
      resultTypes: ['violations'],
      ...(only && { runOnly: only }),
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ target, failureSummary = '' }) =>
          `${id}: ${target.join(' ')} ${failureSummary.split('\n').slice(1).join(' ')}`,
      ),
    );
  }, rules);
}

/** Whatever is wider than the screen, or makes something scroll sideways. */
export function sidewaysScroll(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    for (const element of [document.documentElement, ...document.body.querySelectorAll('*')]) {
      const { overflowX } = getComputedStyle(element);
      const scrolls = element === document.documentElement || overflowX === 'auto' || overflowX === 'scroll';
      if (scrolls && element.scrollWidth > element.clientWidth) {
        found.push(`${element.tagName}.${element.className} ${element.scrollWidth} > ${element.clientWidth}`);
      }
    }
    return found;
  });
}

/** What can be pressed and is smaller than a finger needs: 64 px for what is done with a car, 44 px for the rest. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const pressable = 'a[href], button, select, textarea, summary, input, label:has(input)';
    for (const element of document.querySelectorAll<HTMLElement>(pressable)) {
      // A field inside a label is pressed through it; the skip link is for keyboards.
      const isOther = element.matches('label input, .skip') || element.closest('[inert]');
      if (isOther || !element.checkVisibility({ visibilityProperty: true })) continue;
      const does = element.closest(
        '[role=group][aria-label=Actions], [role=group][aria-label=Keypad], .attention-item > .choices',
      );
      const leastPx = does && !element.matches('[data-done]') ? 64 : 44;
      const { width, height } = element.getBoundingClientRect();
      // A pixel less is the rounding of a device's own pixels.
      if (width < 43 || height < leastPx - 1) {
        if (reaches(element, 21, 0) && reaches(element, 0, leastPx / 2 - 1)) continue;
        const name = element.getAttribute('aria-label') ?? element.textContent.trim();
        found.push(`${name || element.outerHTML.slice(0, 80)}: ${width} x ${height} px, not ${leastPx}`);
      }
    }
    return found;

    /** A press so far from its middle, on either side, is still one on it: what it draws may be larger than its box. */
    function reaches(element: Element, xPx: number, yPx: number): boolean {
      element.scrollIntoView({ block: 'nearest' });
      const { left, top, width, height } = element.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      return [-1, 1].every((way) =>
        element.contains(document.elementFromPoint(x + way * xPx, y + way * yPx)),
      );
    }
  });
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
