import { mayEdit } from '../../worker/protocol/access.ts';
import { type Field, GROUP_OF } from '../../worker/protocol/car.ts';
import type { Edit, ImportRow, Intent } from '../../worker/protocol/edit.ts';
import type { CarDiff } from '../../worker/protocol/history.ts';
import type { Role } from '../../worker/protocol/site.ts';
import { fieldsOf } from './resolution.ts';

/**
 * The edit that takes back one the hub has not answered, from what it changed on the board. Null where there is none
 * that this role may make: then only the hub can undo it, once it has it.
 */
export function inverseOf(edit: Edit, cars: readonly CarDiff[] | undefined, role: Role): Intent | null {
  const intent = cars && invert(edit, cars);
  if (!intent) return null;
  const fields = intent.type === 'set' ? Object.keys(intent.fields).filter(isField) : [];
  return mayEdit(role, intent.type, fields) ? intent : null;
}

function invert(edit: Edit, cars: readonly CarDiff[]): Intent | null {
  const [diff] = cars;
  if (!diff) return null;
  switch (edit.type) {
    case 'set':
    case 'note':
      return diff.before && { type: 'set', car: diff.id, fields: fieldsOf(diff.before) };
    case 'add':
      return { type: 'remove', car: diff.id };
    case 'remove':
      return { type: 'restore', car: diff.id };
    case 'restore':
      return diff.before?.removed ? { type: 'remove', car: diff.id } : null;
    case 'import':
      return invertImport(cars);
    case 'undo':
    case 'settle':
      return null;
    default:
      return edit satisfies never;
  }
}

/** Only where it added and removed nothing: one edit cannot put both back. */
function invertImport(cars: readonly CarDiff[]): Intent | null {
  const rows: ImportRow[] = [];
  for (const { id, before } of cars) {
    if (!before || before.removed !== undefined) return null;
    rows.push({ car: id, fields: fieldsOf(before) });
  }
  return { type: 'import', rows, mode: 'merge' };
}

function isField(key: string): key is Field {
  return Object.hasOwn(GROUP_OF, key);
}
