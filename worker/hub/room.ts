import type { Listener } from '../engine/feed.ts';
import type { Socket } from '../engine/socket.ts';
import { isSilent } from './silence.ts';
import { type Attachment, attach, attachmentOf, saidAt } from './sockets.ts';

/** What the room needs of the runtime. */
type Runtime = Pick<
  DurableObjectState,
  'acceptWebSocket' | 'getWebSockets' | 'getWebSocketAutoResponseTimestamp'
>;

/** The sockets at a hub, by id, and when anything came on each. All times are hub milliseconds. */
export class Room {
  readonly #runtime: Runtime;
  readonly #sockets = new Map<string, WebSocket>();
  readonly #sessions = new Map<string, string>();
  readonly #heardAt = new Map<string, number>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** The hash of its session for each of those that are here, whether it has said hello or not. */
  get sessions(): Iterable<string> {
    return this.#sessions.values();
  }

  /** Those that are here, with what the runtime keeps with them. */
  *[Symbol.iterator](): Generator<{ socket: WebSocket; attachment: Attachment }> {
    for (const socket of this.#sockets.values()) yield { socket, attachment: attachmentOf(socket) };
  }

  /** False for one that has been closed, and may not know. */
  has(id: string): boolean {
    return this.#sockets.has(id);
  }

  /** Takes in a socket that outlives a sleep of the hub. */
  accept(server: WebSocket, socket: Socket, now: number): void {
    this.#runtime.acceptWebSocket(server);
    server.serializeAttachment(socket);
    this.#sockets.set(socket.id, server);
    this.#sessions.set(socket.id, socket.session);
    this.#heardAt.set(socket.id, now);
  }

  /** The sockets that have outlived a sleep are back, and what is kept with them. */
  recall(): Attachment[] {
    // The runtime still has those whose peer has not answered a close.
    const open = this.#runtime.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN);
    return open.map((socket) => {
      const attachment = attachmentOf(socket);
      this.#sockets.set(attachment.id, socket);
      this.#sessions.set(attachment.id, attachment.session);
      const heardAt = saidAt(attachment);
      if (heardAt !== null) this.#heardAt.set(attachment.id, heardAt);
      return attachment;
    });
  }

  heard(id: string, now: number): void {
    this.#heardAt.set(id, now);
  }

  /** When anything came on a socket, as far as is known after a sleep. */
  heardOn(id: string): number {
    return Math.max(this.#heardAt.get(id) ?? 0, this.#pingedAt(id) ?? 0);
  }

  isSilent(id: string, isListener: boolean, now: number): boolean {
    const heardAt = this.#heardAt.get(id) ?? null;
    return isSilent({ heardAt, pingedAt: this.#pingedAt(id), isListener }, now);
  }

  send(id: string, text: string): void {
    const socket = this.#sockets.get(id);
    // On one that has been closed it throws, and nobody else is to suffer for it.
    if (socket?.readyState === WebSocket.OPEN) socket.send(text);
  }

  /** Writes down with a socket what must still be known of its listener after a sleep. */
  attach(listener: Listener): void {
    const socket = this.#sockets.get(listener.id);
    if (socket) attach(socket, listener);
  }

  /** Closes a socket, and returns it where it was here. */
  close(id: string, code: number, reason: string): WebSocket | undefined {
    const socket = this.#sockets.get(id);
    socket?.close(code, reason);
    return socket;
  }

  leave(id: string): void {
    this.#sockets.delete(id);
    this.#sessions.delete(id);
    this.#heardAt.delete(id);
  }

  /** Closes all of them. */
  clear(code: number, reason: string): void {
    for (const socket of this.#sockets.values()) socket.close(code, reason);
    this.#sockets.clear();
    this.#sessions.clear();
    this.#heardAt.clear();
  }

  #pingedAt(id: string): number | null {
    const socket = this.#sockets.get(id);
    return (socket && this.#runtime.getWebSocketAutoResponseTimestamp(socket)?.getTime()) ?? null;
  }
}
