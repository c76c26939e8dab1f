import { PASSWORD_CHARS_MIN } from '../../worker/protocol/limits.ts';
import { t } from '../messages/translate.ts';
import { oneOf } from './route.ts';

/** What a newcomer is asked for. */
export interface JoinForm {
  name: string;
  email: string;
  password: string;
}

export type JoinProblems = { readonly [F in keyof JoinForm]?: string | undefined };

const FIELDS = ['name', 'email', 'password'] as const satisfies readonly (keyof JoinForm)[];

/** @param name whom the invitation is for; they may be called otherwise */
export function emptyJoin(name: string): JoinForm {
  return { name, email: '', password: '' };
}

/** What is missing or cannot be right, by field. */
export function joinProblems(form: JoinForm): JoinProblems {
  const problems: { [F in keyof JoinForm]?: string } = {};
  for (const field of FIELDS) if (form[field].trim() === '') problems[field] = t('setup.missing');
  if (!problems.email && !/^[^\s@]+@[^\s@]+$/.test(form.email.trim())) problems.email = t('setup.noEmail');
  if (!problems.password && form.password.length < PASSWORD_CHARS_MIN) {
    problems.password = t('setup.short', { count: PASSWORD_CHARS_MIN });
  }
  return problems;
}

/** The field of the form that a field of the body comes from. */
export function joinFieldOf(field: string): keyof JoinForm | null {
  return oneOf(FIELDS, field) ?? null;
}
