import { t } from '../../messages/translate.ts';
import type { ApiError } from '../../state/api.ts';

/** Why something has not come about. */
export function wordsOf(problem: ApiError): string {
  return t(problem === 'offline' ? 'tokens.noNetwork' : `error.${problem}`);
}
