import { resolve } from 'node:path';
import { Log, LogLevel, Miniflare, type MiniflareOptions } from 'miniflare';
import { readBuiltWorker } from './built-worker.ts';
import { notingWorkerd, type Spawned } from './child-process.ts';
import { applyMigrations } from './migrations.ts';

export interface RuntimeOptions {
  /** Folder that `vite build` wrote. */
  dist: string;
  /** Where D1 and the hubs persist; laid out as wrangler's `--persist-to`. */
  stateDir: string;
  /** Address to listen on. */
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** Secrets and variables of the Worker. */
  env: Record<string, string>;
  /** Opens the hubs' storage to `sql`, which wraps their class; not for measuring. */
  inspect?: boolean;
  onLog?: (line: LogLine) => void;
  /** workerd crashed and is back on the same port, with another process id. */
  onRestart?: () => void;
}

export interface LogLine {
  level: string;
  message: string;
  /** Milliseconds since 1970. */
  timestamp: number;
}

export type LocalD1 = Awaited<ReturnType<Miniflare['getD1Database']>>;

/** The built Worker on one workerd, with real D1 and Durable Object storage. */
export interface Runtime {
  port: number;
  db: LocalD1;
  /** Process id of workerd; another one after it crashed and came back. */
  pid(): number;
  /**
   * Evicts a running object, a hub unless another binding is named, as an idle one is. Its sockets hibernate or close;
   * storage stays.
   */
  evict(object: string, webSockets: 'hibernate' | 'close', binding?: string): Promise<void>;
  /** Runs SQL inside a hub's own storage. Throws unless started with `inspect`. */
  sql<Row extends Record<string, SqlValue>>(
    hub: string,
    query: string,
    ...values: SqlValue[]
  ): Promise<Row[]>;
  /** SIGKILLs workerd and lets go of the port. The state stays as the moment left it. */
  stop(): Promise<void>;
}

type SqlValue = string | number | ArrayBuffer | null;

const HUB_BINDING = 'HUBS';

/** Resolves when the Worker answers and the migrations of D1 are applied. Throws when it does not come up. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const worker = readBuiltWorker(options.dist);
  const classOf = (binding: string): string => {
    const name = worker.objects[binding];
    if (name === undefined) throw new Error(`${options.dist} has no binding ${binding}`);
    return name;
  };
  const hubClass = classOf(HUB_BINDING);

  const spawned: Spawned = {};
  const miniflare = notingWorkerd(spawned, () => new Miniflare(miniflareOptions(options, worker)));
  try {
    const url = await miniflare.ready;
    const db = await miniflare.getD1Database('DB');
    await applyMigrations(db, resolve(import.meta.dirname, '../../migrations'));
    return {
      port: Number(url.port),
      db,
      pid: () => spawned.workerd?.pid ?? 0,
      evict: (object, webSockets, binding = HUB_BINDING) =>
        miniflare.unsafeEvictDurableObject(worker.name, classOf(binding), { name: object, webSockets }),
      sql: async <Row extends Record<string, SqlValue>>(
        hub: string,
        query: string,
        ...values: SqlValue[]
      ) => {
        const storage = await miniflare.unsafeGetDurableObjectStorage(worker.name, hubClass, { name: hub });
        return storage.exec<Row>(query, ...values);
      },
      stop: () => miniflare.dispose(),
    };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}

function miniflareOptions(
  options: RuntimeOptions,
  worker: ReturnType<typeof readBuiltWorker>,
): MiniflareOptions {
  const env: NonNullable<MiniflareOptions['workers'][number]['config']['env']> = {
    [worker.assetsBinding]: { type: 'assets' },
  };
  for (const [name, value] of Object.entries(options.env)) env[name] = { type: 'text', value };
  for (const [name, id] of Object.entries(worker.databases)) env[name] = { type: 'd1', id };
  for (const [name, exportName] of Object.entries(worker.objects)) {
    env[name] = { type: 'durable-object', worker: worker.name, exportName };
  }
  return {
    host: options.host,
    port: options.port,
    // Else it asks Cloudflare for a sample of `request.cf` at every start, or places everybody in a town of its own.
    cf: {},
    telemetry: { enabled: false },
    logRequests: false,
    log: new Log(LogLevel.ERROR),
    handleStructuredLogs: options.onLog ?? (() => {}),
    unsafeInspectDurableObjects: options.inspect ?? false,
    unsafeHandleRuntimeRestart: options.onRestart ?? (() => {}),
    resourcePersistencePath: resolve(options.stateDir, 'v3'),
    workers: [
      {
        config: {
          name: worker.name,
          compatibilityDate: worker.compatibilityDate,
          manifest: {
            mainModule: worker.mainModule,
            modulesRoot: worker.modulesRoot,
            modules: worker.modules,
          },
          env,
          exports: Object.fromEntries(
            Object.values(worker.objects).map((name) => [
              name,
              { type: 'durable-object', storage: 'sqlite' },
            ]),
          ),
          assets: {
            directory: worker.assetsDirectory,
            hasUserWorker: true,
            htmlHandling: 'none',
            notFoundHandling: 'none',
            runWorkerFirst: worker.runWorkerFirst,
          },
        },
      },
    ],
  };
}
