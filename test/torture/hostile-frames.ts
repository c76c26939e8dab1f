import { FRAME_UP_BYTES_MAX } from '../../worker/protocol/limits.ts';

/** What somebody may put on a WebSocket by hand. None of it may change anything. */
export const HOSTILE: readonly { name: string; bytes: () => Buffer; cutsOff?: boolean }[] = [
  { name: 'unmasked text', bytes: () => frame({ payload: '{"type":"nothing"}', isMasked: false }) },
  { name: 'text that is not UTF-8', bytes: () => frame({ payload: Buffer.from([0xff, 0xfe, 0xc0, 0x80]) }) },
  { name: 'half a character', bytes: () => frame({ payload: Buffer.from([0xf0, 0x9f]) }) },
  { name: 'a binary frame', bytes: () => frame({ opcode: 2, payload: '{"type":"push","edits":[]}' }) },
  { name: 'a continuation of nothing', bytes: () => frame({ opcode: 0, payload: 'x' }) },
  { name: 'opcode 3', bytes: () => frame({ opcode: 3, payload: 'x' }) },
  { name: 'opcode 15', bytes: () => frame({ opcode: 15, payload: 'x' }) },
  { name: 'reserved bits', bytes: () => frame({ reserved: 0x70, payload: 'x' }) },
  { name: 'a ping over 125 bytes', bytes: () => frame({ opcode: 9, payload: 'x'.repeat(126) }) },
  { name: 'a ping in fragments', bytes: () => frame({ opcode: 9, payload: 'x', isFinal: false }) },
  { name: 'a pong nobody asked for', bytes: () => frame({ opcode: 10, payload: 'x' }) },
  { name: 'a thousand pings', bytes: () => repeat(1_000, frame({ opcode: 9, payload: 'x' })) },
  { name: 'a thousand keep-alives', bytes: () => repeat(1_000, frame({ payload: 'ping' })) },
  { name: 'a close of one byte', bytes: () => frame({ opcode: 8, payload: 'x' }) },
  { name: 'a close with 1005', bytes: () => frame({ opcode: 8, payload: Buffer.from([0x03, 0xed]) }) },
  { name: 'a close with 65535', bytes: () => frame({ opcode: 8, payload: Buffer.from([0xff, 0xff]) }) },
  { name: 'a length of 2^63 - 1', bytes: () => frame({ payload: 'x', length: 2n ** 63n - 1n }) },
  { name: 'a length of 2^64 - 1', bytes: () => frame({ payload: 'x', length: 2n ** 64n - 1n }) },
  { name: 'a length of 2^40', bytes: () => frame({ payload: 'x', length: 2n ** 40n }) },
  {
    name: 'ten thousand fragments of one frame',
    bytes: () =>
      Buffer.concat([
        frame({ payload: 'x', isFinal: false }),
        repeat(10_000, frame({ opcode: 0, payload: 'x', isFinal: false })),
      ]),
  },
  {
    name: 'a second frame within the first',
    bytes: () => repeat(2, frame({ payload: 'x', isFinal: false })),
  },
  {
    name: 'ten thousand levels',
    bytes: () => frame({ payload: `${'['.repeat(10_000)}${']'.repeat(10_000)}` }),
  },
  { name: 'no WebSocket at all', bytes: () => Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n') },
  {
    name: 'killed within a frame',
    bytes: () => frame({ payload: 'x'.repeat(500) }).subarray(0, 99),
    cutsOff: true,
  },
  {
    name: 'killed within a header',
    bytes: () => frame({ payload: 'x'.repeat(500) }).subarray(0, 3),
    cutsOff: true,
  },
  ...[FRAME_UP_BYTES_MAX + 1, 900_001, 1024 ** 2 + 1, 8 * 1024 ** 2, 32 * 1024 ** 2, 33 * 1024 ** 2].map(
    (size) => ({
      name: `a frame of ${size.toLocaleString('en-US')} bytes`,
      bytes: () => frame({ payload: `{"type":"where","car":"${'1'.repeat(size - 26)}"}` }),
    }),
  ),
];

interface Frame {
  payload: string | Buffer;
  opcode?: number;
  reserved?: number;
  isFinal?: boolean;
  isMasked?: boolean;
  /** Said instead of the true one. */
  length?: bigint;
}

function frame({
  payload,
  opcode = 1,
  reserved = 0,
  isFinal = true,
  isMasked = true,
  length,
}: Frame): Buffer {
  const body = Buffer.from(payload);
  const short = length === undefined && body.length < 126;
  const head = Buffer.alloc(short ? 2 : 10);
  head[0] = (isFinal ? 0x80 : 0) | reserved | opcode;
  head[1] = (isMasked ? 0x80 : 0) | (short ? body.length : 127);
  if (!short) head.writeBigUInt64BE(length ?? BigInt(body.length), 2);
  // A mask of zeros leaves the payload as it is.
  return Buffer.concat([head, Buffer.alloc(isMasked ? 4 : 0), body]);
}

function repeat(times: number, bytes: Buffer): Buffer {
  return Buffer.concat(Array.from({ length: times }, () => bytes));
}
