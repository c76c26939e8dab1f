/** What a browser would send by itself at the handshake, said by hand. */
export interface Handshake {
  Cookie?: string;
  Origin?: string;
  Authorization?: string;
}

/** Opens a socket from Node with headers of its own. Resolves once open; rejects when the handshake is refused. */
export async function openSocket(url: string, headers: Handshake = {}): Promise<WebSocket> {
  // Node's WebSocket takes an object in the place of the protocols; the DOM's type does not know of it.
  const options: unknown = { headers };
  const socket = new WebSocket(url.replace(/^http/, 'ws'), options as string[]);
  await new Promise<void>((open, refused) => {
    socket.addEventListener('open', () => open(), { once: true });
    socket.addEventListener('error', () => refused(new Error(`${url} refused the socket`)), { once: true });
  });
  return socket;
}
