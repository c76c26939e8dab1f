import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isFree, origins } from './address.ts';
import { keepDemoAlive, signInLines } from './demo.ts';
import { type Knobs, readKnobs } from './knobs.ts';
import { endLeftover, forgetWorkerd, noteWorkerd } from './leftover.ts';
import { rememberedDemo } from './remembered-demo.ts';
import { type LogLine, type Runtime, startRuntime } from './runtime.ts';
import { localSecrets } from './secrets.ts';

/** `npm start`: the production build on this machine, with its state on disk. */
const knobs = readKnobs(process.env, process.argv.slice(2));
if ('problem' in knobs) fail(knobs.problem);
await serve(knobs);

async function serve({ host, port, stateDir, setupToken, demo: wantsDemo }: Knobs): Promise<void> {
  const dist = resolve('dist');
  if (!existsSync(join(dist, 'yardboard', 'wrangler.json'))) fail('No build in dist/. Run: npm run build');
  mkdirSync(stateDir, { recursive: true });
  const leftover = endLeftover(stateDir);
  if (leftover === 'still running') {
    fail(`Another Yardboard runs on ${stateDir}. Stop it, or set STATE_DIR.`);
  }
  // A process that was just killed takes a moment to let go of its port.
  if (!(await isFree(host, port, leftover === 'ended' ? 3000 : 0))) {
    fail(`Port ${port} is in use. Stop what runs there, or choose another: PORT=${port + 1} npm start`);
  }

  stopOnSignal(stateDir);
  const secrets = localSecrets(stateDir, { SETUP_TOKEN: setupToken });
  const runtime: Runtime = await startRuntime({
    dist,
    stateDir,
    host,
    port,
    env: { ...secrets },
    onLog: printTrouble,
    onRestart: () => noteWorkerd(stateDir, runtime.pid()),
  }).catch((error: Error) => fail(`The Worker did not start: ${error.message}`));
  noteWorkerd(stateDir, runtime.pid());

  const [origin = '', ...others] = origins(host, port);
  const health = await fetch(`${origin}/api/health`);
  if (!health.ok) fail(`The Worker started, but ${origin}/api/health answers ${health.status}.`);

  const demo = wantsDemo ? await rememberedDemo(stateDir, runtime.db) : null;
  if (demo) await keepDemoAlive(origin, demo);

  console.log(`\n  Yardboard    ${origin}`);
  for (const other of others)
    console.log(`               ${other}  (plain http: no sign-in, no offline mode)`);
  console.log(`  State        ${stateDir}`);
  for (const line of demo ? signInLines(demo) : []) console.log(`  Sign in      ${line}`);
  if (!demo) console.log(`  Setup token  ${secrets.SETUP_TOKEN}`);
  console.log('\n  Ctrl-C stops it.\n');
}

/**
 * What was acknowledged is on disk: leaving takes no farewell. Registered before Miniflare's own handlers, which
 * would exit with an error; at `exit` it ends workerd.
 */
function stopOnSignal(stateDir: string): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      console.log('\nStopped. The state is kept.');
      forgetWorkerd(stateDir);
      process.exit(0);
    });
  }
}

/** Every request the Worker logs would drown the address printed above; its complaints must not be lost. */
function printTrouble(line: LogLine): void {
  if (line.level === 'warn' || line.level === 'error') console.error(line.message);
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
