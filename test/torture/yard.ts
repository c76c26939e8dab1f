import { check } from '../checker/check.ts';
import { type Hub, startHub } from '../support/hub.ts';
import { isSettled, viewOnce } from '../support/node-client.ts';
import { addPerson, makeSite, type TestSite } from '../support/site.ts';
import { startWire } from '../support/wire.ts';
import { Device } from './device.ts';
import { finalState } from './final-state.ts';
import { Witness } from './witness.ts';

export interface YardOptions {
  devices: number;
  cars?: number;
  commitMs?: () => number;
  /** How often every frame of a device goes and comes, by its number. */
  times?: (device: number) => number;
}

/** A hub under torture: a site with cars, and people who each have a device on a wire of its own. */
export interface Yard extends AsyncDisposable {
  readonly hub: Hub;
  readonly site: TestSite;
  readonly cars: readonly string[];
  readonly devices: readonly Device[];
  readonly witness: Witness;
  /**
   * Heals everything, waits until nothing is on its way, and has the checker judge, the archive as well unless told
   * otherwise. Violations; none where all is well.
   */
  judge(withArchive?: boolean): Promise<string[]>;
  /** The archive has all the hub has; rejects where it does not come to that in time. */
  archived(limitMs?: number): Promise<void>;
}

/** Within it a queue has to be empty once all has healed, and the archive complete. */
const DRAIN_MS = 60_000;
const POLL_MS = 50;

export async function openYard({
  devices: count,
  cars: size = 200,
  commitMs,
  times,
}: YardOptions): Promise<Yard> {
  const hub = await startHub();
  const site = await makeSite(hub);
  const witness = new Witness();
  const cars = Array.from({ length: size }, (_, i) => String(100_000 + i));
  const csv = ['id,location', ...cars.map((car) => `${car},Yard`)].join('\n');
  const answer = await site.lead.request('POST', 'cars/import', csv);
  if (!answer.ok) throw new Error(`import: ${answer.status} ${await answer.text()}`);

  const devices: Device[] = [];
  while (devices.length < count) {
    const number = devices.length;
    const role = number % 4 === 3 ? 'worker' : 'lead';
    const person = await addPerson(hub, site.id, { role, name: `Person ${number}` });
    const wire = await startWire(hub.origin);
    const more = { ...(commitMs && { commitMs }), ...(times && { times: times(number) }) };
    devices.push(new Device({ name: `d${number}`, site: site.id, person, wire, witness, ...more }));
  }
  await Promise.all(devices.map((device) => device.switchOn()));
  await Promise.all(devices.map(({ client }) => viewOnce(client, isSettled, DRAIN_MS)));

  const archived = async (limitMs = DRAIN_MS): Promise<void> => {
    const ends = performance.now() + limitMs;
    for (;;) {
      const [log] = await hub.sql<{ n: number }>(site.id, 'SELECT max(version) AS n FROM log');
      const has = await hub.db
        .prepare('SELECT version FROM archive_sites WHERE site = ?')
        .bind(site.id)
        .first<number>('version')
        .catch(() => null);
      if (log && has !== null && has >= log.n) return;
      if (performance.now() > ends) throw new Error(`A1 the archive is at ${has}, the hub at ${log?.n}`);
      await new Promise((next) => setTimeout(next, POLL_MS));
    }
  };

  const judge = async (withArchive = true): Promise<string[]> => {
    const stuck: string[] = [];
    for (const device of devices) {
      device.wire.heal();
      if (!device.isOn) await device.switchOn();
      device.client.hint('online');
    }
    const settled = async (device: Device): Promise<void> => {
      await viewOnce(device.client, isSettled, DRAIN_MS).catch((error: Error) => {
        stuck.push(`R15 ${device.name} is stuck: ${error.message}`);
      });
    };
    await Promise.all(devices.map(settled));
    // Half of the people decide on what is open, the others leave it.
    for (const device of devices.filter((_, i) => i % 2 === 1)) await device.settleAll();
    await Promise.all(devices.map(settled));
    const version = Math.max(...devices.map(({ client }) => client.view.version));
    await Promise.all(
      devices.map(({ client }) =>
        viewOnce(client, (view) => view.version >= version, DRAIN_MS).catch(() => {}),
      ),
    );
    const late: string[] = [];
    if (withArchive) await archived().catch((error: Error) => late.push(error.message));
    const { archive, archiveBoard, ...final } = await finalState({ hub, site, devices });
    const judged = withArchive
      ? { ...final, ...(archive && { archive }), ...(archiveBoard && { archiveBoard }) }
      : final;
    return [...stuck, ...late, ...check(witness.lines, judged), ...strangers()];
  };

  /** Nobody has been taken for another. */
  const strangers = (): string[] =>
    devices.flatMap((device) =>
      device.takenFor
        .filter((id) => id !== device.person.id)
        .map((id) => `E4 ${device.name} of ${device.person.id} was taken for ${id}`),
    );

  const close = async (): Promise<void> => {
    for (const device of devices) if (device.isOn) await device.switchOff();
    await Promise.all(devices.map(({ wire }) => wire.stop()));
    await hub.stop();
  };
  return { hub, site, cars, devices, witness, judge, archived, [Symbol.asyncDispose]: close };
}
