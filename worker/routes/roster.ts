import * as v from 'valibot';
import { refuse } from '../protocol/errors.ts';
import { CSV_BODY_BYTES_MAX } from '../protocol/limits.ts';
import { formatRoster } from '../protocol/roster-export.ts';
import { parseRoster } from '../protocol/roster-file.ts';
import { readCsv } from './body.ts';
import type { SiteCall } from './call.ts';
import { noteExport } from './note-export.ts';
import { readPreconditions } from './preconditions.ts';
import { problem } from './problem.ts';
import { readQuery, wholeNumber } from './query.ts';

const ImportQuery = v.strictObject({
  dryRun: v.optional(v.picklist(['true', 'false']), 'false'),
  mode: v.optional(v.picklist(['merge', 'replace']), 'merge'),
  base: v.optional(wholeNumber),
});

/** `POST …/cars/import`: reads the roster here, off the hub, which then judges it against the board. */
export async function importCars({ request, url, site, caller, hub }: SiteCall): Promise<Response> {
  const query = readQuery(url, ImportQuery);
  if (!query.ok) return problem(query);
  const options = readPreconditions(request);
  if (!options.ok) return problem(options);
  if (options.value.ifMatch !== undefined) {
    return problem(refuse('bad-request', 'a roster has no version: use base', 'If-Match'));
  }
  const text = await readCsv(request, CSV_BODY_BYTES_MAX);
  if (!text.ok) return problem(text);
  const roster = parseRoster(text.value);
  if (!roster.ok) return problem(roster);

  const { dryRun, mode, base } = query.value;
  const { rows, bad } = roster;
  const done = await hub(site).write((it) =>
    it.importRoster(caller.session, {
      rows,
      bad,
      mode,
      dryRun: dryRun === 'true',
      ...(base !== undefined && { base }),
      ...options.value,
    }),
  );
  return done.ok ? Response.json(done.value) : problem(done);
}

/** `GET …/cars.csv` */
export async function exportCars(call: SiteCall): Promise<Response> {
  const { request, site, caller, hub, now } = call;
  const cars = await hub(site).read((it) => it.cars(caller.session));
  if (!cars.ok) return problem(cars);
  if (request.method === 'GET') {
    const details = { cars: cars.value.cars.length };
    noteExport(call, { at: now, site, actor: caller.person.id, subject: null, details });
  }
  return new Response(formatRoster(cars.value.cars), {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      // The site's id is letters, digits and dashes: nothing in it can end the name.
      'Content-Disposition': `attachment; filename="${site}-cars.csv"`,
    },
  });
}
