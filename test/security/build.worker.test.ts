import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ROUTES } from '../../worker/protocol/access.ts';

/** What is deployed: the Worker's script, and the files that browsers load. Pictures have no text. */
const dist = process.env.YARDBOARD_DIST ?? resolve('dist');
const shipped = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((file) => file.isFile())
  .map((file) => join(file.parentPath, file.name))
  .filter((file) => !/\.png$|wrangler\.json$/.test(file))
  .map((file) => ({ name: relative(dist, file), text: readFileSync(file, 'utf8') }));
const isScript = ({ name }: { name: string }): boolean => /\.m?js$/.test(name);

/** Files in which a pattern stands, each with what it met. */
function found(pattern: RegExp, files = shipped): string[] {
  return files.flatMap(({ name, text }) => {
    const [met] = pattern.exec(text) ?? [];
    return met === undefined ? [] : [`${name}: ${met}`];
  });
}

test('the build that is looked at is whole', () => {
  const names = shipped.map(({ name }) => name);
  for (const name of ['yardboard/index.js', 'client/index.html', 'client/sw.js', 'client/_headers']) {
    expect(names).toContain(name);
  }
  expect(shipped.filter(isScript).length).toBeGreaterThan(10);
});

test('no source map, no source and nothing hidden but what Cloudflare reads is in it', () => {
  const names = shipped.map(({ name }) => name);
  expect(names.filter((name) => /\.(map|tsx?|sql|env|vars|md|log|sqlite)$/.test(name))).toEqual([]);
  expect(names.filter((name) => /(^|\/)\./.test(name)).sort()).toEqual([
    'client/.assetsignore',
    'yardboard/.vite/manifest.json',
  ]);
  expect(found(/sourceMappingURL|sourcesContent/)).toEqual([]);
});

/** What keys of services, private keys and those of this app look like. */
const SECRET =
  /-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[abpr]-\w{10}|sk_live_\w{10}|(?:SESSION_KEY|SETUP_TOKEN)["']?\s*[:=]\s*["'`][^"'`]{8,}/;

test('no secret is in it, nor in the repository', () => {
  expect(found(SECRET)).toEqual([]);
  const tracked = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(Boolean);
  expect(tracked.length).toBeGreaterThan(100);
  expect(
    tracked.filter((file) => /(^|\/)(\.dev\.vars|\.env(\..+)?|.*\.(pem|key|p12|sqlite))$/.test(file)),
  ).toEqual([]);
  // Tests have secrets of their own, which open nothing.
  const own = tracked.filter((file) => !/^(test|node_modules)\/|\.png$|package-lock\.json$/.test(file));
  const texts = own.map((name) => ({ name, text: readFileSync(name, 'utf8') }));
  expect(found(SECRET, texts)).toEqual([]);
  // What is not commented out there becomes a secret with that value when it is deployed.
  expect(
    readFileSync('.dev.vars.example', 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#')),
  ).toEqual([]);
});

test('nothing of this machine, of tests or of development is in it', () => {
  expect(found(/localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]/)).toEqual([]);
  expect(found(/\/home\/|\/root\/|\/tmp\/|node_modules|file:\/\//)).toEqual([]);
  expect(found(new RegExp(process.cwd().replaceAll(/[^\w/-]/g, '\\$&')))).toEqual([]);
  expect(found(/vitest|playwright|miniflare|setup-token-for-tests|@vite\/client|import\.meta\.hot/)).toEqual(
    [],
  );
  expect(found(/console\.(log|debug|trace|table)\(|\bdebugger\b/, shipped.filter(isScript))).toEqual([]);
});

test('no script makes code of text, and the page has none within it', () => {
  expect(found(/\beval\(|new Function\(|document\.write\(/, shipped.filter(isScript))).toEqual([]);
  const page = shipped.find(({ name }) => name === 'client/index.html')?.text ?? '';
  expect(page).toMatch(/<script[^>]+src="\/assets\//);
  expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?:\/\//i);
});

test('I2 the Worker knows no path below /api but those of the access table', () => {
  const worker = shipped.find(({ name }) => name === 'yardboard/index.js')?.text ?? '';
  const paths = new Set([...worker.matchAll(/["'`](\/api\/[^"'`$]*)["'`]/g)].map(([, path = '']) => path));
  const known: string[] = Object.values(ROUTES).map(({ path }) => path);
  expect(
    [...paths].filter((path) => !known.includes(path) && !['/api/', '/api/sites/'].includes(path)),
  ).toEqual([]);
  expect(known.filter((path) => !paths.has(path))).toEqual([]);
});

test('every package has an exact version, from the registry, and few of them run', () => {
  const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
  const { dependencies, devDependencies } = read('package.json');
  const versions: [string, string][] = Object.entries({ ...dependencies, ...devDependencies });
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  expect(Object.keys(dependencies).length).toBeLessThanOrEqual(8);

  const { packages } = read('package-lock.json') as {
    packages: Record<
      string,
      { version?: string; integrity?: string; optional?: true; link?: boolean; resolved?: string }
    >;
  };
  for (const [name, version] of versions)
    expect(packages[`node_modules/${name}`]?.version, name).toBe(version);
  const others = Object.entries(packages).filter(([path]) => path !== '');
  // Of those for other systems npm notes no hash where they were never fetched.
  expect(
    others.filter(([, it]) => !it.optional && !it.integrity?.startsWith('sha512-')).map(([path]) => path),
  ).toEqual([]);
  expect(
    others
      .filter(([, { link, resolved }]) => link || /^(git|file|http:)/.test(resolved ?? ''))
      .map(([path]) => path),
  ).toEqual([]);
  expect(readFileSync('.npmrc', 'utf8')).toContain('save-exact=true');
});
