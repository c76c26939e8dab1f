import { type Family, JSON_TYPE, overHttp, type Refused } from './row.ts';
import type { Yard } from './yard.ts';

const DEVICE = '__Host-yardboard-device';

/** What is no PIN. */
const NO_PIN: [what: string, value: string][] = [
  ['null', 'null'],
  ['a number', '7295'],
  ['a list of it', '["7295"]'],
  ['an object', '{"$ne":""}'],
  ['true', 'true'],
  ['nothing', '""'],
  ['three digits', '"729"'],
  ['seven digits', '"7295123"'],
  ['letters', '"72a5"'],
  ['a sign', '"-729"'],
  ['a point', '"72.5"'],
  ['spaces about it', '" 7295 "'],
  ['a line break behind it', '"7295\\n"'],
  ['a NUL behind it', '"7295\\u0000"'],
  ['wide digits', '"７２９５"'],
  ['Arabic digits', '"٧٢٩٥"'],
  ['SQL', `"' OR 1=1--"`],
  ['an exponent', '"1e10"'],
  ['a thousand digits', `"${'7'.repeat(1_000)}"`],
];

/** PINs that nobody may choose. */
const EASY = ['0000', '1212', '1234', '9876', '2580', '1990', '112211', '123123', '654321', '729927'];

/** Who is nobody with a PIN on this device, whatever they are elsewhere. */
const NOBODY = ['p0000000', '__proto__', 'constructor', 'toString', '-', '_'];
const NO_PERSON = [
  '""',
  'null',
  '7',
  '["p1"]',
  '"a b"',
  '"../x"',
  '"p1\\u0000"',
  `"${'p'.repeat(33)}"`,
  '"%"',
];

