import type { LogEntry } from '../../worker/protocol/history.ts';

/** Where an edit took effect, by its id. */
export type Entries = ReadonlyMap<string, LogEntry>;

export function entriesOf(epochs: readonly LogEntry[][]): Entries {
  const entries = new Map<string, LogEntry>();
  for (const log of epochs) for (const entry of log) if (!entries.has(entry.id)) entries.set(entry.id, entry);
  return entries;
}

/** What is wrong with the logs by themselves: V1, V2, E2 and E3. */
export function logFaults(epochs: readonly LogEntry[][]): string[] {
  const faults: string[] = [];
  const ids = new Map<string, number>();
  let newest: number | null = null;
  for (const [epoch, log] of epochs.entries()) {
    const seqs = new Map<string, number>();
    for (const { version, id, device, seq } of log) {
      if (newest !== null && version <= newest)
        faults.push(`V1 version ${version} comes again after ${newest}`);
      else if (newest !== null && version !== newest + 1)
        faults.push(`V1 version ${version} follows ${newest}`);
      newest = version;

      const twice = ids.get(id);
      if (twice !== undefined) faults.push(`E2 ${id} took effect twice, as ${twice} and ${version}`);
      ids.set(id, version);

      const before = seqs.get(device) ?? 0;
      if (seq === before) faults.push(`E2 seq ${seq} of ${device} took effect twice in epoch ${epoch}`);
      if (seq < before) faults.push(`E3 seq ${seq} of ${device} came after ${before} in epoch ${epoch}`);
      seqs.set(device, seq);
    }
  }
  return faults;
}
