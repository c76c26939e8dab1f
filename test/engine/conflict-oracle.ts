import {
  type Car,
  type CarFields,
  type Field,
  GROUP_FIELDS,
  GROUPS,
  type Group,
} from '../../worker/protocol/car.ts';
import type { Edit } from '../../worker/protocol/edit.ts';
import type { LogEntry } from '../../worker/protocol/history.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import { hasRole, type Role } from '../../worker/protocol/site.ts';
import { LOCATIONS } from './random-intent.ts';

interface Written {
  version: number;
  device: string;
}

/**
 * What the answer to a `set` must be, worked out from nothing but the log: who wrote which field of which car last,
 * and for notes everybody since they were last rewritten.
 */
export class ConflictOracle {
  readonly #written = new Map<string, Written[]>();
  readonly #lastSeq = new Map<string, number>();

  /** What was written before anybody here: a hub that begins from the archive. */
  begin(cars: Iterable<Car>): void {
    for (const { id, version } of cars) {
      for (const group of GROUPS) this.#written.set(`${id} ${group}`, [{ version, device: '' }]);
    }
  }

  learn({ version, device, seq, type, cars }: LogEntry): void {
    if (seq <= (this.#lastSeq.get(device) ?? 0)) throw new Error(`E3: ${device} ${seq} out of order`);
    this.#lastSeq.set(device, seq);
    for (const { id, before, after } of cars) {
      for (const group of GROUPS) {
        if (before && !GROUP_FIELDS[group].some((field) => field in after)) continue;
        const key = `${id} ${group}`;
        const joined = type === 'note' ? (this.#written.get(key) ?? []) : [];
        this.#written.set(key, [...joined, { version, device }]);
      }
    }
  }

  /** Why an outcome is wrong, or null where it is right. `car` and `hub` are as they were before the edit. */
  fault(
    edit: Edit & { type: 'set' },
    author: { device: string; role: Role },
    outcome: Outcome,
    car: Car | undefined,
    hubVersion: number,
  ): string | null {
    const { fields, base } = edit;
    const told = outcome.outcome === 'rejected' ? outcome.code : outcome.outcome;
    const must = (expected: string) => (told === expected ? null : `${told} and not ${expected}`);
    const least = fields.notes === undefined ? 'worker' : 'lead';
    if (!hasRole(author.role, least)) return must('forbidden');
    if (base > hubVersion) return must('base-from-future');
    if (fields.location !== undefined && !LOCATIONS.includes(fields.location))
      return must('unknown-location');
    if (!car) return must('unknown-car');
    const conflicts = outcome.outcome === 'conflict' ? outcome.conflicts.map(({ group }) => group) : [];
    if (car.removed) return must('conflict') ?? (conflicts.join() === 'life' ? null : `over ${conflicts}`);

    let applied = false;
    for (const group of changedGroups(car, fields)) {
      const written = this.#written.get(`${car.id} ${group}`) ?? [];
      const others = written.filter(({ device }) => device !== author.device);
      const unseen = others.some(({ version }) => version > base);
      const isConflict = conflicts.includes(group);
      if (unseen && !isConflict) return `passed over an unseen write of ${group}`;
      if (isConflict && others.length === 0) return `a conflict over ${group} with nobody`;
      // A note that joined an unseen one may count as unseen a little longer than it was.
      if (isConflict && !unseen && group !== 'notes') return `a conflict over ${group}, which had been seen`;
      applied ||= !isConflict;
    }
    if (conflicts.length > 0) {
      return applied === 'version' in outcome ? null : 'a conflict that does not say what was applied';
    }
    return must(applied ? 'applied' : 'unchanged');
  }
}

function changedGroups(car: Car, fields: Partial<CarFields>): Group[] {
  const after = { ...car, ...fields };
  if (fields.empty) after.arrived = true;
  else if (fields.arrived === false) after.empty = false;
  const isChanged = (field: Field) => after[field] !== car[field];
  return GROUPS.filter((group) =>
    GROUP_FIELDS[group].some(
      (field) => field !== 'removed' && field !== 'arrivedAt' && field !== 'emptiedAt' && isChanged(field),
    ),
  );
}
