import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as v from 'valibot';

/** A production build as Miniflare takes it. */
export interface BuiltWorker {
  name: string;
  compatibilityDate: string;
  /** Paths of the modules relative to `modulesRoot`, with their text. */
  modules: Record<string, { type: 'esm'; contents: string }>;
  mainModule: string;
  modulesRoot: string;
  assetsDirectory: string;
  assetsBinding: string;
  runWorkerFirst: string[];
  /** Binding name to class name. */
  objects: Record<string, string>;
  /** Binding name to database id; without an id the binding's name stands in, as in wrangler's own local mode. */
  databases: Record<string, string>;
}

/** What is used of the configuration that `vite build` writes beside the Worker. */
const GeneratedConfig = v.object({
  name: v.string(),
  main: v.string(),
  compatibility_date: v.string(),
  assets: v.object({
    directory: v.string(),
    binding: v.string(),
    html_handling: v.literal('none'),
    not_found_handling: v.literal('none'),
    run_worker_first: v.array(v.string()),
  }),
  durable_objects: v.object({ bindings: v.array(v.object({ name: v.string(), class_name: v.string() })) }),
  d1_databases: v.array(v.object({ binding: v.string(), database_id: v.optional(v.string()) })),
});

/** Throws when `dist` holds no build, or one of another shape. */
export function readBuiltWorker(dist: string): BuiltWorker {
  const modulesRoot = resolve(dist, 'yardboard');
  const config = v.parse(
    GeneratedConfig,
    JSON.parse(readFileSync(join(modulesRoot, 'wrangler.json'), 'utf8')),
  );
  const files = readdirSync(modulesRoot, { recursive: true, encoding: 'utf8' });
  const scripts = files.filter((file) => /\.m?js$/.test(file));
  return {
    name: config.name,
    compatibilityDate: config.compatibility_date,
    modules: Object.fromEntries(
      scripts.map((file) => [file, { type: 'esm', contents: readFileSync(join(modulesRoot, file), 'utf8') }]),
    ),
    mainModule: config.main,
    modulesRoot,
    assetsDirectory: resolve(modulesRoot, config.assets.directory),
    assetsBinding: config.assets.binding,
    runWorkerFirst: config.assets.run_worker_first,
    objects: Object.fromEntries(config.durable_objects.bindings.map((it) => [it.name, it.class_name])),
    databases: Object.fromEntries(
      config.d1_databases.map((it) => [it.binding, it.database_id ?? it.binding]),
    ),
  };
}
