import type { Page } from 'playwright-core';

/** To another place of the app that is open, as by its own links and without starting it anew. What was begun where one was is given up. */
export function visit(page: Page, address: string): Promise<void> {
  return page.evaluate(async (to) => {
    const { origin, pathname } = new URL(to);
    // By way of another screen, so that nothing of the same one stays.
    for (const next of [`${origin}${pathname.split('/').slice(0, 3).join('/')}/more`, to]) {
      history.pushState(null, '', next);
      dispatchEvent(new PopStateEvent('popstate'));
      await new Promise(requestAnimationFrame);
      await new Promise((drawn) => setTimeout(drawn));
    }
  }, address);
}

/** The same place once more, with what the hub says of it now. */
export function revisit(page: Page): Promise<void> {
  return visit(page, page.url());
}
