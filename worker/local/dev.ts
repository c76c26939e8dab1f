import { mkdirSync } from 'node:fs';
import { createServer } from 'vite';
import { isFree } from './address.ts';
import { keepDemoAlive, signInLines } from './demo.ts';
import { readKnobs } from './knobs.ts';
import { endLeftover } from './leftover.ts';
import { migrateState } from './migrate-state.ts';
import { rememberedDemo } from './remembered-demo.ts';
import { localSecrets } from './secrets.ts';

/** `npm run dev`: page, Worker and hub from the sources in one server that reloads what changes. */
const knobs = readKnobs(process.env, process.argv.slice(2));
if ('problem' in knobs) fail(knobs.problem);
const { host, port, stateDir } = knobs;
if (!(await isFree(host, port))) {
  fail(`Port ${port} is in use. Stop what runs there, or choose another: PORT=${port + 1} npm run dev`);
}

mkdirSync(stateDir, { recursive: true });
if (endLeftover(stateDir) === 'still running') {
  fail(`\`npm start\` runs on ${stateDir}. Stop it, or set STATE_DIR.`);
}
// Before Miniflare's own handlers, which exit with an error; at `exit` it ends workerd.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(0));
const demo = await migrateState(stateDir, (db) => (knobs.demo ? rememberedDemo(stateDir, db) : null));
const secrets = localSecrets(stateDir, { SETUP_TOKEN: knobs.setupToken });
// Where the Cloudflare plugin looks for what wrangler.jsonc requires, and vite.config.ts for the state.
// Without the last it asks Cloudflare for a sample of `request.cf` at every start.
Object.assign(process.env, secrets, { STATE_DIR: stateDir, CLOUDFLARE_CF_FETCH_ENABLED: 'false' });

const server = await createServer({ server: { host, port, strictPort: true } });
await server.listen();

const origin = `http://localhost:${port}`;
if (demo) await keepDemoAlive(origin, demo);
console.log(`\n  Yardboard    ${origin}  (reloads what changes)`);
for (const line of demo ? signInLines(demo) : []) console.log(`  Sign in      ${line}`);
if (!demo) console.log(`  Setup token  ${secrets.SETUP_TOKEN}`);
console.log('\n  Ctrl-C stops it.\n');

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
