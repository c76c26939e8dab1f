import { httpExchange } from '../../app/sync/http-exchange.ts';
import { MemoryStore } from '../../app/sync/memory-store.ts';
import { openSiteClient } from '../../app/sync/open-site-client.ts';
import { unguessable } from '../../app/sync/random.ts';
import { systemClock } from '../../app/sync/system-clock.ts';
import type { SiteClient } from '../../app/sync/view.ts';
import { webSocketDial } from '../../app/sync/web-socket.ts';
import type { Car } from '../protocol/car.ts';
import type { Intent } from '../protocol/edit.ts';
import { type DemoAccount, signIn } from './demo-session.ts';

/** Between two taps of a device, in milliseconds. */
const PAUSE_MS = { min: 1_500, max: 6_000 };

/** A device as anybody's, but for its store: the same client, signed in as a worker, tapping now and then. */
export async function startDemoDevice(origin: string, site: string, account: DemoAccount): Promise<void> {
  const headers = { Cookie: await signIn(origin, account), Origin: origin };
  const path = `${origin}/api/sites/${site}`;
  // Node's WebSocket takes an object in the place of the protocols; the DOM's type does not know of it.
  const options: unknown = { headers };
  const client = await openSiteClient({
    dial: webSocketDial(() => new WebSocket(`${path.replace(/^http/, 'ws')}/live`, options as string[])),
    exchange: httpExchange((body) =>
      fetch(`${path}/sync`, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json' },
        body,
      }),
    ),
    store: new MemoryStore(),
    clock: systemClock(globalThis),
    random: unguessable(crypto),
    app: 'demo',
  });

  const tapLater = (): void => {
    const ms = PAUSE_MS.min + Math.random() * (PAUSE_MS.max - PAUSE_MS.min);
    setTimeout(() => {
      tap(client);
      tapLater();
    }, ms);
  };
  tapLater();
}

function tap(client: SiteClient): void {
  const { cars, site, health } = client.view;
  if (health.state !== 'live' || !site) return;
  const onBoard = [...cars.values()].filter((car) => !car.removed);
  const car = pick(onBoard);
  if (!car) return;
  client.where(car.id);
  void client.edit(nextOf(car, site.locations));
}

/** What would happen to a car next on a night that never ends: in, to a belt, empty, out again. */
function nextOf({ id, arrived, empty, late, location }: Car, locations: readonly string[]): Intent {
  const belts = locations.filter((name) => /^\d/.test(name) && name !== location);
  const chance = Math.random();
  if (!arrived) {
    if (chance < 0.15) return { type: 'set', car: id, fields: { late: !late } };
    return { type: 'set', car: id, fields: { arrived: true, location: pick(belts) ?? location } };
  }
  if (!empty) {
    if (chance < 0.25) return { type: 'set', car: id, fields: { location: pick(belts) ?? location } };
    return { type: 'set', car: id, fields: { empty: true } };
  }
  return { type: 'set', car: id, fields: { arrived: false, late: false, location: 'Yard' } };
}

function pick<T>(choices: readonly T[]): T | undefined {
  return choices[Math.floor(Math.random() * choices.length)];
}
