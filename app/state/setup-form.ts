import type { SetupBody } from '../../worker/protocol/bodies.ts';
import { PASSWORD_CHARS_MIN } from '../../worker/protocol/limits.ts';
import { DEFAULT_LOCATIONS, type Shift } from '../../worker/protocol/site.ts';
import { t } from '../messages/translate.ts';
import { shiftsOf } from './shift-form.ts';

/** What is asked for when a site is set up. */
export interface SetupForm {
  token: string;
  site: string;
  timeZone: string;
  /** One a line. */
  locations: string;
  name: string;
  email: string;
  password: string;
}

export type SetupProblems = { readonly [F in keyof SetupForm]?: string };

export function emptySetup(token: string, timeZone: string): SetupForm {
  return {
    token,
    site: '',
    timeZone,
    locations: DEFAULT_LOCATIONS.join('\n'),
    name: '',
    email: '',
    password: '',
  };
}

/** What is missing or cannot be right, by field. */
export function setupProblems(form: SetupForm): SetupProblems {
  const problems: { [F in keyof SetupForm]?: string } = {};
  for (const field of ['token', 'site', 'name', 'email', 'password', 'locations'] as const) {
    if (form[field].trim() === '') problems[field] = t('setup.missing');
  }
  if (!problems.email && !/^[^\s@]+@[^\s@]+$/.test(form.email.trim())) problems.email = t('setup.noEmail');
  if (!problems.password && form.password.length < PASSWORD_CHARS_MIN) {
    problems.password = t('setup.short', { count: PASSWORD_CHARS_MIN });
  }
  const names = locationsOf(form);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) problems.locations = t('setup.twice', { name: twice });
  return problems;
}

export function setupBodyOf(form: SetupForm, shifts: readonly Shift[]): SetupBody {
  return {
    token: form.token.trim(),
    site: {
      name: form.site.trim(),
      timeZone: form.timeZone,
      locations: locationsOf(form),
      shifts: shiftsOf(shifts),
    },
    admin: { name: form.name.trim(), email: form.email.trim(), password: form.password },
  };
}

function locationsOf({ locations }: SetupForm): string[] {
  return locations
    .split('\n')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** The field of the form that a path of the body comes from. */
export function setupFieldOf(path: string): keyof SetupForm | null {
  if (path.startsWith('site.locations')) return 'locations';
  switch (path) {
    case 'token':
      return 'token';
    case 'site.name':
      return 'site';
    case 'site.timeZone':
      return 'timeZone';
    case 'admin.name':
      return 'name';
    case 'admin.email':
      return 'email';
    case 'admin.password':
      return 'password';
    default:
      return null;
  }
}
