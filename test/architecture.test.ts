import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/**
 * Who may import whom. A file belongs to the first zone whose pattern its path meets; it may import its own zone,
 * those listed, and the packages listed. A file without a zone fails: a new folder needs a row here.
 */
const ZONES: readonly Zone[] = [
  zone('protocol', /^worker\/protocol\//, [], ['valibot', 'papaparse']),
  zone('engine', /^worker\/engine\//, ['protocol']),
  // The interfaces between the parts of the Worker, its environment, its one logger and the hash of the log.
  zone('ports', /^worker\/(ports|env|log|hash)\.ts$/, ['protocol'], ['cloudflare:*', 'node:crypto']),
  zone('hub', /^worker\/hub[/.]/, ['protocol', 'engine', 'ports'], ['cloudflare:*', 'node:crypto']),
  zone('attempts', /^worker\/attempts\//, ['protocol', 'ports'], ['cloudflare:*']),
  zone('identity', /^worker\/identity[/.]/, ['protocol', 'ports'], ['node:crypto', 'valibot']),
  zone(
    'directory',
    /^worker\/(directory|archive)[/.]/,
    ['protocol', 'ports', 'identity'],
    ['cloudflare:*', 'node:crypto', 'valibot'],
  ),
  // For the version that the health route tells.
  zone('package', /^package\.json$/, []),
  zone(
    'routes',
    /^worker\/routes[/.]/,
    ['protocol', 'ports', 'directory', 'identity', 'package'],
    ['valibot'],
  ),
  zone('index', /^worker\/index\.ts$/, [
    'protocol',
    'ports',
    'attempts',
    'hub',
    'directory',
    'identity',
    'routes',
  ]),
  zone(
    'local',
    /^worker\/local\//,
    ['protocol', 'directory', 'sync'],
    ['node:*', 'miniflare', 'valibot', 'vite'],
  ),
  zone('sync', /^app\/sync\//, ['protocol']),
  zone('storage', /^app\/storage\//, ['protocol', 'sync'], ['idb-keyval']),
  // What the app says, in each language.
  zone('messages', /^app\/messages\//, ['protocol']),
  zone('state', /^app\/state\//, ['protocol', 'sync', 'messages'], ['@preact/signals']),
  zone(
    'views',
    /^app\/views\//,
    ['protocol', 'state', 'messages'],
    ['preact', 'preact/*', '@preact/signals', 'uqr'],
  ),
  // Implement what the state asks for: HTTP, and the browser's clock, memory, address bar.
  zone('http', /^app\/http\.ts$/, ['protocol', 'state']),
  zone('browser', /^app\/browser\//, ['protocol', 'state'], ['@preact/signals']),
  // Composes what only a signed-in person needs; loaded after the sign-in.
  zone('site', /^app\/site\.ts$/, ['protocol', 'state', 'storage', 'views']),
  // Composes what follows a person from device to device; loaded after the first screen.
  zone('documents', /^app\/documents\.ts$/, ['protocol', 'sync', 'storage', 'state'], ['@preact/signals']),
  // Composes what an enrolled device adds; loaded on one.
  zone('kiosk', /^app\/kiosk\.tsx$/, ['sync', 'storage', 'http', 'state', 'views'], ['preact/*']),
  // What comes after the first screen.
  zone('later', /^app\/later\.ts$/, ['browser', 'documents', 'kiosk', 'state', 'views'], ['@preact/signals']),
  zone('sw', /^app\/sw\.ts$/, ['protocol', 'sync', 'storage']),
  zone(
    'main',
    /^app\/main\.tsx$/,
    ['protocol', 'browser', 'http', 'site', 'later', 'messages', 'state', 'views', 'package'],
    ['preact', 'preact/*', '@preact/signals'],
  ),
];

interface Zone {
  name: string;
  files: RegExp;
  zones: readonly string[];
  packages: readonly string[];
}

function zone(name: string, files: RegExp, zones: readonly string[], packages: readonly string[] = []): Zone {
  return { name, files, zones, packages };
}

const sources = ['worker', 'app'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => /\.tsx?$/.test(file)),
);

test.each(sources)('%s imports only what its place allows', (file) => {
  const home = zoneOf(file);
  expect(home, `${file} is in no zone`).toBeDefined();
  const refused = importsOf(file).filter((target) => !mayImport(home!, file, target));
  expect(refused, `${home!.name} imports`).toEqual([]);
});

function zoneOf(file: string): Zone | undefined {
  return ZONES.find((candidate) => candidate.files.test(file));
}

function mayImport(home: Zone, file: string, target: string): boolean {
  if (!target.startsWith('.')) return home.packages.some((allowed) => matches(allowed, target));
  if (/\.css$/.test(target)) return home.name === 'main' || home.name === 'views';
  const there = zoneOf(normalize(join(dirname(file), target)));
  return there !== undefined && (there === home || home.zones.includes(there.name));
}

function matches(allowed: string, target: string): boolean {
  return allowed.endsWith('*') ? target.startsWith(allowed.slice(0, -1)) : target === allowed;
}

/** Static, dynamic and side-effect imports, types included: a type points the same way as the code it describes. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(
    /^(?:import|export)\s[^'"]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}
