import { unpackRecord } from '../../worker/hub/record.ts';
import type { Car } from '../../worker/protocol/car.ts';
import type { CarDiff, LogEntry } from '../../worker/protocol/history.ts';
import type { FinalState } from '../checker/history.ts';
import type { Yard } from './yard.ts';

/** How a run has ended: the hub's storage, the archive in D1, and what the devices show. */
export async function finalState({
  hub,
  site,
  devices,
}: Pick<Yard, 'hub' | 'site' | 'devices'>): Promise<FinalState> {
  const archive = await archiveOf(hub, site.id);
  const tail = await logOf(hub, site.id);
  const oldest = tail[0]?.version ?? Infinity;
  // What the hub has pruned is in the archive alone.
  const log = [...archive.filter(({ version }) => version < oldest), ...tail];
  const records = await hub.sql<{ record: string }>(site.id, 'SELECT record FROM car');
  const { results } = await hub.db
    .prepare('SELECT car FROM archive_cars WHERE site = ?')
    .bind(site.id)
    .all<{ car: string }>();
  return {
    epochs: [log],
    archive,
    archiveBoard: results.map(({ car }): Car => JSON.parse(car)),
    board: records.map(({ record }) => unpackRecord(record).car),
    replicas: devices.map(({ name, client: { view } }) => ({
      device: name,
      version: view.version,
      cars: view.cars.values(),
      pending: view.pending.map(({ edit }) => edit.id),
    })),
    open: devices.flatMap(({ client }) => client.view.attention.map(({ edit }) => edit.id)),
  };
}

const PAGE = 1_000;

/** The hub's own log, oldest first. */
async function logOf(hub: Yard['hub'], site: string): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (let after = 0; ; ) {
    const rows = await hub.sql<{ version: number; entry: string; parts: number }>(
      site,
      'SELECT version, entry, parts FROM log WHERE version > ? ORDER BY version LIMIT ?',
      after,
      PAGE,
    );
    for (const { version, entry, parts } of rows) {
      after = version;
      if (parts === 0) {
        entries.push(JSON.parse(entry));
        continue;
      }
      const query = 'SELECT text FROM log_part WHERE version = ? ORDER BY part';
      const rest = await hub.sql<{ text: string }>(site, query, version);
      entries.push(JSON.parse(entry + rest.map(({ text }) => text).join('')));
    }
    if (rows.length < PAGE) return entries;
  }
}

/** The archive's history, oldest first. */
async function archiveOf({ db }: Yard['hub'], site: string): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for (let after = 0; ; ) {
    const { results } = await db
      .prepare(
        'SELECT version, entry, parts FROM history WHERE site = ? AND version > ? ORDER BY version LIMIT ?',
      )
      .bind(site, after, PAGE)
      .all<{ version: number; entry: string; parts: number }>();
    for (const { version, entry, parts } of results) {
      after = version;
      const whole: LogEntry = JSON.parse(entry);
      entries.push(parts === 0 ? whole : { ...whole, cars: await carsOf(db, site, version) });
    }
    if (results.length < PAGE) return entries;
  }
}

async function carsOf(db: Yard['hub']['db'], site: string, version: number): Promise<CarDiff[]> {
  const { results } = await db
    .prepare('SELECT cars FROM history_parts WHERE site = ? AND version = ? ORDER BY part')
    .bind(site, version)
    .all<{ cars: string }>();
  return results.flatMap(({ cars }): CarDiff[] => JSON.parse(cars));
}
