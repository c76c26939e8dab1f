import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createBuilder } from 'vite';

/**
 * Gives the tests a production build of what the sources are now: `dist/` when it is newer than they are, else one of
 * its own, so that a `dist/` in use is left alone. Tests find it through `YARDBOARD_DIST`.
 */
export default async function setup(): Promise<(() => void) | undefined> {
  if (process.env.YARDBOARD_DIST) return undefined;
  const dist = resolve('dist');
  if (isCurrent(dist)) {
    process.env.YARDBOARD_DIST = dist;
    return undefined;
  }
  // Below node_modules, so that neither Git nor the linter looks there.
  const outDir = mkdtempSync(resolve('node_modules/.yardboard-'));
  // The bundlers take their mode from it; vitest has set it to `test`.
  const mode = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  // Not `build`, which would make the page alone.
  const builder = await createBuilder({ mode: 'production', logLevel: 'error', build: { outDir } });
  await builder.buildApp();
  process.env.NODE_ENV = mode;
  process.env.YARDBOARD_DIST = outDir;
  return () => rmSync(outDir, { recursive: true, force: true });
}

function isCurrent(dist: string): boolean {
  let builtAt: number;
  try {
    builtAt = statSync(join(dist, 'client', 'sw.js')).mtimeMs;
  } catch {
    return false;
  }
  const sources = ['app', 'worker'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  return [...sources, 'vite.config.ts', 'wrangler.jsonc', 'package-lock.json'].every(
    (file) => statSync(file).mtimeMs < builtAt || file.startsWith(join('worker', 'local')),
  );
}
