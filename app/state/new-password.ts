import { PASSWORD_CHARS_MIN } from '../../worker/protocol/limits.ts';
import { t } from '../messages/translate.ts';

/** What can be said of a password before the hub has seen it; null where nothing is wrong. */
export function newPasswordProblem(password: string): string | null {
  if (password === '') return t('setup.missing');
  return password.length < PASSWORD_CHARS_MIN ? t('setup.short', { count: PASSWORD_CHARS_MIN }) : null;
}
