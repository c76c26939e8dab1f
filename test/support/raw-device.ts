import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import {
  type DownMessage,
  type Hello,
  PONG,
  PROTOCOL,
  type UpMessage,
  type Welcome,
} from '../../worker/protocol/messages.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import { parseDown } from '../../worker/protocol/parse-down.ts';
import { type Handshake, openSocket } from './socket.ts';

type Frame<T extends DownMessage['type']> = Extract<DownMessage, { type: T }>;

/** A socket that speaks the protocol by hand: it says what it is told and keeps what it hears. */
export interface RawDevice {
  readonly id: string;
  readonly socket: WebSocket;
  /** Everything heard so far, in order. */
  readonly frames: DownMessage[];
  send(message: UpMessage): void;
  /** The next frame of a type, heard already or still to come, and not returned before. */
  next<T extends DownMessage['type']>(type: T): Promise<Frame<T>>;
  hello(place?: Partial<Hello>): Promise<Welcome>;
  /** Pushes intents with the next seqs and waits for their outcomes. */
  push(...intents: Intent[]): Promise<Outcome[]>;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
}

let made = 0;

/** The edits for intents, numbered from `seq`, made as of version `base`. */
export function editsOf(intents: readonly Intent[], { seq, base }: { seq: number; base: number }): Edit[] {
  return intents.map((intent, i) => ({
    ...intent,
    id: `edit-${made++}-${seq + i}`,
    seq: seq + i,
    base,
    at: 0,
  }));
}

/** `who`: a cookie as the browser would send it, or all that is said at the handshake. */
export async function openDevice(
  origin: string,
  site: string,
  who: string | Handshake,
  id = `device-${made++}-${process.pid}`,
): Promise<RawDevice> {
  const headers = typeof who === 'string' ? { Cookie: who, Origin: origin } : who;
  const socket = await openSocket(`${origin}/api/sites/${site}/live`, headers);
  const frames: DownMessage[] = [];
  const unread: DownMessage[] = [];
  const waiting: { type: string; take: (frame: DownMessage) => void }[] = [];
  let seq = 0;
  let version = 0;

  socket.addEventListener('message', ({ data }) => {
    if (data === PONG) return;
    const frame = parseDown(String(data));
    if (!frame) throw new Error(`Not a frame: ${data}`);
    frames.push(frame);
    if (frame.type === 'welcome') ({ seq, version } = frame);
    if (frame.type === 'changes') version = frame.to;
    const i = waiting.findIndex(({ type }) => type === frame.type);
    if (i >= 0) waiting.splice(i, 1)[0]?.take(frame);
    else unread.push(frame);
  });
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code), { once: true });
  });

  const send = (message: UpMessage) => socket.send(JSON.stringify(message));
  const next = <T extends DownMessage['type']>(type: T): Promise<Frame<T>> => {
    const isAsked = (frame: DownMessage): frame is Frame<T> => frame.type === type;
    const i = unread.findIndex(isAsked);
    const heard = i >= 0 ? unread.splice(i, 1)[0] : undefined;
    if (heard && isAsked(heard)) return Promise.resolve(heard);
    return new Promise((resolve) => {
      waiting.push({ type, take: (frame) => isAsked(frame) && resolve(frame) });
    });
  };

  return {
    id,
    socket,
    frames,
    send,
    next,
    closed,
    hello: (place = {}) => {
      send({ type: 'hello', protocol: PROTOCOL, device: id, epoch: null, version: 0, ...place });
      return next('welcome');
    },
    push: async (...intents) => {
      send({ type: 'push', edits: editsOf(intents, { seq: seq + 1, base: version }) });
      seq += intents.length;
      const { outcomes } = await next('outcomes');
      for (const outcome of outcomes) if ('version' in outcome) version = outcome.version ?? version;
      return outcomes;
    },
  };
}
