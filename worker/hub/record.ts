import type { CarRecord, Write } from '../engine/state.ts';
import { type Car, GROUPS } from '../protocol/car.ts';

/** A car and its writes as stored: most groups share their last write, so each write stands once. */
interface Packed {
  car: Car;
  writes: [version: number, device: string, by: string, at: number][];
  /** Index into `writes`, in the order of `GROUPS`. */
  groups: number[];
}

export function packRecord({ car, writes }: CarRecord): string {
  const distinct = [...new Set(Object.values(writes))];
  const packed: Packed = {
    car,
    writes: distinct.map(({ version, device, by, at }) => [version, device, by, at]),
    groups: GROUPS.map((group) => distinct.indexOf(writes[group])),
  };
  return JSON.stringify(packed);
}

export function unpackRecord(text: string): CarRecord {
  const packed: Packed = JSON.parse(text);
  const writes = packed.writes.map(([version, device, by, at]): Write => ({ version, device, by, at }));
  const byGroup = GROUPS.map((group, i) => [group, writes[packed.groups[i] ?? 0]]);
  return { car: packed.car, writes: Object.fromEntries(byGroup) };
}
