import { createHmac } from 'node:crypto';
import { type Family, JSON_TYPE, overHttp, type Refused } from './row.ts';
import type { Yard } from './yard.ts';

const NAME = '__Host-yardboard';

/** Origins that look like ours and are not. */
function lookAlikes(own: string): [what: string, origin: string][] {
  const { port } = new URL(own);
  return [
    ['null', 'null'],
    ['another host', 'https://elsewhere.example'],
    ['a host that ends in ours', `http://evil-localhost:${port}`],
    ['a host below ours', `http://evil.localhost:${port}`],
    ['a host that begins with ours', `http://localhost.evil.example:${port}`],
    ['ours with more behind it', `${own}.evil.example`],
    ['ours as a user', `${own}@evil.example`],
    ['ours with a path', `${own}/`],
    ['ours with a question mark', `${own}?`],
    ['ours with a fragment', `${own}#`],
    ['ours in capitals', own.toUpperCase()],
    ['the other scheme', own.replace('http:', 'https:')],
    ['a scheme of sockets', own.replace('http:', 'ws:')],
    ['no scheme', own.replace('http://', '')],
    ['another port', `http://localhost:${Number(port) + 1}`],
    ['a port with a zero in front', `http://localhost:0${port}`],
    ['no port', 'http://localhost'],
    ['the same machine by number', `http://127.0.0.1:${port}`],
    ['the same machine in IPv6', `http://[::1]:${port}`],
    ['a dot behind the host', `http://localhost.:${port}`],
    ['ours twice', `${own}, ${own}`],
    ['ours and another', `${own} https://elsewhere.example`],
    ['a file', 'file://'],
    ['an extension', 'chrome-extension://abcdefghijklmnop'],
    ['data', 'data:text/html,x'],
  ];
}

