import {
  CSV_BODY_BYTES_MAX,
  CSV_ROWS_MAX,
  JSON_BODY_BYTES_MAX,
  SYNC_BODY_BYTES_MAX,
} from '../../worker/protocol/limits.ts';
import { PASSWORD } from '../support/site.ts';
import { EDIT_FAULTS, objectOf } from './edit-faults.ts';
import { type Family, JSON_TYPE, jsonFrom, overHttp, type Refused } from './row.ts';
import { LONE, NO_CAR, NO_FLAG, NO_OBJECT, NO_TEXT, NO_UTF8, NO_WHOLE, STRAY, UNCLEAN } from './values.ts';
import type { Yard } from './yard.ts';

const CSV_TYPE = { 'Content-Type': 'text/csv' };
const SYNC = { device: '"device-1234"', epoch: 'null', version: '0', edits: '[]' };
const SITE = { name: '"North"', timeZone: '"UTC"' };
const ADMIN = { name: '"Ada"', email: '"ada@example.com"', password: '"a long password"' };

/** Texts for a parameter of a query that are no number. */
const NO_NUMBER = [
  '',
  ' ',
  '-1',
  '1.5',
  '1e3',
  '0x10',
  '+1',
  'NaN',
  'Infinity',
  'null',
  '1 OR 1=1',
  '1;DROP TABLE history',
  '1 ORDER BY at',
  '1\u0000',
  '١',
  '9999999999999999',
];

