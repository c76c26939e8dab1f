import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { StoreError } from '../../app/sync/store.ts';
import { OUTBOX_MAX } from '../../worker/protocol/limits.ts';
import { PROTOCOL } from '../../worker/protocol/messages.ts';
import { isSettled, viewOnce } from '../support/node-client.ts';
import { openDevice, type RawDevice } from '../support/raw-device.ts';
import { HOSTILE } from './hostile-frames.ts';
import type { Measure, Result } from './result.ts';
import { openYard, type Yard } from './yard.ts';

export interface FloodOptions extends Measure {
  /** Queued by one device without a network. */
  edits: number;
}

const DRAIN_MS = 120_000;

/** B1, R10: all the bytes that somebody may send, and a whole outbox at once, while another is at work and notices nothing. */
export async function flood({ edits }: FloodOptions): Promise<Result> {
  await using yard = await openYard({ devices: 2 });
  const { hub, site } = yard;
  const pid = hub.pid;
  const bystander = await openDevice(hub.origin, site.id, site.lead.cookie);
  await bystander.hello();
  const hostile = await sendAll(yard, bystander);
  const queued = await drainQueue(yard, edits);
  if (hub.pid !== pid) hostile.violations.push('B1 the runtime has crashed');
  bystander.socket.close();
  const violations = [...hostile.violations, ...queued.violations, ...(await yard.judge(false))];
  return {
    torture: 'flood',
    violations,
    lines: [
      { label: 'kinds of hostile frames', unit: '', value: HOSTILE.length },
      { label: 'a bystander’s edit behind one, most', unit: 'ms', value: hostile.mostMs },
      { label: 'edits of one device at once', unit: '', value: edits, bar: { least: edits } },
      { label: 'until all are answered', unit: 'ms', value: queued.ms },
    ],
  };
}

/** After each frame another device makes an edit: the version has grown by that one edit. */
async function sendAll({ hub, site, cars }: Yard, bystander: RawDevice) {
  const violations: string[] = [];
  let mostMs = 0;
  let version: number | null = null;
  for (const [i, { name, bytes, cutsOff }] of HOSTILE.entries()) {
    const socket = await openRaw(hub.origin, site.id, site.worker.cookie);
    const over = new Promise((closed) => socket.once('close', closed));
    await Promise.race([new Promise((sent) => socket.write(bytes(), sent)), over]);
    if (cutsOff) socket.resetAndDestroy();
    const began = performance.now();
    const tap = bystander.push({ type: 'set', car: cars[0] ?? '', fields: { late: i % 2 === 0 } });
    const outcome = await Promise.race([tap.then(([answer]) => answer), bystander.closed.then(() => null)]);
    if (!outcome) return { violations: [`B1 ${name} has cost a bystander its socket`], mostMs };
    mostMs = Math.max(mostMs, performance.now() - began);
    if (outcome.outcome !== 'applied') violations.push(`B1 after ${name} an edit was ${outcome.outcome}`);
    else {
      if (version !== null && outcome.version !== version + 1)
        violations.push(`B1 ${name} has changed something`);
      version = outcome.version;
    }
    socket.destroy();
  }
  return { violations, mostMs };
}

async function drainQueue({ devices: [device], cars }: Yard, edits: number) {
  if (!device) throw new Error('There is no device');
  const violations: string[] = [];
  device.wire.cut();
  await viewOnce(device.client, ({ health }) => health.state !== 'live');
  for (let i = 0; i < edits; i++) {
    device.edit({
      type: 'set',
      car: cars[i % cars.length] ?? '',
      fields: { late: i % (2 * cars.length) < cars.length },
    });
  }
  if (edits === OUTBOX_MAX) {
    const refused = await device.client
      .edit({ type: 'note', car: cars[0] ?? '', text: 'one more' })
      .catch((error) => error);
    if (!(refused instanceof StoreError && refused.kind === 'full'))
      violations.push('B1 an outbox takes more than its cap');
  }
  const began = performance.now();
  device.wire.heal();
  device.client.hint('online');
  await viewOnce(device.client, isSettled, DRAIN_MS).catch((error: Error) =>
    violations.push(`R15 ${error.message}`),
  );
  return { violations, ms: performance.now() - began };
}

/** A WebSocket that has said hello, as the bare socket below it. */
async function openRaw(origin: string, site: string, cookie: string): Promise<Socket> {
  const { port, host } = new URL(origin);
  const socket = connect({ host: '127.0.0.1', port: Number(port), noDelay: true });
  // What comes of it is the hub's business.
  socket.on('error', () => {});
  await once(socket, 'connect');
  const head = [
    `GET /api/sites/${site}/live HTTP/1.1`,
    `Host: ${host}`,
    `Origin: ${origin}`,
    `Cookie: ${cookie}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
  const hello = JSON.stringify({
    type: 'hello',
    protocol: PROTOCOL,
    device: 'hostile-device',
    epoch: null,
    version: 0,
  });
  const text = Buffer.from(hello);
  const length = Buffer.from([0x81, 0x80 | 126, text.length >> 8, text.length & 0xff, 0, 0, 0, 0]);
  socket.write(Buffer.concat([length, text]));
  await once(socket, 'data');
  return socket;
}
