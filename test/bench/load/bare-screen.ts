import type { BareDown, BareUp } from '../bare-protocol.ts';
import type { Target } from '../target.ts';
import { boardOf } from './board.ts';
import { dialRaw, type RawSocket } from './raw-socket.ts';
import { type Joined, type Place, type Screen, type ScreenEvents, takeSeat } from './screen.ts';

export async function openBareScreen(
  target: Target,
  from: Place | null,
  events: ScreenEvents,
): Promise<Joined> {
  const { path, headers } = takeSeat(target);
  const began = performance.now();
  const joined = Promise.withResolvers<number>();
  const onText = (text: string): void => {
    const message: BareDown = JSON.parse(text);
    if ('at' in message) {
      screen.place.version = message.at;
      joined.resolve(performance.now());
    } else if ('ok' in message) {
      screen.place.version = Math.max(screen.place.version, message.ok);
      events.acknowledged?.(screen, message.taken);
    } else {
      screen.place.version = Math.max(screen.place.version, message.to);
      events.changed?.(screen, text);
    }
  };
  const onClose = (code: number | null): void => {
    joined.reject(new Error(`closed with ${code}`));
    events.lost?.(code);
  };
  const raw = await dialRaw({ origin: target.origin, path, headers }, { onText, onClose });
  const screen = new BareScreen(target, raw);
  const asked = performance.now();
  raw.send(JSON.stringify({ hello: from?.version ?? null } satisfies BareUp));
  const current = await joined.promise;
  return { screen, ms: current - began, askMs: current - asked, bytes: raw.bytes };
}

class BareScreen implements Screen {
  readonly place: Place = { epoch: null, version: 0 };
  readonly #target: Target;
  readonly #raw: RawSocket;

  constructor(target: Target, raw: RawSocket) {
    this.#target = target;
    this.#raw = raw;
  }

  get bytes(): number {
    return this.#raw.bytes;
  }

  push(changes: number): void {
    const board = boardOf(this.#target);
    const cars = Array.from({ length: changes }, () => board.tap()).map(({ car, arrived }) => ({
      id: car,
      arrived,
    }));
    this.#raw.send(JSON.stringify({ cars } satisfies BareUp));
  }

  pause(): void {
    this.#raw.pause();
  }

  resume(): void {
    this.#raw.resume();
  }

  cut(): void {
    this.#raw.cut();
  }
}
