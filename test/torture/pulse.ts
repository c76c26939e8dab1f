import { setTimeout as sleep } from 'node:timers/promises';
import { openDevice } from '../support/raw-device.ts';
import type { Yard } from './yard.ts';

const EVERY_MS = 20;

/** One tap after the other on a socket of its own, to see how long the hub takes to answer. */
export interface Pulse {
  /** Milliseconds of the answers since this was last asked. */
  take(): number[];
  /** Taps on its way whose answer has not come. */
  stop(): Promise<void>;
}

export async function feelPulse({ hub, site }: Yard): Promise<Pulse> {
  const device = await openDevice(hub.origin, site.id, site.lead.cookie);
  await device.hello({ topics: ['people'] });
  // Nobody else's: each tap is a version.
  const car = 'PULSE';
  await device.push({ type: 'add', car });
  let times: number[] = [];
  let isOver = false;
  const beat = async (): Promise<void> => {
    for (let arrived = true; !isOver; arrived = !arrived) {
      const began = performance.now();
      const tap = device.push({ type: 'set', car, fields: { arrived } });
      const answer = await Promise.race([tap, device.closed]);
      if (typeof answer === 'number') throw new Error(`The pulse was closed with ${answer}`);
      times.push(performance.now() - began);
      // It reads, and keeps up.
      const [outcome] = answer;
      if (outcome?.outcome === 'applied')
        device.send({ type: 'seen', version: outcome.version, seq: outcome.seq });
      await sleep(EVERY_MS);
    }
  };
  const done = beat();
  // Told to whoever stops it.
  done.catch(() => {});
  return {
    take: () => {
      const taken = times;
      times = [];
      return taken;
    },
    stop: async () => {
      isOver = true;
      await done;
      device.socket.close();
    },
  };
}
