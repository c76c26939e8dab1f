import type { Connection, Dial } from './connection.ts';

/** What is used of a WebSocket: the browser's is one, Node's is one. */
export interface SocketLike {
  addEventListener(type: 'open' | 'message' | 'close', listener: (event: object) => void): void;
  send(text: string): void;
  close(): void;
}

/** Nothing readable came: no close frame, or no connection at all. */
const ABNORMAL = 1006;

/** Dials with sockets that `create` makes. */
export function webSocketDial(create: () => SocketLike): Dial {
  return ({ opened, message, closed }): Connection => {
    const socket = create();
    socket.addEventListener('open', () => opened());
    socket.addEventListener('message', (event) => {
      // Another kind of frame is none of ours, and is refused like a text that is not.
      message('data' in event && typeof event.data === 'string' ? event.data : '');
    });
    socket.addEventListener('close', (event) => {
      const code = 'code' in event && typeof event.code === 'number' ? event.code : ABNORMAL;
      closed(code, 'reason' in event && typeof event.reason === 'string' ? event.reason : '');
    });
    return { send: (text) => socket.send(text), close: () => socket.close() };
  };
}
