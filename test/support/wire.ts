import { connect, createServer, type Socket } from 'node:net';

/** A wire between a device and a hub that can be cut: Playwright's `setOffline` leaves open sockets open. */
export interface Wire extends AsyncDisposable {
  readonly origin: string;
  /** Ends every connection and refuses new ones. */
  cut(): void;
  /** Keeps every connection and lets nothing through, as dead Wi-Fi does. */
  stall(): void;
  /** Undoes either. What was held back while stalled goes on its way. */
  heal(): void;
  stop(): Promise<void>;
}

export async function startWire(origin: string): Promise<Wire> {
  const hubPort = Number(new URL(origin).port);
  const sockets = new Set<Socket>();
  let state: 'open' | 'cut' | 'stalled' = 'open';

  const server = createServer((device) => {
    if (state === 'cut') {
      device.resetAndDestroy();
      return;
    }
    const hub = connect({ host: '127.0.0.1', port: hubPort });
    for (const [from, to] of [
      [device, hub],
      [hub, device],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on('data', (bytes) => {
        if (!to.write(bytes)) from.pause();
      });
      to.on('drain', () => {
        if (state !== 'stalled') from.resume();
      });
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      if (state === 'stalled') from.pause();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The wire has no port');

  const cut = (): void => {
    state = 'cut';
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const stop = async (): Promise<void> => {
    cut();
    await new Promise((closed) => server.close(closed));
  };
  return {
    origin: `http://localhost:${address.port}`,
    cut,
    stall: () => {
      state = 'stalled';
      for (const socket of sockets) socket.pause();
    },
    heal: () => {
      state = 'open';
      for (const socket of sockets) socket.resume();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
