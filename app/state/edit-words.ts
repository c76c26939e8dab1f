import type { Intent } from '../../worker/protocol/edit.ts';
import { t } from '../messages/translate.ts';
import { carWords, fieldWords } from './field-words.ts';

/** What a person did, in a line: "128414 arrived". */
export function editWords(intent: Intent): string {
  switch (intent.type) {
    case 'set':
      return carWords(intent.car, fieldWords(intent.fields));
    case 'note':
      return carWords(intent.car, [t('did.noted')]);
    case 'add':
      return carWords(intent.car, [t('did.added')]);
    case 'remove':
      return carWords(intent.car, [t('did.removed')]);
    case 'restore':
      return carWords(intent.car, [t('did.restored')]);
    case 'import':
      return t('did.imported', { count: intent.rows.length });
    case 'undo':
      return t('did.undone');
    case 'settle':
      return t('did.settled');
    default:
      return intent satisfies never;
  }
}
