import { t } from '../messages/translate.ts';
import type { Check, Found } from './history-check.ts';

/** The verdict in a sentence; empty while there is none. `when` says when something was, in the site's own time. */
export function verdictWords(check: Check, when: (atMs: number) => string): string {
  switch (check.is) {
    case 'idle':
      return '';
    case 'running':
      return t('verify.running');
    case 'intact': {
      const { checked: count, at } = check;
      return count === 0 || at === null ? t('verify.nothing') : t('verify.intact', { count, time: when(at) });
    }
    case 'altered':
      return foundWords(check.found, when);
    case 'stopped':
      return t('verify.stopped', { why: t(`error.${check.problem}`) });
    default:
      return check satisfies never;
  }
}

/** How far it has got: "12,400 of 18,000 entries checked". */
export function progressWords({ checked, total }: { checked: number; total: number | null }): string {
  return total === null ? t('verify.asking') : t('verify.progress', { checked, count: total });
}

function foundWords(
  { version, reason, since = version, entry }: Found,
  when: (atMs: number) => string,
): string {
  const named = entry
    ? t('verify.entry', { version, time: when(entry.at), name: entry.name || t('person.unknown') })
    : t('verify.entryAlone', { version });
  switch (reason) {
    case 'altered':
    case 'parts':
      return t('verify.altered', { entry: named });
    case 'missing':
      return since === version
        ? t('verify.missingOne', { version })
        : t('verify.missing', { since, version });
    case 'ahead':
      return t('verify.ahead', { entry: named });
    case 'index':
    case 'cars':
      return t('verify.misfiled', { entry: named });
    default:
      return reason satisfies never;
  }
}
