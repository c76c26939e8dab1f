import type { BrowserContext, Page } from 'playwright-core';
import type { TestPerson } from './site.ts';

const DAY_S = 86_400;

/** What went wrong in the pages of a context that nobody would see on a screen. */
export interface Problems {
  readonly list: readonly string[];
  /** Throws when there was any. */
  check(): void;
}

/**
 * Notes uncaught errors, rejected promises, crashes and `console.error` of every page a context opens.
 * A failed fetch is none: being offline is part of the job.
 */
export function watchPages(context: BrowserContext, expected: readonly RegExp[] = []): Problems {
  const list: string[] = [];
  const note = (problem: string): void => {
    if (!expected.some((pattern) => pattern.test(problem))) list.push(problem);
  };
  const watch = (page: Page): void => {
    page.on('crash', () => note('The page crashed'));
    page.on('console', (message) => {
      if (message.type() !== 'error' || /^Failed to load resource|WebSocket connection/.test(message.text()))
        return;
      note(`console.error: ${message.text()} (${message.location().url})`);
    });
  };
  for (const page of context.pages()) watch(page);
  context.on('page', watch);
  context.on('weberror', (error) => {
    // What is thrown need not be an error, and need not have a stack.
    const { name, message, stack } = error.error();
    note(`Uncaught: ${stack || `${name}: ${message}`} (${error.page()?.url()})`);
  });
  return {
    list,
    check: () => {
      if (list.length > 0) throw new Error(`Problems in the page:\n${list.join('\n')}`);
    },
  };
}

/** Resolves when the service worker controls the page: from here on a reload works offline. */
export async function controlled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise<void>((done) => {
      navigator.serviceWorker.addEventListener('controllerchange', () => done(), { once: true });
    });
  });
}

/** The session of somebody who is signed in, as a browser takes it. */
export function sessionOf({ cookie }: TestPerson) {
  const at = cookie.indexOf('=');
  return {
    name: cookie.slice(0, at),
    value: cookie.slice(at + 1),
    // Under https a cookie is marked secure, which this one has to be; the browser takes localhost for secure.
    url: 'https://localhost',
    httpOnly: true,
    sameSite: 'Lax' as const,
    expires: Math.floor(Date.now() / 1_000) + DAY_S,
  };
}
