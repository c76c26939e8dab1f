import { type Signal, signal } from '@preact/signals';
import type { ImportResult } from '../../worker/protocol/api.ts';
import type { ImportMode } from '../../worker/protocol/edit.ts';
import { CSV_BODY_BYTES_MAX, CSV_ROWS_MAX } from '../../worker/protocol/limits.ts';
import { t } from '../messages/translate.ts';
import type { RosterApi } from './roster-api.ts';
import { rosterText } from './roster-text.ts';

/** An import that touches more rows than this is confirmed by holding. */
export const HOLD_ROWS = 10;

/** A roster the person has brought. */
export interface Roster {
  /** Name of the file, or what stands for one. */
  name: string;
  csv: string;
}

export type ImportStep =
  | { step: 'choose'; busy: boolean; problem: string | null }
  | {
      step: 'check';
      roster: Roster;
      mode: ImportMode;
      result: ImportResult;
      busy: boolean;
      problem: string | null;
    }
  | { step: 'done'; result: ImportResult };

const START: ImportStep & { step: 'choose' } = { step: 'choose', busy: false, problem: null };

/** Choose, look at what it would do, apply. Nothing changes before the last. */
export class ImportFlow {
  readonly at: Signal<ImportStep> = signal(START);
  readonly #api: RosterApi;
  readonly #site: string;

  constructor(api: RosterApi, site: string) {
    this.#api = api;
    this.#site = site;
  }

  async file(name: string, bytes: Uint8Array): Promise<void> {
    if (bytes.length > CSV_BODY_BYTES_MAX) return this.#refuse(tooBig());
    await this.check({ name, csv: rosterText(bytes) }, 'merge');
  }

  /** Asks the hub what the roster would do. */
  async check(roster: Roster, mode: ImportMode): Promise<void> {
    if (roster.csv.trim() === '') return this.#refuse(t('import.empty'));
    const before = this.at.value;
    this.at.value =
      before.step === 'check' ? { ...before, mode, busy: true, problem: null } : { ...START, busy: true };
    const reply = await this.#api.importRoster(this.#site, roster.csv, { mode, dryRun: true });
    if (reply.ok) {
      this.at.value = { step: 'check', roster, mode, result: reply.value, busy: false, problem: null };
      return;
    }
    const problem = t('import.failed', { why: t(`error.${reply.code}`) });
    this.at.value = before.step === 'check' ? { ...before, busy: false, problem } : { ...START, problem };
  }

  /** Does what has been looked at; what changed on the board since then is left as it is. */
  async apply(): Promise<void> {
    const { value } = this.at;
    if (value.step !== 'check' || value.busy) return;
    this.at.value = { ...value, busy: true, problem: null };
    const { roster, mode, result } = value;
    const reply = await this.#api.importRoster(this.#site, roster.csv, {
      mode,
      dryRun: false,
      base: result.base,
    });
    if (reply.ok) this.at.value = { step: 'done', result: reply.value };
    else this.at.value = { ...value, busy: false, problem: t(`error.${reply.code}`) };
  }

  restart(): void {
    this.at.value = START;
  }

  #refuse(problem: string): void {
    this.at.value = { ...START, problem };
  }
}

/** Rows an import would change on the board. */
export function rowsTouched({ counts }: ImportResult): number {
  return counts.new + counts.changed + counts.removed;
}

function tooBig(): string {
  const size = new Intl.NumberFormat('en', { style: 'unit', unit: 'megabyte' }).format(
    CSV_BODY_BYTES_MAX / 2 ** 20,
  );
  return t('import.tooBig', { size, rows: CSV_ROWS_MAX });
}
