import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Findings } from './target.ts';

/**
 * What a browser has to load and run before the app's first screen: the scripts that the page names, and what those
 * import statically. What they import later, or the service worker fetches behind, is not in it.
 */
export function measureFirstLoad(client: string): Findings {
  const html = readFileSync(join(client, 'index.html'), 'utf8');
  const named = [...html.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="\/?([^"]+\.js)"/g)];
  const inline = [...html.matchAll(/<script\b(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, text = '']) => text,
  );
  const scripts = new Map<string, string>();
  for (const [, path = ''] of named) collect(client, path, scripts);
  const texts = [...scripts.values(), ...inline];
  const sum = (size: (text: string) => number): number =>
    texts.reduce((all, text) => all + size(text), 0) / 1024;
  return {
    gzipKiB: sum((text) => gzipSync(text).length),
    plainKiB: sum((text) => Buffer.byteLength(text)),
    files: texts.length,
  };
}

function collect(client: string, path: string, scripts: Map<string, string>): void {
  if (scripts.has(path)) return;
  const text = readFileSync(join(client, path), 'utf8');
  scripts.set(path, text);
  // Minified: `import{a}from"./b.js"`, `import"./b.js"`, `export*from"./b.js"`; `import(` is for later.
  for (const [, target = ''] of text.matchAll(/(?:\bfrom|\bimport)\s*"(\.[^"]+\.js)"/g)) {
    collect(client, normalize(join(dirname(path), target)), scripts);
  }
}
