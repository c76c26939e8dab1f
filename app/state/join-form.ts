import { PASSWORD_CHARS_MIN } from '../../worker/protocol/limits.ts';
import { t } from '../messages/translate.ts';
import { newPinProblem } from './new-pin.ts';
import { oneOf } from './route.ts';

/** What a newcomer is asked for. */
export interface JoinForm {
  name: string;
  email: string;
  password: string;
  pin: string;
}

/** What a newcomer signs in by from then on. */
export type JoinWay = 'pin' | 'password';

export type JoinProblems = { readonly [F in keyof JoinForm]?: string | undefined };

const FIELDS = ['name', 'email', 'password', 'pin'] as const satisfies readonly (keyof JoinForm)[];
/** What each way needs beside the name. */
const NEEDED = { pin: ['name', 'pin'], password: ['name', 'email', 'password'] } as const;

/** @param name whom the invitation is for; they may be called otherwise */
export function emptyJoin(name: string): JoinForm {
  return { name, email: '', password: '', pin: '' };
}

/** What is missing or cannot be right, by field. */
export function joinProblems(form: JoinForm, way: JoinWay): JoinProblems {
  const problems: { [F in keyof JoinForm]?: string } = {};
  for (const field of NEEDED[way]) if (form[field].trim() === '') problems[field] = t('setup.missing');
  if (way === 'pin') {
    const pin = newPinProblem(form.pin);
    if (pin !== null) problems.pin = pin;
    return problems;
  }
  if (!problems.email && !/^[^\s@]+@[^\s@]+$/.test(form.email.trim())) problems.email = t('setup.noEmail');
  if (!problems.password && form.password.length < PASSWORD_CHARS_MIN) {
    problems.password = t('setup.short', { count: PASSWORD_CHARS_MIN });
  }
  return problems;
}

/** What the hub is told of it. */
export function joinBody({ name, email, password, pin }: JoinForm, way: JoinWay) {
  return { name: name.trim(), ...(way === 'pin' ? { pin } : { email: email.trim(), password }) };
}

/** The field of the form that a field of the body comes from. */
export function joinFieldOf(field: string): keyof JoinForm | null {
  return oneOf(FIELDS, field) ?? null;
}