/** What is sent over HTTP by somebody who is signed in and may do what they seem to want. */
export function httpFamilies({ hub, site, other }: Yard): Family[] {
  const { origin, setupToken } = hub;
  const base = `/api/sites/${site.id}`;
  const by = (cookie: string): Record<string, string> => ({ Cookie: cookie, Origin: origin });
  const lead = by(site.lead.cookie);
  const nobody = { Origin: origin };
  const json = jsonFrom(lead);
  const get = (what: string, code: string, path: string): Refused => overHttp(what, code, 'GET', path, lead);
  /** The routes that take JSON, and who may call them. */
  const takers: [method: string, path: string, who: Record<string, string>][] = [
    ['POST', `${base}/cars`, lead],
    ['PATCH', `${base}/cars/100`, lead],
    ['POST', `${base}/sync`, lead],
    ['POST', '/api/auth/login', nobody],
    ['POST', '/api/setup', nobody],
    ['POST', `${base}/walls`, lead],
    ['POST', '/api/auth/display', nobody],
  ];
  const isJson = (text: string | Uint8Array): boolean => {
    try {
      JSON.parse(String(text));
      return true;
    } catch {
      return false;
    }
  };
  const patch = (what: string, body: string, code = 'invalid') =>
    json(what, code, 'PATCH', `${base}/cars/100`, body);
  const add = (what: string, body: string, code = 'invalid') =>
    json(what, code, 'POST', `${base}/cars`, body);
  const quoted = (list: readonly [string, string][]): [string, string][] =>
    list.map(([what, text]) => [what, JSON.stringify(text)]);

  return [
    {
      name: 'bodies that are no JSON',
      rows: takers.flatMap(([method, path, who]) => [
        ...NO_OBJECT.map(([what, body]) =>
          json(what, isJson(body) ? 'invalid' : 'bad-json', method, path, body, who),
        ),
        ...NO_UTF8.map(([what, bytes]) => json(what, 'bad-json', method, path, bytes, who)),
      ]),
    },
    {
      name: 'bodies of another type',
      rows: takers.flatMap(([method, path, who]) => [
        ...[
          'text/plain',
          'text/html',
          'application/x-www-form-urlencoded',
          'multipart/form-data; boundary=x',
          'application/xml',
          'application/jsonp',
          'text/json',
          'application/json-patch+json',
          'text/plain; application/json',
          'application/javascript',
        ].map((type) =>
          overHttp(type, 'unsupported-media-type', method, path, { ...who, 'Content-Type': type }, '{}'),
        ),
        ...['gzip', 'br', 'identity', 'deflate, gzip'].map((coding) =>
          overHttp(
            `coded as ${coding}`,
            'unsupported-media-type',
            method,
            path,
            { ...who, ...JSON_TYPE, 'Content-Encoding': coding },
            '{}',
          ),
        ),
      ]),
    },
    {
      name: 'bodies over their cap',
      rows: [
        patch('a byte more', `{"late":true}${' '.repeat(JSON_BODY_BYTES_MAX)}`, 'too-large'),
        add('a text without an end', `{"id":"${'1'.repeat(JSON_BODY_BYTES_MAX)}`, 'too-large'),
        json('a byte more', 'too-large', 'POST', `${base}/sync`, ' '.repeat(SYNC_BODY_BYTES_MAX + 1)),
        json(
          'a token without an end',
          'too-large',
          'POST',
          '/api/setup',
          'x'.repeat(JSON_BODY_BYTES_MAX + 1),
          nobody,
        ),
        json(
          'a password of 64 KiB',
          'too-large',
          'POST',
          '/api/auth/login',
          'y'.repeat(JSON_BODY_BYTES_MAX + 1),
          nobody,
        ),
        overHttp(
          'a byte more',
          'too-large',
          'POST',
          `${base}/cars/import`,
          { ...lead, ...CSV_TYPE },
          'x'.repeat(CSV_BODY_BYTES_MAX + 1),
        ),
        overHttp(
          '20 MB',
          'too-large',
          'POST',
          `${base}/cars/import`,
          // Said and not sent: on what is answered before its end the connection breaks, sometimes under the answer.
          { ...lead, ...CSV_TYPE, 'Content-Length': '20000000' },
          'x',
        ),
        overHttp(
          'a row more',
          'too-large',
          'POST',
          `${base}/cars/import`,
          { ...lead, ...CSV_TYPE },
          `id\n${Array.from({ length: CSV_ROWS_MAX + 1 }, (_, i) => i + 1_000).join('\n')}`,
        ),
        json(
          'a note of 1 MB',
          'invalid',
          'POST',
          `${base}/sync`,
          objectOf({ ...SYNC, edits: `[{"type":"note","text":"${'x'.repeat(1_000_000)}"}]` }),
        ),
        json(
          '10,000 edits',
          'invalid',
          'POST',
          `${base}/sync`,
          objectOf({ ...SYNC, edits: `[${'1,'.repeat(9_999)}1]` }),
        ),
      ],
    },
    {
      name: 'fields that are none',
      rows: [
        ...STRAY.map(([what, pair]) => patch(what, `{"late":true,${pair}}`)),
        ...STRAY.map(([what, pair]) => add(what, `{"id":"777",${pair}}`)),
        ...(['arrived', 'late', 'empty'] as const).flatMap((flag) =>
          NO_FLAG.map(([what, value]) => patch(`${flag}: ${what}`, `{"${flag}":${value}}`)),
        ),
        ...[...quoted(UNCLEAN), ...LONE, ...NO_TEXT].flatMap(([what, value]) => [
          patch(`location: ${what}`, `{"location":${value}}`),
          patch(`notes: ${what}`, `{"notes":${value}}`),
        ]),
        ...[
          'YARD',
          'yard',
          'Nowhere',
          "Yard'--",
          '%',
          'Y_rd',
          '=1+1',
          '<b>Yard</b>',
          '__proto__',
          'toString',
          '1O0',
        ].map((location) => patch(`at ${location}`, JSON.stringify({ location }), 'unknown-location')),
        ...['Nowhere', '%', '=cmd()', 'constructor'].map((location) =>
          add(`at ${location}`, JSON.stringify({ id: '777', location }), 'unknown-location'),
        ),
        patch('nothing to set', '{}'),
        patch('empty and not arrived', '{"empty":true,"arrived":false}'),
        patch('notes over their cap', JSON.stringify({ notes: 'x'.repeat(2_001) })),
        add('a car that is there', '{"id":"100"}', 'car-exists'),
        add('another site’s car, without a number', '{}'),
      ],
    },
    {
      name: 'car numbers that are none',
      rows: [
        ...NO_CAR.map(([what, id]) => add(what, JSON.stringify({ id }))),
        ...NO_TEXT.map(([what, value]) => add(what, `{"id":${value}}`)),
        ...NO_CAR.filter(([, id]) => id !== '.' && id !== '..').flatMap(([what, id]) => [
          get(what, 'unknown-car', `${base}/cars/${encodeURIComponent(id)}`),
          overHttp(what, 'unknown-car', 'DELETE', `${base}/cars/${encodeURIComponent(id)}`, lead),
        ]),
        ...['toString', 'constructor', 'hasOwnProperty', 'valueOf', '900', '300'].flatMap((id) => [
          get('of nobody', 'unknown-car', `${base}/cars/${id}`),
          overHttp('of nobody', 'unknown-car', 'DELETE', `${base}/cars/${id}`, lead),
        ]),
        ...['%', '%2', '%zz', '%c0%af', '%ff'].map((id) =>
          get('half an escape', 'not-found', `${base}/cars/${id}`),
        ),
      ],
    },
    {
      name: 'queries that ask for something else',
      rows: [
        ...['from', 'to', 'before', 'limit'].flatMap((name) =>
          NO_NUMBER.map((value) =>
            get(name, 'invalid', `${base}/history?${name}=${encodeURIComponent(value)}`),
          ),
        ),
        ...NO_CAR.map(([what, id]) => get(what, 'invalid', `${base}/history?car=${encodeURIComponent(id)}`)),
        ...["p1' OR '1'='1", '%', '', 'p1,p2', '../p1', '<b>', 'x'.repeat(33), 'p1\u0000'].map((person) =>
          get('a person', 'invalid', `${base}/history?person=${encodeURIComponent(person)}`),
        ),
        ...[
          'order=at',
          'sort=at;DROP',
          'site=site-2',
          'role=admin',
          'q=%25',
          '__proto__=1',
          'constructor=1',
          'car[]=1',
        ].map((query) => get('a parameter of nobody', 'invalid', `${base}/history?${query}`)),
        ...['car=100&car=200', 'limit=1&limit=500', 'before=1&before=9'].map((query) =>
          get('a parameter twice', 'invalid', `${base}/audit?${query}`),
        ),
        get('a page of none', 'invalid', `${base}/history?limit=0`),
        get('a page too long', 'invalid', `${base}/history?limit=501`),
        ...NO_NUMBER.map((value) =>
          get('since', 'invalid', `${base}/changes?since=${encodeURIComponent(value)}`),
        ),
        ...['', 'a', "e' OR 1=1", '%%%%'].map((value) =>
          get('an epoch', 'invalid', `${base}/changes?epoch=${encodeURIComponent(value)}`),
        ),
        ...NO_NUMBER.map((value) =>
          get('before', 'invalid', `${base}/history/verify?before=${encodeURIComponent(value)}&expect=x`),
        ),
        get('half of a place', 'invalid', `${base}/history/verify?before=5`),
        get('the other half', 'invalid', `${base}/history/verify?expect=${'a'.repeat(43)}`),
        ...[
          'dryRun=yes',
          'dryRun=',
          'dryRun=TRUE',
          'mode=append',
          'mode=',
          'base=-1',
          'base=x',
          'force=true',
        ].map((query) =>
          overHttp(
            'a roster',
            'invalid',
            'POST',
            `${base}/cars/import?${query}`,
            { ...lead, ...CSV_TYPE },
            'id\n100',
          ),
        ),
      ],
    },
    {
      name: 'conditions that are none',
      rows: [
        ...[
          '1',
          '"1',
          '1"',
          '""',
          '"-1"',
          '"1.5"',
          '"a"',
          'W/"1"',
          '"1", "2"',
          '"9999999999999999"',
          '"1 OR 1=1"',
        ].map((value) =>
          overHttp(`If-Match: ${value}`, 'bad-request', 'DELETE', `${base}/cars/100`, {
            ...lead,
            'If-Match': value,
          }),
        ),
        overHttp('another version', 'car-changed', 'DELETE', `${base}/cars/100`, {
          ...lead,
          'If-Match': '"999"',
        }),
        ...[
          'short',
          'x'.repeat(65),
          'has a space',
          '../../etc',
          "key' OR 1=1",
          '"key-in-quotes"',
          'key%00key',
        ].map((value) =>
          overHttp('a key', 'bad-request', 'DELETE', `${base}/cars/200`, {
            ...lead,
            'Idempotency-Key': value,
          }),
        ),
        overHttp(
          'a roster with a version',
          'bad-request',
          'POST',
          `${base}/cars/import`,
          { ...lead, ...CSV_TYPE, 'If-Match': '"1"' },
          'id\n100',
        ),
      ],
    },
    {
      name: 'exchanges that are none',
      rows: [
        ...EDIT_FAULTS.map(([what, edit]) =>
          json(what, 'invalid', 'POST', `${base}/sync`, objectOf({ ...SYNC, edits: `[${edit}]` })),
        ),
        ...NO_WHOLE.flatMap(([what, value]) => [
          json(`version: ${what}`, 'invalid', 'POST', `${base}/sync`, objectOf({ ...SYNC, version: value })),
          json(`seen: ${what}`, 'invalid', 'POST', `${base}/sync`, objectOf({ ...SYNC, seen: value })),
        ]),
        // A version of its own is what an exchange has.
        ...STRAY.filter(([what]) => what !== 'a version').map(([what, pair]) =>
          json(what, 'invalid', 'POST', `${base}/sync`, `${objectOf(SYNC).slice(0, -1)},${pair}}`),
        ),
        ...['', 'short', 'x'.repeat(65), "d' OR '1'='1", '../../etc'].map((device) =>
          json(
            'a device',
            'invalid',
            'POST',
            `${base}/sync`,
            objectOf({ ...SYNC, device: JSON.stringify(device) }),
          ),
        ),
      ],
    },
    {
      name: 'methods and paths of nobody',
      rows: [
        ...['PUT', 'OPTIONS', 'PROPFIND', 'MKCOL'].flatMap((method) => [
          overHttp(method, 'method-not-allowed', method, `${base}/cars/100`, lead),
          overHttp(method, 'method-not-allowed', method, '/api/me', lead),
          overHttp(method, 'method-not-allowed', method, '/api/auth/login', nobody),
        ]),
        ...['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'].map((header) =>
          overHttp('a method in a header', 'method-not-allowed', 'POST', `${base}/cars/100`, {
            ...lead,
            [header]: 'DELETE',
          }),
        ),
        ...[
          'hub',
          'live',
          'admin',
          'debug',
          'internal',
          'test',
          'sql',
          'env',
          '__proto__',
          'constructor',
          'toString',
          'auth/passwords',
          'v1/health',
          'HEALTH',
          'health%00',
          'sites%2fnorth',
        ].map((path) => get('a path', 'not-found', `/api/${path}`)),
        ...['live/x', 'hub', 'sql', 'cars/100/x', 'cars/', 'CARS', 'history/', 'export', '__proto__'].map(
          (path) => get('a path of the site', 'not-found', `${base}/${path}`),
        ),
        ...[
          '.env',
          '.dev.vars',
          '.gitignore',
          'wrangler.json',
          'wrangler.jsonc',
          'package.json',
          'index.js',
          'worker/index.ts',
          'migrations/0001_directory.sql',
          '_headers.txt',
          'assets/nothing.js',
          'sw.js.map',
          'assets/index.js.map',
          'yardboard.sqlite',
          '..%2f..%2fpackage.json',
        ].map((path) => get('a file', 'not-found', `/${path}`)),
      ],
    },
    {
      name: 'sites that are not one’s own',
      rows: [
        other.id,
        'nowhere',
        site.id.toUpperCase(),
        `${site.id}%00`,
        `${site.id}%20`,
        `%20${site.id}`,
        `${site.id}'--`,
        "' OR '1'='1",
        '%25',
        '*',
        '__proto__',
        'constructor',
        'toString',
        '..%2fsite-1',
        'site_1',
        'х'.repeat(3),
        'x'.repeat(2_000),
      ].flatMap((id) => [
        get(id.slice(0, 20), 'not-found', `/api/sites/${id}/cars`),
        get(id.slice(0, 20), 'not-found', `/api/sites/${id}/history`),
        json(id.slice(0, 20), 'not-found', 'PATCH', `/api/sites/${id}/cars/100`, '{"late":true}'),
        json(id.slice(0, 20), 'not-found', 'POST', `/api/sites/${id}/sync`, objectOf(SYNC)),
      ]),
    },
    {
      name: 'rosters that are none',
      rows: [
        ...(
          [
            ['nothing', '', 'bad-csv'],
            ['spaces', ' \n ', 'bad-csv'],
            ['no headings', '100,Yard', 'bad-csv'],
            ['no cars', 'location,notes\nYard,x', 'bad-csv'],
            ['JSON', '{"id":"100"}', 'bad-csv'],
            ['markup', '<table><tr><td>id</td></tr></table>', 'bad-csv'],
            ['NULs', '\u0000\u0000\u0000', 'bad-csv'],
            ['a workbook', 'PK\u0003\u0004xl/workbook.xml', 'bad-csv'],
          ] as const
        ).map(([what, body, code]) =>
          overHttp(what, code, 'POST', `${base}/cars/import`, { ...lead, ...CSV_TYPE }, body),
        ),
        ...NO_UTF8.map(([what, bytes]) =>
          overHttp(what, 'bad-csv', 'POST', `${base}/cars/import`, { ...lead, ...CSV_TYPE }, bytes),
        ),
        ...NO_CAR.filter(([, id]) => !/[\n"]/.test(id)).map(([what, id]) =>
          roster(what, 'bad-car', `id\n"${id}"`),
        ),
        ...UNCLEAN.flatMap(([what, text]) => [
          roster(what, 'bad-location', `id,location\n777,"${text}"`),
          roster(what, 'bad-notes', `id,notes\n777,"${text}"`),
        ]),
        ...["Yard'--", '%', '=1+1', '@SUM(A1)', '<b>', 'Nowhere', '__proto__'].map((text) =>
          roster(text, 'unknown-location', `id,location\n777,${text}`),
        ),
        ...['maybe', '=1', '<b>', '2', "true'--", 'yes no'].map((text) =>
          roster(text, 'bad-flag', `id,late\n777,${text}`),
        ),
        ...['here', '=1+1', 'arrived;late', '<b>', "empty'--"].map((text) =>
          roster(text, 'bad-status', `id,status\n777,"${text}"`),
        ),
        roster('a quote that does not end', 'broken-quotes', 'id,notes\n777,"never'),
        roster('a cell too many', 'broken-quotes', 'id,notes\n777,a,b'),
        roster('no number', 'no-car', 'id,notes\n,a'),
        roster('empty and expected', 'contradicts', 'id,status,empty\n777,Expected,yes'),
        roster('notes over their cap', 'bad-notes', `id,notes\n777,${'x'.repeat(2_001)}`),
      ],
    },
    {
      name: 'sign-ins and set-ups that are none',
      rows: [
        ...[
          ...NO_TEXT,
          ['nothing', '""'],
          ['no at', '"someone"'],
          ['two', '"a@b@c"'],
          ['a space', '"a b@c"'],
          ['255 characters', `"${'a'.repeat(250)}@b.cd"`] as [string, string],
        ].map(([what, value]) =>
          json(
            `email: ${what}`,
            'invalid',
            'POST',
            '/api/auth/login',
            `{"email":${value},"password":"x"}`,
            nobody,
          ),
        ),
        ...[...NO_TEXT, ['129 characters', `"${'x'.repeat(129)}"`] as [string, string]].map(([what, value]) =>
          json(
            `password: ${what}`,
            'invalid',
            'POST',
            '/api/auth/login',
            `{"email":"a@b.c","password":${value}}`,
            nobody,
          ),
        ),
        ...STRAY.map(([what, pair]) =>
          json(
            what,
            'invalid',
            'POST',
            '/api/auth/login',
            `{"email":"a@b.c","password":"x",${pair}}`,
            nobody,
          ),
        ),
        ...["a@b.c' OR '1'='1", '%@%', '_@example.com', '"@b.c', 'a@b.c;--', 'a+b@c', '__proto__@c'].map(
          (email) =>
            json(
              email,
              /\s/.test(email) ? 'invalid' : 'wrong-credentials',
              'POST',
              '/api/auth/login',
              JSON.stringify({ email, password: PASSWORD }),
              nobody,
            ),
        ),
        ...['', ' ', `${PASSWORD} `, PASSWORD.toUpperCase(), `${PASSWORD}\u0000`, "' OR '1'='1"].map(
          (password) =>
            json(
              'the wrong password',
              'wrong-credentials',
              'POST',
              '/api/auth/login',
              JSON.stringify({ email: site.viewer.email, password }),
              nobody,
            ),
        ),
        ...[
          '',
          'x',
          'undefined',
          'null',
          setupToken.toUpperCase(),
          `${setupToken} `,
          setupToken.slice(0, -1),
          `${setupToken}\u0000`,
        ].map((token) =>
          setup(`the token “${token.slice(0, 9)}”`, { token: JSON.stringify(token) }, 'forbidden'),
        ),
        ...NO_TEXT.map(([what, token]) => setup(`a token that is ${what}`, { token })),
        setup('again', {}, 'setup-done'),
        ...[...quoted(UNCLEAN), ...NO_TEXT].flatMap(([what, value]) => [
          setup(`a site’s name: ${what}`, { site: objectOf({ ...SITE, name: value }) }),
          setup(`a person’s name: ${what}`, { admin: objectOf({ ...ADMIN, name: value }) }),
        ]),
        ...['', 'Mars/Base', '../UTC', '%', 'UTC\u0000', 'x'.repeat(65), "UTC'--"].map((zone) =>
          setup(`the time zone “${zone.slice(0, 9)}”`, {
            site: objectOf({ ...SITE, timeZone: JSON.stringify(zone) }),
          }),
        ),
        ...['null', '[]', '[""]', '["a","A"]', '["a\\u202e"]', '{}', '[1]'].map((locations) =>
          setup(`locations: ${locations}`, { site: objectOf({ ...SITE, locations }) }),
        ),
        ...[
          '""',
          '"1234567"',
          'null',
          '12345678',
          '"12345678\\u0000"',
          '"12345678\\ud800"',
          `"${'x'.repeat(129)}"`,
        ].map((password) =>
          setup(`a password: ${password.slice(0, 9)}`, { admin: objectOf({ ...ADMIN, password }) }),
        ),
        ...STRAY.map(([what, pair]) => setup(what, { admin: `${objectOf(ADMIN).slice(0, -1)},${pair}}` })),
      ],
    },
  ];

  /** A roster with one row, which is bad: it is answered, and nothing is imported. */
  function roster(what: string, reason: string, body: string): Refused {
    return overHttp(what, reason, 'POST', `${base}/cars/import`, { ...lead, ...CSV_TYPE }, body);
  }

  function setup(what: string, parts: Record<string, string>, code = 'invalid'): Refused {
    const body = objectOf({
      token: JSON.stringify(setupToken),
      site: objectOf(SITE),
      admin: objectOf(ADMIN),
      ...parts,
    });
    return json(what, code, 'POST', '/api/setup', body, nobody);
  }
}
