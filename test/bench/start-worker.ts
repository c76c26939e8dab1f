import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Log, LogLevel, Miniflare } from 'miniflare';
import { build } from 'vite';

/** A Worker of the bench's own on a workerd of its own. */
export interface BenchWorker {
  origin: string;
  stop(): Promise<void>;
}

export interface BenchWorkerOptions {
  /** Source file of the Worker, below this folder. */
  source: string;
  /** Its Durable Object: name of the binding, and of the class. */
  object: { binding: string; className: string };
  /** Opens workerd's inspector, for profiles. */
  inspectorPort?: number;
}

export async function startWorker({
  source,
  object,
  inspectorPort,
}: BenchWorkerOptions): Promise<BenchWorker> {
  const stateDir = mkdtempSync(join(tmpdir(), 'yardboard-bench-'));
  const assets = join(stateDir, 'assets');
  mkdirSync(assets);
  const contents = await bundle(resolve(import.meta.dirname, source));
  const name = 'bench';
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    logRequests: false,
    log: new Log(LogLevel.ERROR),
    ...(inspectorPort !== undefined && { inspectorPort }),
    resourcePersistencePath: join(stateDir, 'v3'),
    workers: [
      {
        config: {
          name,
          compatibilityDate: '2026-10-12',
          manifest: {
            mainModule: 'index.js',
            modulesRoot: stateDir,
            modules: { 'index.js': { type: 'esm', contents } },
          },
          env: {
            [object.binding]: { type: 'durable-object', worker: name, exportName: object.className },
            ASSETS: { type: 'assets' },
          },
          exports: { [object.className]: { type: 'durable-object', storage: 'sqlite' } },
          // There are none. The local runtime leads every request of a Worker with assets through two more Workers,
          // a tenth of a millisecond each: whoever is compared stands behind the same door.
          assets: {
            directory: assets,
            hasUserWorker: true,
            htmlHandling: 'none',
            notFoundHandling: 'none',
            runWorkerFirst: ['/*'],
          },
        },
      },
    ],
  });
  const { port } = await miniflare.ready;
  return {
    origin: `http://localhost:${port}`,
    stop: async () => {
      await miniflare.dispose();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** One module, minified as the production build is. */
async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2024',
      lib: { entry, formats: ['es'], fileName: 'index' },
      rolldownOptions: { external: [/^cloudflare:/] },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (!output || !('output' in output)) throw new Error(`${entry} was not built`);
  return output.output[0].code;
}
