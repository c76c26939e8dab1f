import { type Device, packKept, type Standing, unpackKept } from '../engine/device.ts';
import { partsOf } from './long-text.ts';

type Row = {
  id: string;
  seq: number;
  seen: number;
  heard_at: number;
  kept: string;
  parts: number;
  standing: string | null;
};

const PUT = `INSERT OR REPLACE INTO device (id, seq, seen, heard_at, kept, parts, standing)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

/** The devices of a hub in its SQLite: a row each, written with every push and where one has come as another. */
export class DeviceStore {
  readonly #sql: SqlStorage;
  /** Devices whose kept outcomes take more than their row. */
  readonly #inParts = new Set<string>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  put(device: Device): void {
    const { id, seq, seen, heardAt, standing } = device;
    const [first, ...rest] = partsOf(packKept(device));
    const values = [id, seq, seen, heardAt, first, rest.length, standing && JSON.stringify(standing)];
    this.#sql.exec(PUT, ...values);
    this.#deleteParts(id);
    for (const [i, text] of rest.entries()) {
      this.#sql.exec('INSERT INTO device_part VALUES (?, ?, ?)', id, i, text);
      this.#inParts.add(id);
    }
  }

  delete(id: string): void {
    this.#sql.exec('DELETE FROM device WHERE id = ?', id);
    this.#deleteParts(id);
  }

  *load(): Iterable<Device> {
    this.#inParts.clear();
    for (const row of this.#sql.exec<Row>('SELECT * FROM device')) {
      const { id, seq, seen, heard_at: heardAt, parts } = row;
      if (parts > 0) this.#inParts.add(id);
      const kept = unpackKept(parts === 0 ? row.kept : row.kept + this.#rest(id), seq);
      const standing: Standing | null = row.standing === null ? null : JSON.parse(row.standing);
      yield { id, seq, seen, heardAt, kept, standing, written: { heardAt, standing } };
    }
  }

  #rest(id: string): string {
    const query = 'SELECT text FROM device_part WHERE id = ? ORDER BY part';
    return [...this.#sql.exec<{ text: string }>(query, id)].map(({ text }) => text).join('');
  }

  #deleteParts(id: string): void {
    if (this.#inParts.delete(id)) this.#sql.exec('DELETE FROM device_part WHERE id = ?', id);
  }
}