/** Who is not who they say: origins and sessions, at the handshake and over HTTP. */
export function sessionFamilies({ hub, site, other }: Yard): Family[] {
  const { origin } = hub;
  const live = `/api/sites/${site.id}/live`;
  const cars = `/api/sites/${site.id}/cars`;
  const cookie = site.worker.cookie;
  const handshake = (what: string, code: string, headers: Record<string, string>, path = live): Refused => ({
    what,
    how: 'at the handshake',
    with: code,
    input: { over: 'handshake', path, headers },
  });

  const foreign = lookAlikes(origin).flatMap(([what, from]): Refused[] => [
    handshake(what, '403', { Cookie: cookie, Origin: from }),
    overHttp(
      what,
      'bad-origin',
      'PATCH',
      `${cars}/100`,
      { Cookie: cookie, Origin: from, ...JSON_TYPE },
      '{"late":true}',
    ),
    overHttp(what, 'bad-origin', 'DELETE', `${cars}/100`, { Cookie: site.lead.cookie, Origin: from }),
    overHttp(what, 'bad-origin', 'POST', '/api/auth/logout', { Cookie: cookie, Origin: from }),
    overHttp(
      what,
      'bad-origin',
      'POST',
      '/api/auth/login',
      { Origin: from, ...JSON_TYPE },
      JSON.stringify({ email: site.worker.email, password: 'x' }),
    ),
  ]);

  const secret = cookie.slice(NAME.length + 1).split('.')[0] ?? '';
  const [, payload = '', mac = ''] = cookie.slice(NAME.length + 1).split('.');
  const promoted = Buffer.from(
    Buffer.from(payload, 'base64url').toString().replace('"worker"', '"admin"'),
  ).toString('base64url');
  const signedWith = (key: string, text: string): string =>
    createHmac('sha256', key).update(`hint.v1.${secret}.${text}`).digest('base64url');
  const spoiled: [what: string, headers: Record<string, string>][] = [
    ['no cookie', {}],
    ['an empty cookie', { Cookie: `${NAME}=` }],
    ['garbage', { Cookie: `${NAME}=garbage` }],
    ['null', { Cookie: `${NAME}=null` }],
    ['dots', { Cookie: `${NAME}=..` }],
    ['the secret alone', { Cookie: `${NAME}=${secret}` }],
    ['the hint alone', { Cookie: `${NAME}=.${payload}.${mac}` }],
    ['no signature', { Cookie: `${NAME}=${secret}.${payload}` }],
    ['an empty signature', { Cookie: `${NAME}=${secret}.${payload}.` }],
    ['a signature cut short', { Cookie: `${NAME}=${secret}.${payload}.${mac.slice(0, -2)}` }],
    ['a signature with more', { Cookie: `${NAME}=${secret}.${payload}.${mac}AAAA` }],
    ['something behind it', { Cookie: `${cookie}.x` }],
    ['another role in the hint', { Cookie: `${NAME}=${secret}.${promoted}.${mac}` }],
    ['signed with no key', { Cookie: `${NAME}=${secret}.${payload}.${signedWith('', payload)}` }],
    ['signed with a guess', { Cookie: `${NAME}=${secret}.${promoted}.${signedWith('secret', promoted)}` }],
    ['a hint that is no JSON', { Cookie: `${NAME}=${secret}.e30.${mac}` }],
    [
      'the hint of another',
      { Cookie: `${NAME}=${secret}.${site.admin.cookie.split('.').slice(1).join('.')}` },
    ],
    ['the secret of another', { Cookie: `${site.admin.cookie.split('.')[0]}.${payload}.${mac}` }],
    ['a secret of nobody', { Cookie: `${NAME}=${'A'.repeat(43)}.${payload}.${mac}` }],
    ['in quotes', { Cookie: `${NAME}="${cookie.slice(NAME.length + 1)}"` }],
    ['twice', { Cookie: `${cookie}; ${cookie}` }],
    ['two people', { Cookie: `${cookie}; ${site.admin.cookie}` }],
    ['one good and one empty', { Cookie: `${cookie}; ${NAME}=` }],
    ['another name', { Cookie: cookie.replace(NAME, 'yardboard') }],
    ['a weaker prefix', { Cookie: cookie.replace('__Host-', '__Secure-') }],
    ['the name in capitals', { Cookie: cookie.replace(NAME, NAME.toUpperCase()) }],
    ['percent-encoded', { Cookie: `${NAME}=${secret}%2E${payload}%2E${mac}` }],
    ['as a bearer token', { Authorization: `Bearer ${cookie.slice(NAME.length + 1)}` }],
    ['the secret as a bearer token', { Authorization: `Bearer ${secret}` }],
    ['as a password', { Authorization: `Basic ${Buffer.from(`x:${secret}`).toString('base64')}` }],
    ['in a header of the hub’s', { 'x-yardboard-session': secret }],
  ];

  return [
    { name: 'origins that are not ours', rows: foreign },
    {
      name: 'no origin where there has to be one',
      rows: [
        handshake('no origin', '403', { Cookie: cookie }),
        handshake('an empty origin', '403', { Cookie: cookie, Origin: '' }),
        handshake('an origin in another header', '403', { Cookie: cookie, Referer: `${origin}/` }),
        overHttp(
          'a write with a cookie',
          'bad-origin',
          'PATCH',
          `${cars}/100`,
          { Cookie: cookie, ...JSON_TYPE },
          '{"late":true}',
        ),
        overHttp(
          'a form',
          'bad-origin',
          'POST',
          cars,
          { Cookie: cookie, 'Content-Type': 'text/plain' },
          '{"id":"777"}',
        ),
        overHttp('a sign-out', 'bad-origin', 'POST', '/api/auth/logout', { Cookie: cookie }),
      ],
    },
    {
      name: 'sessions that are none',
      rows: spoiled.flatMap(([what, headers]): Refused[] => [
        handshake(what, '401', { Origin: origin, ...headers }),
        overHttp(what, 'unauthenticated', 'GET', cars, headers),
        overHttp(what, 'unauthenticated', 'GET', '/api/me', headers),
        overHttp(
          what,
          'unauthenticated',
          'PATCH',
          `${cars}/100`,
          { Origin: origin, ...headers, ...JSON_TYPE },
          '{"late":true}',
        ),
      ]),
    },
    {
      name: 'a session in the address',
      rows: ['token', 'session', 'access_token', 'cookie', NAME].flatMap((name): Refused[] => {
        const query = `?${name}=${encodeURIComponent(cookie.slice(NAME.length + 1))}`;
        return [
          handshake(`as ${name}`, '401', { Origin: origin }, live + query),
          overHttp(`as ${name}`, 'unauthenticated', 'GET', cars + query, {}),
        ];
      }),
    },
    {
      name: 'handshakes that are none, or of another site',
      rows: [
        handshake('another site’s member', '404', { Origin: origin, Cookie: other.admin.cookie }),
        handshake('a site of nobody', '404', { Origin: origin, Cookie: cookie }, '/api/sites/nowhere/live'),
        handshake(
          'a site in capitals',
          '404',
          { Origin: origin, Cookie: cookie },
          live.replace('site-', 'SITE-'),
        ),
        handshake('another route', '400', { Origin: origin, Cookie: cookie, Upgrade: 'h2c' }),
        overHttp('a plain request', 'bad-request', 'GET', live, { Origin: origin, Cookie: cookie }),
      ],
    },
  ];
}
