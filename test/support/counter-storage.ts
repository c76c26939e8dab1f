import type { CountStorage } from '../../worker/attempts/attempt-count.ts';

/** Storage of an object that counts attempts, as far as it is used. */
export class CounterStorage implements CountStorage {
  readonly rows = new Map<string, unknown>();
  writes = 0;
  alarmAt: number | null = null;

  readonly kv = {
    get: (key: string): unknown => this.rows.get(key),
    put: (key: string, value: unknown): void => {
      this.writes++;
      this.rows.set(key, structuredClone(value));
    },
  };

  async setAlarm(atMs: number): Promise<void> {
    this.alarmAt = atMs;
  }

  async deleteAlarm(): Promise<void> {
    this.alarmAt = null;
  }

  async deleteAll(): Promise<void> {
    this.rows.clear();
  }
}
