import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether nobody listens there, or stops within `waitMs`. */
export async function isFree(host: string, port: number, waitMs = 0): Promise<boolean> {
  const until = Date.now() + waitMs;
  for (;;) {
    if (await canListen(host, port)) return true;
    if (Date.now() >= until) return false;
    await sleep(20);
  }
}

/** The addresses to open in a browser, the one of this machine first. */
export function origins(host: string, port: number): string[] {
  if (host === '127.0.0.1' || host === 'localhost') return [`http://localhost:${port}`];
  if (host !== '0.0.0.0' && host !== '::') return [`http://${host}:${port}`];
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => address.family === 'IPv4' && !address.internal)
    .map((address) => `http://${address.address}:${port}`);
  return [`http://localhost:${port}`, ...others];
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once('error', () => answer(false));
    probe.listen({ host, port }, () => probe.close(() => answer(true)));
  });
}
