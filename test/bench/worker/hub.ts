import { makeSiteHub } from '../../../worker/hub/site-hub.ts';
import { type Archive, type Directory, SESSION_HEADER } from '../../../worker/ports.ts';
import { DEFAULT_LOCATIONS } from '../../../worker/protocol/site.ts';

/**
 * The hub by itself, for counting what it writes and for profiles: the class that production runs, with a directory
 * that knows everybody and an archive that takes everything. It is in no build but the bench's own.
 */
const directory: Directory = {
  site: async (id) => ({ id, name: 'Bench', timeZone: 'UTC', locations: [...DEFAULT_LOCATIONS] }),
  // The session names its person: `<person>` or `<person>.<anything>`.
  member: async (session) => {
    const person = session.split('.')[0] ?? '';
    return { person, name: person, role: 'lead', expiresAt: Number.MAX_SAFE_INTEGER };
  },
  members: async (_, people) => [...people],
};
const archive: Archive = { load: async () => null, save: async () => {} };

const SiteHub = makeSiteHub<Env>(() => ({ directory, archive, report: console.error }));

interface Env {
  HUBS: DurableObjectNamespace<BenchHub>;
}

export class BenchHub extends SiteHub {
  #rowsWritten = 0;
  #counts = false;

  /** Rows written since the first call, as the storage's own cursors tell it: what is billed. */
  async rowsWritten(): Promise<number> {
    if (!this.#counts) this.#count();
    return this.#rowsWritten;
  }

  #count(): void {
    this.#counts = true;
    const prototype: SqlStorage = Object.getPrototypeOf(this.ctx.storage.sql);
    const { exec } = prototype;
    const wrote = (rows: number): void => {
      this.#rowsWritten += rows;
    };
    prototype.exec = function counted<T extends Record<string, SqlStorageValue>>(
      query: string,
      ...values: unknown[]
    ) {
      const cursor: SqlStorageCursor<T> = (exec<T>).call(this, query, ...values);
      wrote(cursor.rowsWritten);
      return cursor;
    };
  }
}

/** `/<site>/live?as=<session>` opens a socket; `/<site>/rows` tells the rows written. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const [, site = '', action] = pathname.split('/');
    const hub = env.HUBS.getByName(site);
    if (action === 'rows') return Response.json(await hub.rowsWritten());
    const headers = new Headers(request.headers);
    headers.set(SESSION_HEADER, searchParams.get('as') ?? '');
    return hub.fetch(new Request(request, { headers }));
  },
} satisfies ExportedHandler<Env>;
