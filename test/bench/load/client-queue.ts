import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../app/sync/clock.ts';
import type { Connection, Dial } from '../../../app/sync/connection.ts';
import { MemoryStore } from '../../../app/sync/memory-store.ts';
import { openSiteClient } from '../../../app/sync/open-site-client.ts';
import { unguessable } from '../../../app/sync/random.ts';
import type { OpenSiteClient } from '../../../app/sync/site-client.ts';
import type { View } from '../../../app/sync/view.ts';
import type { FindingsByTarget, Target } from '../target.ts';
import { boardOf } from './board.ts';
import { each } from './crowd.ts';
import { dialRaw, type RawSocket } from './raw-socket.ts';
import { takeSeat } from './screen.ts';
import { median } from './statistics.ts';

const BETWEEN_MS = 50;

/**
 * The app's own client, with a store in memory: live, then cut off while so many edits are made, then let back. From
 * dialling to nothing waiting, the board current.
 */
export async function clientQueue(
  targets: readonly Target[],
  { edits, times }: { edits: number; times: number },
): Promise<FindingsByTarget> {
  return each(targets, async (target) => {
    const took: number[] = [];
    for (let i = 0; i < times; i++) {
      took.push(await comeBack(target, edits));
      await sleep(BETWEEN_MS);
    }
    return { ms: median(took) };
  });
}

async function comeBack(target: Target, edits: number): Promise<number> {
  const line = lineTo(target);
  const random = unguessable(crypto);
  const exchange = async () => ({ ok: false as const, code: null });
  const client = await openSiteClient({ dial: line.dial, exchange, store: new MemoryStore(), clock, random });
  await seen(client, ({ health }) => health.state === 'live');
  line.cut();
  await seen(client, ({ health }) => health.state !== 'live');
  await Promise.all(
    Array.from({ length: edits }, () => {
      const { car, arrived } = boardOf(target).tap();
      return client.edit({ type: 'set', car, fields: { arrived } });
    }),
  );
  const began = performance.now();
  line.heal();
  client.hint('online');
  await seen(client, ({ pending, health }) => pending.length === 0 && health.state === 'live');
  const ms = performance.now() - began;
  if (client.view.attention.length > 0) throw new Error('an edit was not applied');
  await client.stop();
  return ms;
}

function seen(client: OpenSiteClient, isSo: (view: View) => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (isSo(client.view)) return resolve();
    const stop = client.subscribe((view) => {
      if (!isSo(view)) return;
      stop();
      resolve();
    });
  });
}

/** A way to the hub that can be cut and healed. */
function lineTo(target: Target): { dial: Dial; cut(): void; heal(): void } {
  const { path, headers } = takeSeat(target);
  let isCut = false;
  let drop: () => void = () => {};
  const dial: Dial = (events): Connection => {
    let raw: RawSocket | null = null;
    let isOver = false;
    const end = (code: number, reason = ''): void => {
      if (isOver) return;
      isOver = true;
      raw?.cut();
      events.closed(code, reason);
    };
    drop = () => end(1006);
    const onClose = (code: number | null, reason: string): void => end(code ?? 1006, reason);
    if (isCut) queueMicrotask(() => end(1006));
    else {
      dialRaw(
        { origin: target.origin, path, headers },
        { onText: (text) => events.message(text), onClose },
      ).then(
        (opened) => {
          raw = opened;
          if (isOver) raw.cut();
          else events.opened();
        },
        () => end(1006),
      );
    }
    return {
      send: (text) => raw?.send(text),
      close: () => {
        isOver = true;
        raw?.cut();
      },
    };
  };
  return {
    dial,
    cut: () => {
      isCut = true;
      drop();
    },
    heal: () => {
      isCut = false;
    },
  };
}

const timers = new Map<number, NodeJS.Timeout>();
let lastTimer = 0;

const clock: Clock = {
  now: () => Date.now(),
  setTimer: (run, ms) => {
    const id = ++lastTimer;
    timers.set(
      id,
      setTimeout(() => {
        timers.delete(id);
        run();
      }, ms),
    );
    return id;
  },
  clearTimer: (id) => {
    clearTimeout(timers.get(id));
    timers.delete(id);
  },
};
