import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { localSecrets } from '../../worker/local/secrets.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'yardboard-'));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

test('secrets are made once and readable by their owner alone', () => {
  const first = localSecrets(stateDir, {});
  expect(first.SESSION_KEY).not.toBe(first.SETUP_TOKEN);
  expect(localSecrets(stateDir, {})).toEqual(first);
  expect(statSync(join(stateDir, 'secrets.json')).mode & 0o777).toBe(0o600);
});

test('a setup token that is given wins, and stays until another is', () => {
  const first = localSecrets(stateDir, {});
  const given = localSecrets(stateDir, { SETUP_TOKEN: 'given' });
  expect(given).toEqual({ ...first, SETUP_TOKEN: 'given' });
  expect(localSecrets(stateDir, {})).toEqual(given);
});

test('two states have different secrets', () => {
  expect(localSecrets(stateDir, {})).not.toEqual(localSecrets(join(stateDir, 'other'), {}));
});
