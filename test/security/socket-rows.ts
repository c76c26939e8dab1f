import { EDITS_PER_FRAME_MAX, FRAME_UP_BYTES_MAX } from '../../worker/protocol/limits.ts';
import { EDIT_FAULTS, objectOf } from './edit-faults.ts';
import type { Family, Refused } from './row.ts';
import { NO_CAR, NO_OBJECT, NO_TEXT, NO_UTF8, NO_WHOLE, STRAY } from './values.ts';
import type { Yard } from './yard.ts';

const HELLO = { type: '"hello"', protocol: '2', device: '"device-1234"', epoch: 'null', version: '0' };
const SEEN = { type: '"seen"', version: '0', seq: '0' };
const edit = (more: Record<string, unknown>, seq = 1): string =>
  JSON.stringify({ id: `edit-0000${seq}`, seq, base: 0, at: 0, ...more });
const push = (...edits: string[]): string => `{"type":"push","edits":[${edits.join()}]}`;

/** What is put on a socket that has said hello, unless it says otherwise. */
export function socketFamilies({ site }: Yard): Family[] {
  const as = site.worker.cookie;
  const row = (
    what: string,
    how: string,
    code: string,
    frames: (string | Uint8Array)[],
    { greets = true, by = as } = {},
  ): Refused => ({ what, how, with: code, input: { over: 'socket', frames, greets, as: by } });
  const bad = (what: string, frame: string): Refused => row(what, 'as a frame', 'bad-frame', [frame]);
  const parts = (
    message: Record<string, string>,
    key: string,
    values: readonly [string, string][],
    greets = true,
  ): Refused[] =>
    values.map(([what, json]) =>
      row(what, `as ${key} of ${message.type}`, 'bad-frame', [objectOf({ ...message, [key]: json })], {
        greets,
      }),
    );
  const texts = (list: readonly string[]): [string, string][] =>
    list.map((text) => [text.slice(0, 20) || 'nothing', JSON.stringify(text)]);

  return [
    {
      name: 'frames that are no messages',
      rows: [
        ...NO_OBJECT.flatMap(([what, text]) => (typeof text === 'string' ? [bad(what, text)] : [])),
        ...['PING', 'ping ', ' ping', 'ping\n', 'pong', 'pingping', '"ping"', '{"type":"ping"}'].map((text) =>
          bad('nearly the keep-alive', text),
        ),
        ...[
          '',
          'Push',
          'push ',
          'welcome',
          'changes',
          'outcomes',
          'notice',
          'people',
          'snapshot',
          'admin',
          '__proto__',
          'constructor',
          'toString',
          'hasOwnProperty',
          '*',
          "push' OR 1=1",
        ].map((type) => bad(`the type “${type}”`, JSON.stringify({ type }))),
        ...NO_TEXT.map(([what, json]) => bad(`a type that is ${what}`, `{"type":${json}}`)),
        bad('a type under another’s prototype', '{"__proto__":{"type":"push","edits":[]}}'),
        ...STRAY.map(([what, pair]) => bad(`${what} beside a push`, `{"type":"push","edits":[],${pair}}`)),
      ],
    },
    {
      name: 'frames that are not text, or too much of it',
      rows: [
        ...NO_UTF8.map(([what, bytes]) => row(what, 'in a binary frame', '4400', [bytes])),
        row('a push', 'in a binary frame', '4400', [new TextEncoder().encode(push())]),
        row('nothing', 'in a binary frame', '4400', [new Uint8Array(0)]),
        row('a byte over the cap', 'as a frame', '4413', ['x'.repeat(FRAME_UP_BYTES_MAX + 1)]),
        row('a byte over it in letters of two', 'as a frame', '4413', [
          'é'.repeat(FRAME_UP_BYTES_MAX / 2 + 1),
        ]),
        row('a byte over it in letters of three', 'as a frame', '4413', [
          '€'.repeat(FRAME_UP_BYTES_MAX / 3 + 1),
        ]),
        row('a note of 1 MB', 'as a frame', '4413', [
          push(edit({ type: 'note', car: '100', text: 'x'.repeat(1_000_000) })),
        ]),
        row('10,000 edits', 'as a frame', '4413', [
          push(...Array.from({ length: 10_000 }, (_, i) => edit({ type: 'undo', version: 1 }, i + 1))),
        ]),
      ],
    },
    {
      name: 'a hello that is none',
      rows: [
        ...parts(
          HELLO,
          'protocol',
          NO_WHOLE.filter(([what]) => !/minus|zero/.test(what)),
          false,
        ),
        ...[0, -1, 3, 99, 2_147_483_648].map((protocol) =>
          row(
            `protocol ${protocol}`,
            'in a hello',
            '4426',
            [objectOf({ ...HELLO, protocol: String(protocol) })],
            {
              greets: false,
            },
          ),
        ),
        ...parts(
          HELLO,
          'device',
          [
            ...texts([
              '',
              'short',
              'x'.repeat(65),
              '../../../etc/passwd',
              "d' OR '1'='1",
              'device 1234',
              'device\u00001234',
            ]),
            ...NO_TEXT,
          ],
          false,
        ),
        ...parts(
          HELLO,
          'epoch',
          [
            ...texts(['', 'e', 'x'.repeat(65), 'e/1234', 'epoch\u0000', '%%%%']),
            ...NO_TEXT.filter(([what]) => what !== 'null'),
          ],
          false,
        ),
        ...parts(HELLO, 'version', NO_WHOLE, false),
        ...parts(
          HELLO,
          'topics',
          [
            ['null', 'null'],
            ['a text', '"cars"'],
            ['an unknown one', '["all"]'],
            ['more than there are', '["cars","cars","cars","cars"]'],
          ],
          false,
        ),
        ...parts(HELLO, 'app', [...texts(['', ' 1', 'x'.repeat(33), '1\n2', '1\u202e2']), ...NO_TEXT], false),
        ...parts(
          HELLO,
          'holds',
          [
            ['null', 'null'],
            ['a number', '1'],
            ['without a person', '[{"edits":1}]'],
            ['a person who is no id', '[{"person":"../p1","edits":1}]'],
            ['fewer than none', '[{"person":"p1","edits":-1}]'],
            ['more than a device holds', '[{"person":"p1","edits":20001}]'],
            [
              'of 21 people',
              JSON.stringify(Array.from({ length: 21 }, (_, i) => ({ person: `p${i}`, edits: 1 }))),
            ],
          ],
          false,
        ),
        ...STRAY.filter(([what]) => what !== 'a version').map(([what, pair]) =>
          row(what, 'in a hello', 'bad-frame', [`${objectOf(HELLO).slice(0, -1)},${pair}}`], {
            greets: false,
          }),
        ),
      ],
    },
    {
      name: 'anything before hello',
      rows: [
        push(),
        push(edit({ type: 'set', car: '100', fields: { late: true } })),
        objectOf(SEEN),
        '{"type":"ack","version":0}',
        '{"type":"where","car":"100"}',
        '{"type":"attention","items":[]}',
      ].map((frame) => row(frame.slice(0, 40), 'before hello', '4400', [frame], { greets: false })),
    },
    {
      name: 'small talk that is none',
      rows: [
        ...parts(SEEN, 'version', NO_WHOLE),
        ...parts(SEEN, 'seq', NO_WHOLE),
        ...parts({ type: '"ack"', version: '0' }, 'version', NO_WHOLE),
        ...parts({ type: '"where"', car: 'null' }, 'car', [
          ...NO_CAR.map(([what, text]): [string, string] => [what, JSON.stringify(text)]),
          ...NO_TEXT.filter(([what]) => what !== 'null'),
        ]),
      ],
    },
    {
      name: 'reports of open items that are none',
      rows: [
        ...[
          ['null', 'null'],
          ['an object', '{}'],
          ['an item that is null', '[null]'],
          ['an item that is empty', '[{}]'],
          ['51 items', `[${Array.from({ length: 51 }, () => '{}').join()}]`],
        ].map(([what = '', items = '']) =>
          bad(`${what} for the items`, `{"type":"attention","items":${items}}`),
        ),
        ...['', '<script>', '../p1', 'x'.repeat(33)].map((author) =>
          bad(`the author “${author.slice(0, 10)}”`, report({ author: JSON.stringify(author) })),
        ),
        ...['', 'none', 'toString', '__proto__', 'OTHER-EPOCH'].map((code) =>
          bad(`the code “${code}”`, report({ code: JSON.stringify(code) })),
        ),
        ...EDIT_FAULTS.filter((_, i) => i % 6 === 0).map(([what, json]) =>
          bad(`reported: ${what}`, report({ edit: json })),
        ),
      ],
    },
    {
      name: 'edits that are none, on a socket',
      rows: EDIT_FAULTS.map(([what, json]) => row(what, 'in a push', 'bad-frame', [push(json)])),
    },
    {
      name: 'pushes that do not follow',
      rows: [
        row('a seq too far', 'in a push', 'seq-gap', [push(edit({ type: 'remove', car: '100' }, 2))]),
        row('a seq far too far', 'in a push', 'seq-gap', [
          push(edit({ type: 'remove', car: '100' }, 2 ** 53 - 1)),
        ]),
        row('a gap within', 'in a push', 'seq-gap', [
          push(
            edit({ type: 'set', car: '100', fields: { late: true } }),
            edit({ type: 'remove', car: '100' }, 3),
          ),
        ]),
        row('backwards', 'in a push', 'seq-gap', [
          push(
            edit({ type: 'set', car: '100', fields: { late: true } }, 2),
            edit({ type: 'remove', car: '100' }, 1),
          ),
        ]),
        row('the same seq twice', 'in a push', 'seq-gap', [
          push(
            edit({ type: 'set', car: '100', fields: { late: true } }),
            edit({ type: 'note', car: '100', text: 'twice' }),
          ),
        ]),
      ],
    },
    {
      name: 'edits that are refused one by one',
      rows: [
        ...(
          [
            [
              'of a viewer',
              'forbidden',
              { type: 'set', car: '100', fields: { late: true } },
              site.viewer.cookie,
            ],
            ['of a viewer, a note', 'forbidden', { type: 'note', car: '100', text: 'x' }, site.viewer.cookie],
            ['of a viewer, a car', 'forbidden', { type: 'add', car: '777' }, site.viewer.cookie],
            ['a removal', 'forbidden', { type: 'remove', car: '100' }, as],
            ['a restoration', 'forbidden', { type: 'restore', car: '300' }, as],
            ['a roster', 'forbidden', { type: 'import', rows: [], mode: 'replace' }, as],
            ['notes rewritten', 'forbidden', { type: 'set', car: '100', fields: { notes: 'x' } }, as],
            [
              'notes rewritten in adding',
              'forbidden',
              { type: 'add', car: '777', fields: { notes: 'x' } },
              as,
            ],
            ['another’s import undone', 'forbidden', { type: 'undo', version: 1 }, as],
            [
              'in the admin’s name',
              'forbidden',
              { type: 'note', car: '100', text: 'y', author: site.admin.id },
              as,
            ],
            [
              'in nobody’s name',
              'forbidden',
              { type: 'note', car: '100', text: 'z', author: 'nobody' },
              site.lead.cookie,
            ],
            ['of the future', 'base-from-future', { type: 'note', car: '100', text: 'x', base: 99 }, as],
            [
              'far from there',
              'base-from-future',
              { type: 'note', car: '100', text: 'x', base: 2 ** 53 - 1 },
              as,
            ],
            [
              'to a location of nobody',
              'unknown-location',
              { type: 'set', car: '100', fields: { location: 'Mars' } },
              as,
            ],
            [
              'to one in capitals',
              'unknown-location',
              { type: 'set', car: '100', fields: { location: 'YARD' } },
              as,
            ],
            [
              'to one with a wildcard',
              'unknown-location',
              { type: 'set', car: '100', fields: { location: '%' } },
              as,
            ],
            [
              'to a formula',
              'unknown-location',
              { type: 'set', car: '100', fields: { location: '=1+1' } },
              as,
            ],
            [
              'to markup',
              'unknown-location',
              { type: 'set', car: '100', fields: { location: '<b>Yard</b>' } },
              as,
            ],
            [
              'to a prototype',
              'unknown-location',
              { type: 'set', car: '100', fields: { location: '__proto__' } },
              as,
            ],
            ['of a car of nobody', 'unknown-car', { type: 'set', car: '999', fields: { late: true } }, as],
            ['of toString', 'unknown-car', { type: 'set', car: 'toString', fields: { late: true } }, as],
            ['of constructor', 'unknown-car', { type: 'note', car: 'constructor', text: 'x' }, as],
            ['of hasOwnProperty', 'unknown-car', { type: 'remove', car: 'hasOwnProperty' }, site.lead.cookie],
            ['of valueOf', 'unknown-car', { type: 'restore', car: 'valueOf' }, site.lead.cookie],
            ['of another site’s car', 'unknown-car', { type: 'note', car: '900', text: 'x' }, as],
            ['of a removed car', 'conflict', { type: 'note', car: '300', text: 'x' }, as],
            ['a car that is there', 'car-exists', { type: 'add', car: '100', base: 1 }, as],
            [
              'of a version of nobody',
              'too-old-to-undo',
              { type: 'undo', version: 2 ** 53 - 1 },
              site.lead.cookie,
            ],
          ] as const
        ).map(([what, code, more, by]) =>
          row(what, 'as the one edit of a push', code, [push(edit(more))], { by }),
        ),
        row('an edit more than a frame may have', 'in a push', 'bad-frame', [
          push(...Array.from({ length: EDITS_PER_FRAME_MAX + 1 }, () => '1')),
        ]),
      ],
    },
  ];
}

function report(parts: Record<string, string>): string {
  const item = {
    author: '"p1"',
    edit: edit({ type: 'remove', car: '100' }),
    code: '"other-epoch"',
    ...parts,
  };
  return `{"type":"attention","items":[${objectOf(item)}]}`;
}
