import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalD1, type LogLine, type Runtime, startRuntime } from '../../worker/local/runtime.ts';

export interface HubOptions {
  /** A state to go on with; left out, a fresh one that `stop` removes. */
  stateDir?: string;
  /** A build other than the one under test. */
  dist?: string;
  /** False for measuring: without the wrapper that `sql` needs. */
  inspect?: boolean;
  /** More variables for the Worker, or other secrets. */
  env?: Record<string, string>;
}

/** The built Worker on a real workerd, on a port of its own, with the migrations applied. */
export interface Hub extends AsyncDisposable {
  /** `http://localhost:…`, where `__Host-` cookies and service workers are allowed. The same after a restart. */
  readonly origin: string;
  readonly setupToken: string;
  readonly sessionKey: string;
  readonly stateDir: string;
  /** D1 as the Worker sees it; another object after a restart. */
  readonly db: LocalD1;
  /** What the Worker logged, oldest first, restarts included. */
  readonly logs: readonly LogLine[];
  readonly pid: number;
  /** Pulls the plug: SIGKILL, and down until `restart`. */
  kill(): Promise<void>;
  /** Up again on the same port and state, after a `kill` or in one go: 0.3 s. */
  restart(): Promise<void>;
  /** Evicts a site's object as idleness does. Its sockets hibernate unless told to close. */
  evict(site: string, webSockets?: 'hibernate' | 'close'): Promise<void>;
  /** Evicts the object that counts attempts under a key. */
  evictCounter(key: string): Promise<void>;
  /** Runs SQL inside a site's object. */
  sql: Runtime['sql'];
  /** Ends it and removes its state. */
  stop(): Promise<void>;
}

export const SETUP_TOKEN = 'setup-token-for-tests';
export const SESSION_KEY = 'session-key-for-tests-0123456789';

export async function startHub(options: HubOptions = {}): Promise<Hub> {
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), 'yardboard-'));
  const env = { SETUP_TOKEN, SESSION_KEY, ...options.env };
  const logs: LogLine[] = [];
  const boot = (port: number): Promise<Runtime> =>
    startRuntime({
      dist: options.dist ?? process.env.YARDBOARD_DIST ?? 'dist',
      stateDir,
      host: '127.0.0.1',
      port,
      env,
      inspect: options.inspect ?? true,
      onLog: (line) => logs.push(line),
    });

  let runtime: Runtime | null = await boot(0);
  const { port } = runtime;
  const running = (): Runtime => {
    if (!runtime) throw new Error('The hub is down: restart it first');
    return runtime;
  };
  const kill = async (): Promise<void> => {
    await runtime?.stop();
    runtime = null;
  };
  const stop = async (): Promise<void> => {
    await kill();
    if (options.stateDir === undefined) rmSync(stateDir, { recursive: true, force: true });
  };

  return {
    origin: `http://localhost:${port}`,
    setupToken: env.SETUP_TOKEN,
    sessionKey: env.SESSION_KEY,
    stateDir,
    logs,
    get db() {
      return running().db;
    },
    get pid() {
      return running().pid();
    },
    kill,
    restart: async () => {
      await kill();
      runtime = await boot(port);
    },
    evict: (site, webSockets = 'hibernate') => running().evict(site, webSockets),
    evictCounter: (key) => running().evict(key, 'close', 'ATTEMPTS'),
    sql: (site, query, ...values) => running().sql(site, query, ...values),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
