import { objectOf } from './edit-faults.ts';
import { type Family, JSON_TYPE, overHttp } from './row.ts';
import { LONE, NO_TEXT, STRAY, UNCLEAN } from './values.ts';
import type { Yard } from './yard.ts';

/** Texts that are no time of day. */
const NO_TIME = [
  ...['', ' ', '6:00', '06:0', '0600', '24:00', '06:60', '06:00:00', '-6:00', '06:00 ', '06:00\n'],
  ...['06.00', '6 am', '٠٦:٠٠', '06:00\u0000', "06:00'--", '__proto__', '１２:００', 'x'.repeat(1_000)],
];
const SHIFT = { name: '"Day"', start: '"06:00"', end: '"14:00"' };

/** Screens that are none, and shifts that no day has. */
export function wallFamilies({ hub, site, other }: Yard): Family[] {
  const { origin } = hub;
  const base = `/api/sites/${site.id}`;
  const as = (cookie?: string) => ({
    Origin: origin,
    ...JSON_TYPE,
    ...(cookie !== undefined && { Cookie: cookie }),
  });
  const make = (what: string, body: string, code = 'invalid', cookie = site.lead.cookie) =>
    overHttp(what, code, 'POST', `${base}/walls`, as(cookie), body);
  const start = (what: string, body: string, code = 'invalid', headers: Record<string, string> = as()) =>
    overHttp(what, code, 'POST', '/api/auth/display', headers, body);
  const shifts = (what: string, value: string) =>
    overHttp(what, 'invalid', 'PATCH', base, as(site.admin.cookie), `{"shifts":${value}}`);
  const shift = (what: string, parts: Record<string, string>) =>
    shifts(what, `[${objectOf({ ...SHIFT, ...parts })}]`);
  const quoted = (list: readonly [string, string][]): [string, string][] =>
    list.map(([what, text]) => [what, JSON.stringify(text)]);
  const secretOf = (cookie: string) => cookie.slice(cookie.indexOf('=') + 1).split('.')[0] ?? '';

  return [
    {
      name: 'walls that nobody hangs',
      rows: [
        ...[...NO_TEXT, ...LONE, ...quoted(UNCLEAN)].map(([what, name]) =>
          make(`a name: ${what}`, `{"name":${name}}`),
        ),
        ...['', ' ', 'x'.repeat(61), 'a\nb', 'LEE', 'ada', 'wes'].map((name) =>
          make(`the name “${name.slice(0, 9)}”`, JSON.stringify({ name })),
        ),
        ...STRAY.map(([what, pair]) => make(what, `{"name":"Dock",${pair}}`)),
        ...[site.worker, site.viewer].map(({ role, cookie }) =>
          make(`by a ${role}`, '{"name":"Dock"}', 'forbidden', cookie),
        ),
        make('by a lead of another site', '{"name":"Dock"}', 'not-found', other.lead.cookie),
      ],
    },
    {
      name: 'tokens that start no wall',
      rows: [
        ...NO_TEXT.map(([what, token]) => start(what, `{"token":${token}}`)),
        ...STRAY.map(([what, pair]) => start(what, `{"token":"x",${pair}}`)),
        start('201 characters', `{"token":"${'x'.repeat(201)}"}`),
        ...[
          ...['', ' ', 'x', 'x'.repeat(43), 'null', "' OR '1'='1", '%', '__proto__', 'x\u0000'],
          ...[secretOf(site.admin.cookie), secretOf(site.viewer.cookie), site.admin.id, hub.setupToken],
        ].map((token) => start(`“${token.slice(0, 9)}”`, JSON.stringify({ token }), 'not-found')),
        ...['https://elsewhere.example', 'null'].map((Origin) =>
          start(`from ${Origin}`, '{"token":"x"}', 'bad-origin', { ...as(), Origin }),
        ),
      ],
    },
    {
      name: 'shifts of no day',
      rows: [
        ...['null', '"Day"', '{}', '[null]', '[[]]', '["Day"]', '[1]'].map((value) =>
          shifts(`shifts: ${value}`, value),
        ),
        ...NO_TIME.flatMap((time) => [
          shift(`a start “${time.slice(0, 9)}”`, { start: JSON.stringify(time) }),
          shift(`an end “${time.slice(0, 9)}”`, { end: JSON.stringify(time) }),
        ]),
        ...NO_TEXT.flatMap(([what, value]) => [
          shift(`a start that is ${what}`, { start: value }),
          shift(`a name that is ${what}`, { name: value }),
        ]),
        ...quoted(UNCLEAN).map(([what, name]) => shift(`a name: ${what}`, { name })),
        ...['""', '" "', `"${'x'.repeat(31)}"`].map((name) =>
          shift(`the name ${name.slice(0, 9)}`, { name }),
        ),
        ...STRAY.map(([what, pair]) => shifts(what, `[${objectOf(SHIFT).slice(0, -1)},${pair}}]`)),
        shift('a shift of no length', { end: SHIFT.start }),
        shifts('a name twice', `[${objectOf(SHIFT)},${objectOf({ ...SHIFT, name: '"DAY"' })}]`),
        shifts(
          'nine of them',
          `[${Array.from({ length: 9 }, (_, i) => objectOf({ ...SHIFT, name: `"${i}"` })).join()}]`,
        ),
      ],
    },
  ];
}
