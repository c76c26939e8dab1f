import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findBrowser } from './browser-path.ts';

/** Before the browser tests: makes sure that there is a browser, and says plainly when there cannot be one. */
export default function setup(): void {
  if (findBrowser()) return;
  if (process.getuid?.() === 0 && succeeds('apt-get', ['--version'])) {
    console.log('No Chromium found: installing the one of this distribution.');
    succeeds('apt-get', ['update']);
    // The shell is not everywhere; without it, the tests take longer.
    for (const name of ['chromium', 'chromium-headless-shell']) {
      succeeds('apt-get', ['install', '-y', '--no-install-recommends', name]);
    }
  } else {
    console.log('No Chromium found: asking Playwright for one.');
    const playwright = dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'));
    succeeds(process.execPath, [join(playwright, 'cli.js'), 'install', 'chromium']);
  }
  if (!findBrowser()) {
    throw new Error(
      'The browser tests need Chromium, and it could not be installed. Install it, or name one: CHROMIUM_PATH=/path/to/chromium npm test',
    );
  }
}

function succeeds(command: string, args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const stdio = args[0] === '--version' ? 'ignore' : 'inherit';
  return spawnSync(command, args, { stdio, env }).status === 0;
}
