import { type Attached, attachedOf, type Listener } from '../engine/feed.ts';
import type { Socket } from '../engine/socket.ts';

/** What the runtime keeps with a socket while the hub sleeps. Well below its 16 KiB. */
export interface Attachment extends Socket {
  /** There once the socket has said hello. */
  listener?: Attached;
}

/** The attachment of a socket the hub has accepted. */
export function attachmentOf(socket: WebSocket): Attachment {
  return socket.deserializeAttachment();
}

/** The listener of a socket as the hub wakes up with it: as of `version`, see `Feed`. */
export function listenerOf({ id, session, listener }: Attachment, version: number): Listener | null {
  return listener ? { id, session, sent: version, ...listener } : null;
}

/**
 * When its device had said something of itself, which is what is known of that after a sleep, in hub milliseconds: one
 * that is answered all the time has no need to ping.
 */
export function saidAt({ listener }: Pick<Attachment, 'listener'>): number | null {
  return listener?.standing?.at ?? null;
}

/** Writes down with a socket what its listener must still know after a sleep. */
export function attach(socket: WebSocket, listener: Listener): void {
  const { id, session } = listener;
  const attachment: Attachment = { id, session, listener: attachedOf(listener) };
  socket.serializeAttachment(attachment);
}

/** The code to answer a peer's close with: 1005 and 1006 stand for "none given" and must not be sent. */
export function answerCode(code: number): number {
  return code === 1005 || code === 1006 ? 1000 : code;
}
