import { type Family, jsonFrom, overHttp, type Refused } from './row.ts';
import { LONE, NO_OBJECT, NO_TEXT, NO_UTF8, STRAY, UNCLEAN } from './values.ts';
import type { Yard } from './yard.ts';

const NAME = '__Host-yardboard-device';

/** Texts that are no six digits. */
const NO_CODE = [
  ...['', ' ', '41729', '4172930', '417 293', '417-293', '-41729', '+41729', '41729.', '4.1729', '0x4172'],
  ...['41729a', 'abcdef', '417293\u0000', '417293\n', '４１７２９３', '٤١٧٢٩٣', '41729½', '%%%%%%', '______'],
  ...["4' OR 1", '******', 'null', '1e5', '🚚🚚🚚'],
];

/** Texts that name no device of the site. */
const NO_DEVICE = ['nobody', '%', '_______', 'd*', "d1' OR '1'='1", '__proto__', 'D1', 'x'.repeat(200), '🚚'];

/** Of devices of the site, and of browsers that would be one. */
export function deviceFamilies({ hub, site, other, tablet }: Yard): Family[] {
  const { origin } = hub;
  const devices = `/api/sites/${site.id}/devices`;
  const cars = `/api/sites/${site.id}/cars`;
  const live = `/api/sites/${site.id}/live`;
  const by = (cookie: string): Record<string, string> => ({ Cookie: cookie, Origin: origin });
  const lead = by(site.lead.cookie);
  const nobody = { Origin: origin };
  const json = jsonFrom(lead);
  const claim = (what: string, body: string | Uint8Array, code = 'invalid') =>
    json(what, code, 'POST', '/api/enrolments/claim', body, nobody);
  const enrol = (what: string, body: string, code = 'invalid') => json(what, code, 'POST', devices, body);
  const rename = (what: string, body: string, code = 'invalid') =>
    json(what, code, 'PATCH', `${devices}/${tablet.id}`, body);
  const handshake = (what: string, code: string, headers: Record<string, string>): Refused => ({
    what,
    how: 'at the handshake',
    with: code,
    input: { over: 'handshake', path: live, headers },
  });
  const isJson = (text: string | Uint8Array): boolean => {
    try {
      JSON.parse(String(text));
      return true;
    } catch {
      return false;
    }
  };
  const names = [
    ...UNCLEAN.map(([what, text]): [string, string] => [what, JSON.stringify(text)]),
    ...LONE,
    ...NO_TEXT,
    ...[['nothing', '""'] as const, ['61 characters', `"${'x'.repeat(61)}"`] as const],
  ];
  const cookie = tablet.cookie.slice(NAME.length + 1);
  const [secret = '', payload = '', mac = ''] = cookie.split('.');
  const person = site.worker.cookie.slice(site.worker.cookie.indexOf('=') + 1);
  const promoted = Buffer.from(
    Buffer.from(payload, 'base64url').toString().replace('"viewer"', '"admin"'),
  ).toString('base64url');
  const spoiled: [what: string, cookie: string][] = [
    ['empty', `${NAME}=`],
    ['garbage', `${NAME}=garbage`],
    ['the secret alone', `${NAME}=${secret}`],
    ['no signature', `${NAME}=${secret}.${payload}`],
    ['a signature cut short', `${NAME}=${secret}.${payload}.${mac.slice(0, -2)}`],
    ['something behind it', `${tablet.cookie}.x`],
    ['another role in the hint', `${NAME}=${secret}.${promoted}.${mac}`],
    ['a secret of nobody', `${NAME}=${'A'.repeat(43)}.${payload}.${mac}`],
    ['twice', `${tablet.cookie}; ${tablet.cookie}`],
    ['another name', tablet.cookie.replace(NAME, '__Host-device')],
    ['as a person’s', tablet.cookie.replace(NAME, '__Host-yardboard')],
    ['a person’s as a device’s', `${NAME}=${person}`],
    ['a person’s hint behind its secret', `${NAME}=${secret}.${person.split('.').slice(1).join('.')}`],
  ];

  return [
    {
      name: 'bodies of devices and enrolments that are no JSON',
      rows: [
        ...NO_OBJECT.flatMap(([what, body]) => {
          const code = isJson(body) ? 'invalid' : 'bad-json';
          return [
            claim(what, body, code),
            json(what, code, 'POST', devices, body),
            json(what, code, 'PATCH', `${devices}/${tablet.id}`, body),
          ];
        }),
        ...NO_UTF8.map(([what, bytes]) => claim(what, bytes, 'bad-json')),
        ...['text/plain', 'application/x-www-form-urlencoded'].map((type) =>
          overHttp(type, 'unsupported-media-type', 'POST', devices, { ...lead, 'Content-Type': type }, '{}'),
        ),
        claim('64 KiB', ' '.repeat(64 * 1024 + 1), 'too-large'),
      ],
    },
    {
      name: 'claims with no enrolment’s secret',
      rows: [
        ...NO_TEXT.map(([what, value]) => claim(what, `{"secret":${value}}`)),
        ...STRAY.map(([what, pair]) => claim(what, `{"secret":"x",${pair}}`)),
        claim('none', '{}'),
        claim('201 characters', `{"secret":"${'x'.repeat(201)}"}`),
        ...['', 'x', 'A'.repeat(43), secret.slice(1), `${secret} `, secret.toUpperCase(), `${secret}\\u0000`]
          .concat([site.worker.cookie.split('=')[1]?.split('.')[0] ?? '', "' OR '1'='1", '417293'])
          .map((text) => claim(`“${text.slice(0, 9)}”`, `{"secret":"${text}"}`, 'not-found')),
      ],
    },
    {
      name: 'devices that are enrolled, or renamed, wrongly',
      rows: [
        ...NO_CODE.map((code) => enrol(`the digits “${code}”`, JSON.stringify({ code, name: 'Dock' }))),
        ...NO_TEXT.map(([what, value]) => enrol(`digits: ${what}`, `{"code":${value},"name":"Dock"}`)),
        enrol('digits that no device shows', '{"code":"000000","name":"Dock"}', 'unknown-code'),
        enrol('no digits', '{"name":"Dock"}'),
        enrol('no name', '{"code":"000000"}'),
        ...names.map(([what, value]) => enrol(`a name: ${what}`, `{"code":"000000","name":${value}}`)),
        ...STRAY.map(([what, pair]) => enrol(what, `{"code":"000000","name":"Dock",${pair}}`)),
        enrol('an owner', `{"code":"000000","name":"Dock","owner":"${site.worker.id}"}`),
        enrol('a kind', '{"code":"000000","name":"Dock","kind":"person"}'),
        ...names.map(([what, value]) => rename(what, `{"name":${value}}`)),
        ...STRAY.map(([what, pair]) => rename(what, `{"name":"Dock",${pair}}`)),
        rename('the name of somebody', `{"name":"${site.worker.name}"}`),
        rename('the name of somebody in capitals', `{"name":"${site.lead.name.toUpperCase()}"}`),
        ...[...NO_DEVICE, site.worker.id, site.lead.id].flatMap((id) => {
          const path = `${devices}/${encodeURIComponent(id)}`;
          return [
            json(id, 'not-found', 'PATCH', path, '{"name":"Dock"}'),
            overHttp(id, 'not-found', 'DELETE', path, lead),
          ];
        }),
        ...[site.viewer, site.worker].flatMap(({ role, cookie }) => [
          overHttp(`as a ${role}`, 'forbidden', 'GET', devices, by(cookie)),
          json(`as a ${role}`, 'forbidden', 'POST', devices, '{"code":"000000","name":"Dock"}', by(cookie)),
          json(`as a ${role}`, 'forbidden', 'PATCH', `${devices}/${tablet.id}`, '{"name":"D"}', by(cookie)),
          overHttp(`as a ${role}`, 'forbidden', 'DELETE', `${devices}/${tablet.id}`, by(cookie)),
        ]),
        ...[
          overHttp(
            'as another site’s',
            'not-found',
            'DELETE',
            `${devices}/${tablet.id}`,
            by(other.admin.cookie),
          ),
          overHttp('as nobody', 'unauthenticated', 'DELETE', `${devices}/${tablet.id}`, nobody),
          overHttp('as itself', 'forbidden', 'DELETE', `${devices}/${tablet.id}`, by(tablet.cookie)),
          overHttp('another’s origin', 'bad-origin', 'POST', '/api/enrolments', {
            Origin: 'https://a.example',
          }),
        ],
      ],
    },
    {
      name: 'cookies of devices that are none',
      rows: spoiled.flatMap(([what, cookie]): Refused[] => [
        handshake(what, '401', { Origin: origin, Cookie: cookie }),
        overHttp(what, 'unauthenticated', 'GET', cars, { Cookie: cookie }),
        overHttp(what, 'unauthenticated', 'GET', '/api/me', { Cookie: cookie }),
      ]),
    },
    {
      name: 'what a device would do by itself',
      rows: [
        json('a change', 'forbidden', 'PATCH', `${cars}/100`, '{"late":true}', by(tablet.cookie)),
        json('a new car', 'forbidden', 'POST', cars, '{"id":"777"}', by(tablet.cookie)),
        overHttp('a removal', 'forbidden', 'DELETE', `${cars}/100`, by(tablet.cookie)),
        overHttp('an export', 'forbidden', 'GET', `${cars}.csv`, by(tablet.cookie)),
        overHttp('the people', 'forbidden', 'GET', `/api/sites/${site.id}/people`, by(tablet.cookie)),
        overHttp('documents', 'forbidden', 'GET', '/api/sync', by(tablet.cookie)),
        overHttp('sessions', 'forbidden', 'GET', '/api/sessions', by(tablet.cookie)),
        overHttp('its own sign-out everywhere', 'forbidden', 'DELETE', '/api/sessions', by(tablet.cookie)),
        handshake('another origin', '403', { Cookie: tablet.cookie, Origin: 'https://elsewhere.example' }),
        handshake('no origin', '403', { Cookie: tablet.cookie }),
      ],
    },
  ];
}
