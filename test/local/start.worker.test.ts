import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
let folder: string;
let port: number;
let launched: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yardboard-start-'));
  symlinkSync(join(root, 'test/tooling/fixture'), join(folder, 'dist'));
  port = await freePort();
});
afterEach(() => {
  for (const child of launched) child.kill('SIGTERM');
  launched = [];
  rmSync(folder, { recursive: true, force: true });
});

test('it says where it is, and Ctrl-C ends it and its workerd without an error', async () => {
  const { output, child } = await start();
  expect(output).toContain(`http://localhost:${port}`);
  expect(output).toContain('chosen-setup-token');
  expect(await count()).toEqual({ inMemory: 1, stored: 1 });
  const workerd = workerdPid();
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
  await expect(count()).rejects.toThrow();
  expect(isAlive(workerd)).toBe(false);
});

test('killed with -9 it leaves a workerd behind, which the next start ends and goes on from its state', async () => {
  const { child } = await start();
  await count();
  const leftover = workerdPid();
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(leftover)).toBe(true);
  await start();
  expect(isAlive(leftover)).toBe(false);
  expect(await count()).toEqual({ inMemory: 1, stored: 2 });
});

test('a port in use is one sentence and exit code 1', async () => {
  const taken = createServer().listen(port, '127.0.0.1');
  await once(taken, 'listening');
  const { output, code } = await run();
  taken.close();
  expect(code).toBe(1);
  expect(output.trim().split('\n')).toEqual([expect.stringContaining(`Port ${port} is in use.`)]);
});

test('a second start on the same state is refused while the first runs', async () => {
  await start();
  const busy = port;
  port = await freePort();
  const { output, code } = await run();
  port = busy;
  expect(code).toBe(1);
  expect(output).toContain('Another Yardboard runs on');
  expect(await count()).toEqual({ inMemory: 1, stored: 1 });
});

function launch(): ChildProcess {
  const child = spawn(process.execPath, [join(root, 'worker/local/start.ts'), '--empty'], {
    cwd: folder,
    env: { ...process.env, PORT: String(port), STATE_DIR: 'state', SETUP_TOKEN: 'chosen-setup-token' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  launched.push(child);
  return child;
}

/** Resolves when it says how to stop it. */
async function start(): Promise<{ output: string; child: ChildProcess }> {
  const child = launch();
  let output = '';
  await new Promise<void>((up, down) => {
    child.stdout?.on('data', (text) => {
      output += text;
      if (output.includes('Ctrl-C')) up();
    });
    child.stderr?.on('data', (text) => {
      output += text;
    });
    child.once('exit', () => down(new Error(`It ended: ${output}`)));
  });
  return { output, child };
}

async function run(): Promise<{ output: string; code: unknown }> {
  const child = launch();
  let output = '';
  child.stdout?.on('data', (text) => {
    output += text;
  });
  child.stderr?.on('data', (text) => {
    output += text;
  });
  const [code] = await once(child, 'close');
  return { output, code };
}

async function count(): Promise<unknown> {
  return (await fetch(`http://localhost:${port}/api/site/one`)).json();
}

function workerdPid(): number {
  return Number(readFileSync(join(folder, 'state', 'processes'), 'utf8').split(' ')[1]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // On Linux one that nobody has waited for stays in the table, without a command.
  return !existsSync('/proc') || readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return address.port;
}