/** PINs, and devices that are none. */
export function pinFamilies({ hub, site, other, tablet, pin }: Yard): Family[] {
  const { origin } = hub;
  const worker = site.worker.id;
  const row = (
    what: string,
    code: string,
    path: string,
    cookie: string,
    body?: string,
    { method = 'POST', from = origin } = {},
  ): Refused =>
    overHttp(
      what,
      code,
      method,
      path,
      {
        ...(from !== '' && { Origin: from }),
        ...(cookie !== '' && { Cookie: cookie }),
        ...(body !== undefined && JSON_TYPE),
      },
      body,
    );
  const enter = (what: string, code: string, body: string, cookie = tablet.cookie) =>
    row(what, code, '/api/auth/pin', cookie, body);
  const later = (what: string, code: string, body: string, cookie = tablet.cookie) =>
    row(what, code, '/api/auth/pin/offline', cookie, body);
  const change = (what: string, code: string, body: string, cookie = site.worker.cookie) =>
    row(what, code, '/api/auth/pin/change', cookie, body);
  const right = JSON.stringify({ person: worker, pin });
  const grant = 'g'.repeat(43);

  const value = tablet.cookie.slice(DEVICE.length + 1);
  const [secret = '', payload = '', mac = ''] = value.split('.');
  const person = site.worker.cookie.slice('__Host-yardboard='.length);
  const spoiled: [what: string, cookie: string][] = [
    ['no cookie', ''],
    ['a person’s cookie alone', site.worker.cookie],
    ['a person’s cookie in its place', `${DEVICE}=${person}`],
    ['an empty cookie', `${DEVICE}=`],
    ['garbage', `${DEVICE}=garbage`],
    ['the secret alone', `${DEVICE}=${secret}`],
    ['no signature', `${DEVICE}=${secret}.${payload}`],
    ['a signature cut short', `${DEVICE}=${secret}.${payload}.${mac.slice(0, -2)}`],
    ['another secret', `${DEVICE}=${'A'.repeat(43)}.${payload}.${mac}`],
    ['twice', `${tablet.cookie}; ${tablet.cookie}`],
    ['in the place of a person’s', `__Host-yardboard=${value}`],
    ['a weaker prefix', tablet.cookie.replace('__Host-', '__Secure-')],
  ];

  return [
    {
      name: 'a right PIN on a device that is none',
      rows: spoiled.flatMap(([what, cookie]) => [
        enter(what, 'not-enrolled', right, cookie),
        later(what, 'not-enrolled', JSON.stringify({ person: worker, grant }), cookie),
      ]),
    },
    {
      name: 'a right PIN from another origin, or none',
      rows: ['', 'null', 'https://elsewhere.example', `${origin}.evil.example`].map((from) =>
        row(from, 'bad-origin', '/api/auth/pin', tablet.cookie, right, { from }),
      ),
    },
    {
      name: 'PINs that are none',
      rows: [
        ...NO_PIN.flatMap(([what, text]) => [
          enter(what, 'invalid', `{"person":"${worker}","pin":${text}}`),
          enter(
            `${what} as the new one`,
            'invalid',
            `{"person":"${worker}","pin":"${pin}","newPin":${text}}`,
          ),
          change(what, 'invalid', `{"pin":${text},"current":"${pin}"}`),
          change(`${what} as the present one`, 'invalid', `{"pin":"83061","current":${text}}`),
        ]),
        enter('no PIN', 'invalid', `{"person":"${worker}"}`),
        enter(
          'the same as the new one',
          'invalid',
          `{"person":"${worker}","pin":"${pin}","newPin":"${pin}"}`,
        ),
        enter('a role', 'invalid', `{"person":"${worker}","pin":"${pin}","role":"admin"}`),
        enter('a device', 'invalid', `{"person":"${worker}","pin":"${pin}","device":"${tablet.id}"}`),
        enter('a list', 'invalid', `[${right}]`),
        change('the same', 'invalid', `{"pin":"${pin}","current":"${pin}"}`),
        change('no proof', 'invalid', '{"pin":"83061"}'),
        change('two proofs', 'invalid', `{"pin":"83061","current":"${pin}","password":"x"}`),
        change('somebody else', 'invalid', `{"pin":"83061","current":"${pin}","person":"${site.lead.id}"}`),
      ],
    },
    {
      name: 'PINs that are easy',
      rows: EASY.flatMap((easy) => [
        enter(easy, 'invalid', `{"person":"${worker}","pin":"${pin}","newPin":"${easy}"}`),
        change(easy, 'invalid', `{"pin":"${easy}","current":"${pin}"}`),
        row(easy, 'invalid', '/api/invitations/accept', '', `{"token":"t","name":"N","pin":"${easy}"}`),
      ]),
    },
    {
      name: 'people who have no PIN there',
      rows: [
        ...NOBODY.map((id) => enter(id, 'not-found', JSON.stringify({ person: id, pin }))),
        ...NO_PERSON.map((id) => enter(id, 'invalid', `{"person":${id},"pin":"${pin}"}`)),
        enter('somebody of another site', 'not-found', JSON.stringify({ person: other.worker.id, pin })),
        enter('somebody without one', 'not-found', JSON.stringify({ person: site.viewer.id, pin })),
        enter('the device', 'not-found', JSON.stringify({ person: tablet.id, pin })),
        later('somebody of another site', 'not-found', JSON.stringify({ person: other.worker.id, grant })),
      ],
    },
    {
      name: 'PINs and grants that are wrong',
      rows: [
        enter('one off', 'wrong-pin', `{"person":"${worker}","pin":"7296"}`),
        enter('one digit more', 'wrong-pin', `{"person":"${worker}","pin":"${pin}0"}`),
        enter(
          'a wrong one with a new one',
          'wrong-pin',
          `{"person":"${worker}","pin":"7297","newPin":"83061"}`,
        ),
        change('a wrong one', 'wrong-pin', '{"pin":"83061","current":"7296"}'),
        change('a wrong password', 'wrong-credentials', '{"pin":"83061","password":"wrong"}'),
        change(
          'a PIN of who has none',
          'wrong-pin',
          `{"pin":"83061","current":"${pin}"}`,
          site.viewer.cookie,
        ),
        ...['', 'x', grant, tablet.secret, `${'g'.repeat(42)}'`, '%'].map((text) =>
          later(text, 'wrong-pin', JSON.stringify({ person: worker, grant: text })),
        ),
        later('no grant', 'invalid', `{"person":"${worker}"}`),
        later(
          'a grant without an end',
          'invalid',
          JSON.stringify({ person: worker, grant: 'g'.repeat(201) }),
        ),
      ],
    },
    {
      name: 'what is not for them to do about PINs',
      rows: [
        change('nobody', 'unauthenticated', '{"pin":"83061","current":"7295"}', ''),
        change('a device', 'forbidden', '{"pin":"83061","current":"7295"}', tablet.cookie),
        row('nobody', 'unauthenticated', '/api/device/people', '', undefined, { method: 'GET' }),
        row('a browser that is none', 'not-enrolled', '/api/device/people', site.lead.cookie, undefined, {
          method: 'GET',
        }),
        ...(
          [
            ['POST', 'pin'],
            ['DELETE', 'pin/lock'],
          ] as const
        ).flatMap(([method, path]) => {
          const of = (id: string) => `/api/sites/${site.id}/people/${id}/${path}`;
          return [
            row('a device', 'forbidden', of(worker), tablet.cookie, undefined, { method }),
            row('a worker', 'forbidden', of(site.viewer.id), site.worker.cookie, undefined, { method }),
            row('a lead of an administrator', 'forbidden', of(site.admin.id), site.lead.cookie, undefined, {
              method,
            }),
            row('somebody of another site', 'not-found', of(other.worker.id), site.lead.cookie, undefined, {
              method,
            }),
            row('another site’s lead', 'not-found', of(worker), other.lead.cookie, undefined, { method }),
            row('a lead of a device', 'not-found', of(tablet.id), site.lead.cookie, undefined, { method }),
          ];
        }),
      ],
    },
  ];
}
