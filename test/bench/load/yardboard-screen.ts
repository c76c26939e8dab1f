import type { Edit } from '../../../worker/protocol/edit.ts';
import { ACK_CHARS, ACK_MS, FRAME_UP_BYTES_MAX } from '../../../worker/protocol/limits.ts';
import { type Outcomes, PROTOCOL, type UpMessage } from '../../../worker/protocol/messages.ts';
import { parseDown } from '../../../worker/protocol/parse-down.ts';
import { retryAfterMs } from '../../../worker/protocol/retry-after.ts';
import type { Target } from '../target.ts';
import { boardOf } from './board.ts';
import { dialRaw, type RawSocket } from './raw-socket.ts';
import { type Joined, type Place, type Screen, type ScreenEvents, TurnedAway, takeSeat } from './screen.ts';

/** When a device says which outcomes it has stored: as the app does. */
const SEEN_MS = 1_000;
const SEEN_AT_ONCE = 200;

export async function openYardboardScreen(
  target: Target,
  from: Place | null,
  events: ScreenEvents,
): Promise<Joined> {
  const { number, path, headers } = takeSeat(target);
  const began = performance.now();
  const joined = Promise.withResolvers<number>();
  const onText = (text: string): void => {
    screen.heard(text.length);
    const message = parseDown(text);
    switch (message?.type) {
      case 'welcome':
        screen.place = { epoch: message.epoch, version: message.version };
        joined.resolve(performance.now());
        return;
      case 'changes':
        if (message.from > screen.place.version)
          throw new Error(`a gap: ${screen.place.version} to ${message.from}`);
        screen.place.version = message.to;
        events.changed?.(screen, text);
        return;
      case 'outcomes':
        screen.take(message);
        events.acknowledged?.(screen, message.outcomes.length);
        return;
      case 'people':
        return;
      default:
        throw new Error(`unexpected: ${text}`);
    }
  };
  const onClose = (code: number | null, reason: string): void => {
    joined.reject(new TurnedAway(code, retryAfterMs(reason)));
    events.lost?.(code);
  };
  const raw = await dialRaw({ origin: target.origin, path, headers }, { onText, onClose });
  const screen = new YardboardScreen(target, raw, `bench-${process.pid}-${number}`);
  const asked = performance.now();
  screen.hello(from);
  const current = await joined.promise;
  return { screen, ms: current - began, askMs: current - asked, bytes: raw.bytes };
}

class YardboardScreen implements Screen {
  place: Place = { epoch: null, version: 0 };
  readonly #target: Target;
  readonly #raw: RawSocket;
  readonly #device: string;
  #seq = 0;
  #seen = 0;
  /** The last outcome the hub has been told is stored here. */
  #told = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Received since the last acknowledgement. */
  #chars = 0;
  #ackTimer: NodeJS.Timeout | undefined;

  constructor(target: Target, raw: RawSocket, device: string) {
    this.#target = target;
    this.#raw = raw;
    this.#device = device;
  }

  get bytes(): number {
    return this.#raw.bytes;
  }

  hello(from: Place | null): void {
    const { epoch, version } = from ?? { epoch: null, version: 0 };
    this.#say({ type: 'hello', protocol: PROTOCOL, device: this.#device, epoch, version, brief: true });
  }

  push(changes: number): void {
    const edits = Array.from({ length: changes }, () => this.#edit());
    for (const frame of framesOf(edits)) this.#say({ type: 'push', edits: frame });
  }

  take({ outcomes }: Outcomes): void {
    for (const { outcome, seq, ...rest } of outcomes) {
      // After a kill the last tap may have been applied without an answer: the same again is `unchanged`.
      if (outcome !== 'applied' && outcome !== 'unchanged')
        throw new Error(`${outcome}: ${JSON.stringify(rest)}`);
      this.#seen = seq;
    }
    const last = outcomes.at(-1);
    if (last?.outcome === 'applied') this.place.version = Math.max(this.place.version, last.version);
    if (this.#seen - this.#told >= SEEN_AT_ONCE) this.#tell();
    else this.#timer ??= setTimeout(() => this.#tell(), SEEN_MS);
  }

  /** Says what it has received: as the app does. */
  heard(chars: number): void {
    this.#chars += chars;
    if (this.#chars < ACK_CHARS) {
      this.#ackTimer ??= setTimeout(() => this.#acknowledge(), ACK_MS);
      return;
    }
    // The frame is read first.
    queueMicrotask(() => this.#acknowledge());
  }

  pause(): void {
    this.#raw.pause();
  }

  resume(): void {
    this.#raw.resume();
  }

  cut(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#ackTimer);
    this.#raw.cut();
  }

  #edit(): Edit {
    const { car, arrived } = boardOf(this.#target).tap();
    const seq = ++this.#seq;
    // As long as the app's.
    const id = `e${String(seq).padStart(21, '0')}`;
    return { seq, type: 'set', car, fields: { arrived }, id, base: this.place.version, at: Date.now() };
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#told = this.#seen;
    this.#say({ type: 'seen', version: this.place.version, seq: this.#seen });
  }

  #acknowledge(): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    this.#chars = 0;
    this.#say({ type: 'ack', version: this.place.version });
  }

  #say(message: UpMessage): void {
    this.#raw.send(JSON.stringify(message));
  }
}

/** Edits in frames under the cap, as a device sends its queue. */
function framesOf(edits: Edit[]): Edit[][] {
  const frames: Edit[][] = [];
  let room = 0;
  for (const edit of edits) {
    const bytes = JSON.stringify(edit).length + 1;
    if (bytes > room) {
      frames.push([]);
      room = FRAME_UP_BYTES_MAX - 100;
    }
    frames.at(-1)?.push(edit);
    room -= bytes;
  }
  return frames;
}
