import type { ImportResult } from '../../worker/protocol/api.ts';
import type { ImportMode } from '../../worker/protocol/edit.ts';
import type { Api, Reply } from './api.ts';

export interface RosterOptions {
  mode: ImportMode;
  dryRun: boolean;
  /** The `base` of the dry run this goes back to. */
  base?: number;
}

/** Brings a roster. Apart from `Api`, for no board needs it. */
export interface RosterApi {
  importRoster(site: string, csv: string, options: RosterOptions): Promise<Reply<ImportResult>>;
}

export function rosterApi(api: Pick<Api, 'ask'>): RosterApi {
  return {
    importRoster: (site, csv, { mode, dryRun, base }) => {
      const query = new URLSearchParams({ mode });
      if (dryRun) query.set('dryRun', 'true');
      if (base !== undefined) query.set('base', String(base));
      const headers = { 'content-type': 'text/csv; charset=utf-8' };
      const path = `/api/sites/${encodeURIComponent(site)}/cars/import?${query}`;
      return api.ask(path, { method: 'POST', headers, body: csv }, isImportResult);
    },
  };
}

const LISTS = ['rows', 'bad', 'removed', 'conflicts'];

/** Checked for what tells an answer of the hub's from one of a proxy's. */
function isImportResult(value: unknown): value is ImportResult {
  if (typeof value !== 'object' || value === null || !('counts' in value && 'base' in value)) return false;
  const parts = new Map(Object.entries(value));
  return LISTS.every((name) => Array.isArray(parts.get(name))) && typeof value.base === 'number';
}
