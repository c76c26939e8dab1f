import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import {
  type DownMessage,
  type Hello,
  PROTOCOL,
  type Topic,
  type UpMessage,
  type Welcome,
} from '../../worker/protocol/messages.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import type { EngineHub } from './engine-hub.ts';

/** What a hub in this process does to a socket. */
export interface SocketEnds {
  /** A frame, as text and parsed. Frames to several sockets share both. */
  message(text: string, message: DownMessage): void;
  /** The hub, or a cut, ended it. */
  closed(code: number, reason: string): void;
}

type Frame<T extends DownMessage['type']> = Extract<DownMessage, { type: T }>;
type Notice = Frame<'notice'>;

/** An intent with what differs from the usual about its edit. */
export type Wish = Intent & { base?: number; id?: string; author?: string };

/**
 * One end of a socket: keeps what it hears, and throws when a version comes twice or out of order, or the hub says
 * something after the end.
 */
export class TestSocket implements SocketEnds {
  readonly id: string;
  /** Heard and not yet taken. */
  frames: DownMessage[] = [];
  texts: string[] = [];
  closeCode: number | null = null;
  closeReason = '';
  /** What it should be as of, by what it has heard. */
  version = 0;
  topics: readonly Topic[] | undefined;
  /** Set where the hub may have lost what it was to send: told so, a client says hello again. */
  stale = false;
  readonly #hub: EngineHub;

  constructor(hub: EngineHub, person: string) {
    this.#hub = hub;
    this.id = hub.accept(person, this);
  }

  send(message: UpMessage | string): void {
    this.#hub.receive(this.id, typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Ends it from this side. */
  cut(): void {
    this.closeCode = 1006;
    this.#hub.gone(this.id);
  }

  message(text: string, message: DownMessage): void {
    if (this.closeCode !== null) throw new Error(`a frame after the end: ${text}`);
    this.#follow(message);
    this.texts.push(text);
    this.frames.push(message);
  }

  closed(code: number, reason: string): void {
    this.closeCode = code;
    this.closeReason = reason;
  }

  /** All that was heard since it was last asked. */
  take(): DownMessage[] {
    this.texts = [];
    return this.frames.splice(0);
  }

  /** Takes all that was heard and gives the one frame of a type in it. */
  only<T extends DownMessage['type']>(type: T): Frame<T> {
    const isAsked = (frame: DownMessage): frame is Frame<T> => frame.type === type;
    const frames = this.take();
    const [first, ...others] = frames.filter(isAsked);
    if (!first || others.length > 0) throw new Error(`not one ${type}: ${JSON.stringify(frames)}`);
    return first;
  }

  #follow(message: DownMessage): void {
    switch (message.type) {
      case 'welcome':
        this.version = message.version;
        this.stale = false;
        return;
      case 'changes': {
        const { from, to } = message;
        if (from === to && from > this.version) this.stale = true;
        else if (from !== this.version) throw new Error(`changes from ${from}, socket is at ${this.version}`);
        this.version = to;
        return;
      }
      case 'outcomes':
        for (const outcome of message.outcomes) {
          if (!('version' in outcome) || outcome.version === undefined) continue;
          const all = this.topics?.includes('cars') ?? true;
          if (all && outcome.version > this.version + 1) {
            throw new Error(`outcome of ${outcome.version}, socket is at ${this.version}`);
          }
          this.version = Math.max(this.version, outcome.version);
        }
        return;
      case 'snapshot':
      case 'people':
      case 'attention':
      case 'notice':
        return;
      default:
        message satisfies never;
    }
  }
}

/** A device as tests drive it: it numbers edits and pushes them at once. It holds no board. */
export class EngineDevice {
  readonly id: string;
  readonly person: string;
  socket: TestSocket;
  epoch: string;
  /** The last seq it has used. */
  seq = 0;
  readonly #hub: EngineHub;

  constructor(hub: EngineHub, person: string, id: string) {
    this.#hub = hub;
    this.id = id;
    this.person = person;
    this.socket = hub.connect(person);
    this.epoch = hub.state.epoch;
  }

  /** The newest version it has seen. */
  get version(): number {
    return this.socket.version;
  }

  /** Says hello on its socket, as new unless told otherwise; takes all that was heard and gives the welcome. */
  hello(place: Partial<Hello> = {}): Welcome {
    this.socket.take();
    this.socket.topics = place.topics;
    const hello = { type: 'hello', protocol: PROTOCOL, device: this.id, epoch: null, version: 0 } as const;
    this.socket.send({ ...hello, ...place });
    const welcome = this.socket.frames.find((frame) => frame.type === 'welcome');
    if (!welcome)
      throw new Error(`no welcome: ${JSON.stringify(this.socket.frames)} ${this.socket.closeCode}`);
    this.socket.frames = this.socket.frames.filter((frame) => frame !== welcome);
    this.epoch = welcome.epoch;
    return welcome;
  }

  /** A new socket, the old one cut, and hello from where it was. */
  reconnect(place: Partial<Hello> = {}): Welcome {
    const { version } = this.socket;
    this.socket.cut();
    this.socket = this.#hub.connect(this.person);
    return this.hello({ epoch: this.epoch, version, ...place });
  }

  /** Edits for wishes, with the next seqs, made as of what the device has seen unless the wish says. */
  edits(...wishes: Wish[]): Edit[] {
    return wishes.map((wish) => {
      const seq = ++this.seq;
      return { id: `${this.id}-edit-${seq}`, seq, base: this.version, at: this.#hub.now, ...wish };
    });
  }

  /** Pushes and gives the outcomes. */
  push(...wishes: Wish[]): Outcome[] {
    const answer = this.send(this.edits(...wishes));
    if (answer.type !== 'outcomes') throw new Error(`refused: ${JSON.stringify(answer)}`);
    return answer.outcomes;
  }

  /** Pushes one edit and gives its outcome. */
  do(wish: Wish): Outcome {
    const [outcome] = this.push(wish);
    return outcome!;
  }

  /** Sends edits as they are and gives the answer; what came before it stays to be taken. */
  send(edits: Edit[]): Frame<'outcomes'> | Notice {
    this.socket.send({ type: 'push', edits });
    const answer = this.socket.frames.findLast(
      (frame) => frame.type === 'outcomes' || frame.type === 'notice',
    );
    if (!answer || (answer.type !== 'outcomes' && answer.type !== 'notice')) throw new Error('no answer');
    return answer;
  }
}
