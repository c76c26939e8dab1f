import type { DocumentsMerged } from '../../../worker/protocol/documents.ts';
import { type LocalBook, written } from './local-book.ts';

/**
 * Gives back what was overwritten unseen, beside what overwrote it, as a document of its own. Its key is made of the
 * overwritten version: each device that hears of the conflict makes the same one, and none makes one twice.
 * @param isKept whether documents under this key are kept both; of others the newer is enough
 */
export function keptBoth(
  book: LocalBook,
  { conflicts }: DocumentsMerged,
  isKept: (key: string) => boolean,
): LocalBook {
  let kept = book;
  for (const conflict of conflicts) {
    if (!('value' in conflict) || !isKept(conflict.key)) continue;
    const copy = `${rootOf(conflict.key)}.${conflict.version}`;
    // Somebody has made it already, or has deleted it since.
    if (!kept.documents.has(copy)) kept = written(kept, copy, conflict.value);
  }
  return kept;
}

/** The key of a copy is not longer for being one of a copy. */
function rootOf(key: string): string {
  return key.split('.').slice(0, 2).join('.');
}
