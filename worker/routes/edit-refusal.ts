import type { EditDone } from '../ports.ts';
import { ERRORS, type ErrorCode, refuse } from '../protocol/errors.ts';
import { problem } from './problem.ts';

/** The value at fault, where the code alone says which. */
const FIELD_OF: { [C in ErrorCode]?: string } = {
  'unknown-location': 'location',
  'notes-full': 'notes',
};

/** The answer where an edit was not made, or not in full; null where it was. A 409 carries the car as it stands. */
export function refusalOfEdit({ outcome, car }: EditDone): Response | null {
  switch (outcome.outcome) {
    case 'applied':
    case 'unchanged':
      return null;
    case 'conflict': {
      const isRemoved = outcome.conflicts.some(({ group }) => group === 'life');
      const code = isRemoved ? 'car-removed' : 'conflict';
      return problem(refuse(code), { car, conflicts: outcome.conflicts });
    }
    case 'rejected': {
      const { code, detail } = outcome;
      const isConflict = ERRORS[code].status === 409;
      return problem(refuse(code, detail, FIELD_OF[code]), isConflict ? { car } : {});
    }
    default:
      return outcome satisfies never;
  }
}
