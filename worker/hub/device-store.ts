import { type Device, packKept, unpackKept } from '../engine/device.ts';
import { partsOf } from './long-text.ts';

type Row = { id: string; seq: number; seen: number; heard_at: number; kept: string; parts: number };

/** The devices of a hub in its SQLite: a row each, written with every push. */
export class DeviceStore {
  readonly #sql: SqlStorage;
  /** Devices whose kept outcomes take more than their row. */
  readonly #inParts = new Set<string>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  put(device: Device): void {
    const { id, seq, seen, heardAt } = device;
    const [first, ...rest] = partsOf(packKept(device));
    const values = [id, seq, seen, heardAt, first, rest.length];
    this.#sql.exec('INSERT OR REPLACE INTO device VALUES (?, ?, ?, ?, ?, ?)', ...values);
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
    for (const { id, seq, seen, heard_at: heardAt, kept, parts } of this.#sql.exec<Row>(
      'SELECT * FROM device',
    )) {
      if (parts > 0) this.#inParts.add(id);
      yield { id, seq, seen, heardAt, kept: unpackKept(parts === 0 ? kept : kept + this.#rest(id), seq) };
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
