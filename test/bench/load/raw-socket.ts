import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/**
 * A WebSocket client on a bare TCP socket: a load generator beside the hub on two cores must cost little, and it
 * has to count bytes as they are on the wire. Text frames only; what it speaks to never fragments or compresses.
 */
export interface RawSocket {
  send(text: string): void;
  /** Reads nothing more, as a device whose page is stuck does. What it was sent waits in the buffers on the way. */
  pause(): void;
  resume(): void;
  /** Cuts the line without a farewell, as a phone out of reach does. */
  cut(): void;
  /** Everything received after the handshake, frame headers included. */
  readonly bytes: number;
}

export interface RawSocketEvents {
  onText(text: string, socket: RawSocket): void;
  /** `code` is null where the line was lost. */
  onClose(code: number | null, reason: string): void;
}

export interface Dial {
  /** `http://localhost:1234` */
  origin: string;
  path: string;
  headers: Record<string, string>;
}

/** Resolves when the handshake is through; rejects when it is refused. */
export function dialRaw({ origin, path, headers }: Dial, events: RawSocketEvents): Promise<RawSocket> {
  const { hostname, port, host } = new URL(origin);
  return new Promise((open, refused) => {
    const tcp = connect({
      host: hostname === 'localhost' ? '127.0.0.1' : hostname,
      port: Number(port),
      noDelay: true,
    });
    const raw = new Raw(tcp, events);
    tcp.on('connect', () => tcp.write(handshake(path, { Host: host, ...headers })));
    tcp.on('error', (error) => refused(error));
    tcp.on('close', () => refused(new Error('closed during the handshake')));
    let head = Buffer.alloc(0);
    const onHead = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      tcp.off('data', onHead);
      const status = head.subarray(9, 12).toString();
      if (status !== '101') {
        refused(new Error(`the handshake was answered ${status}`));
        tcp.destroy();
        return;
      }
      tcp.on('data', (more: Buffer) => raw.read(more));
      tcp.on('close', () => raw.closed(null, ''));
      open(raw);
      const rest = head.subarray(end + 4);
      // After whoever awaits the handshake has the socket in hand.
      if (rest.length > 0) queueMicrotask(() => raw.read(rest));
    };
    tcp.on('data', onHead);
  });
}

function handshake(path: string, headers: Record<string, string>): string {
  const all: Record<string, string> = {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

const OPCODE_TEXT = 1;
const OPCODE_CLOSE = 8;

class Raw implements RawSocket {
  bytes = 0;
  readonly #tcp: Socket;
  readonly #events: RawSocketEvents;
  #pending: Buffer = Buffer.alloc(0);
  #closed = false;

  constructor(tcp: Socket, events: RawSocketEvents) {
    this.#tcp = tcp;
    this.#events = events;
  }

  send(text: string): void {
    const payload = Buffer.from(text);
    // The mask may be any four bytes; that of zeros leaves the payload as it is.
    this.#tcp.write(Buffer.concat([header(payload.length), payload]));
  }

  pause(): void {
    this.#tcp.pause();
  }

  resume(): void {
    this.#tcp.resume();
  }

  cut(): void {
    this.#closed = true;
    this.#tcp.resetAndDestroy();
  }

  closed(code: number | null, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events.onClose(code, reason);
    this.#tcp.destroy();
  }

  read(chunk: Buffer): void {
    this.bytes += chunk.length;
    const data = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk;
    let at = 0;
    while (!this.#closed) {
      const frame = frameAt(data, at);
      if (!frame) break;
      at = frame.end;
      const payload = data.subarray(frame.start, frame.end);
      if (frame.opcode === OPCODE_TEXT) this.#events.onText(payload.toString(), this);
      else if (frame.opcode === OPCODE_CLOSE)
        this.closed(payload.length >= 2 ? payload.readUInt16BE(0) : 1005, payload.subarray(2).toString());
    }
    this.#pending = at < data.length ? data.subarray(at) : Buffer.alloc(0);
  }
}

function header(length: number): Buffer {
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const bytes = Buffer.alloc(2 + extra + 4);
  bytes[0] = 0x80 | OPCODE_TEXT;
  bytes[1] = 0x80 | (extra === 0 ? length : extra === 2 ? 126 : 127);
  if (extra === 2) bytes.writeUInt16BE(length, 2);
  if (extra === 8) bytes.writeBigUInt64BE(BigInt(length), 2);
  return bytes;
}

/** Where the payload of a frame lies; null while it is not all there. */
function frameAt(data: Buffer, at: number): { opcode: number; start: number; end: number } | null {
  if (data.length < at + 2) return null;
  const opcode = (data[at] ?? 0) & 0x0f;
  const short = (data[at + 1] ?? 0) & 0x7f;
  const extra = short < 126 ? 0 : short === 126 ? 2 : 8;
  const start = at + 2 + extra;
  if (data.length < start) return null;
  const length =
    extra === 0 ? short : extra === 2 ? data.readUInt16BE(at + 2) : Number(data.readBigUInt64BE(at + 2));
  return data.length < start + length ? null : { opcode, start, end: start + length };
}
