import { expect, test } from 'vitest';
import { ARCHIVE_LATE_MS, tellArchive } from '../../worker/engine/archive-news.ts';
import { archived } from '../../worker/engine/checkpoint.ts';
import { type EngineHub, makeHub, NOW } from '../support/engine-hub.ts';

/** A hub whose first change has waited for so long. */
function waiting(ms: number): EngineHub {
  const hub = makeHub({ people: { lea: 'lead', ann: 'admin', wes: 'worker' } });
  hub.request('lea', { type: 'add', car: '1' });
  hub.tick(ms);
  hub.request('lea', { type: 'add', car: '2' });
  return hub;
}

const checkpoint = (hub: EngineHub, { fails }: { fails: boolean }): void =>
  hub.run(({ state, feed }, env) => [
    ...(fails ? [] : archived(state, state.version)),
    ...tellArchive(feed, state, env),
  ]);

const noticesOf = (socket: ReturnType<EngineHub['connect']>) =>
  socket.frames.filter((message) => message.type === 'notice');

function listen(hub: EngineHub, person: string, topics?: ('cars' | 'people' | 'attention')[]) {
  const socket = hub.connect(person);
  const device = `device-of-${person}-${topics?.length ?? 0}`;
  socket.send({ type: 'hello', protocol: 2, device, epoch: null, version: 0, ...(topics && { topics }) });
  return socket;
}

const told = (delayedSince: number | null) => ({ type: 'notice', notice: 'archive', delayedSince });

test('A2 leads hear since when the archive waits, once it waits too long, and that it has caught up', () => {
  const hub = waiting(ARCHIVE_LATE_MS);
  const lead = listen(hub, 'lea');
  checkpoint(hub, { fails: true });
  expect(noticesOf(lead)).toEqual([]);
  hub.tick(1);
  checkpoint(hub, { fails: true });
  expect(noticesOf(lead)).toEqual([told(NOW)]);
  hub.tick(8_000);
  checkpoint(hub, { fails: true });
  expect(noticesOf(lead)).toHaveLength(1);
  checkpoint(hub, { fails: false });
  expect(noticesOf(lead)).toEqual([told(NOW), told(null)]);
});

test('A2 who comes while it waits hears of it in the welcome; nobody else does', () => {
  const hub = waiting(ARCHIVE_LATE_MS + 1);
  const [lead, admin] = [listen(hub, 'lea'), listen(hub, 'ann')];
  const others = [listen(hub, 'wes'), listen(hub, 'lea', ['cars', 'people'])];
  for (const socket of [lead, admin])
    expect(socket.frames[0]).toMatchObject({ type: 'welcome', delayedSince: NOW });
  for (const socket of others) expect(socket.frames[0]).not.toHaveProperty('delayedSince');
  checkpoint(hub, { fails: true });
  checkpoint(hub, { fails: false });
  for (const socket of [lead, admin]) expect(noticesOf(socket)).toEqual([told(null)]);
  for (const socket of others) expect(noticesOf(socket)).toEqual([]);
});

test('H1 what a lead has been told is known after a sleep', () => {
  const hub = waiting(ARCHIVE_LATE_MS + 1);
  const lead = listen(hub, 'lea');
  hub.restart({ sockets: 'kept' });
  checkpoint(hub, { fails: true });
  expect(noticesOf(lead)).toEqual([]);
  hub.restart({ sockets: 'kept' });
  checkpoint(hub, { fails: false });
  expect(noticesOf(lead)).toEqual([told(null)]);
});

test('E4 a lead who is one no more hears no more of it', () => {
  const hub = waiting(ARCHIVE_LATE_MS + 1);
  const lead = listen(hub, 'lea');
  hub.admit('lea', 'worker');
  checkpoint(hub, { fails: false });
  expect(noticesOf(lead)).toEqual([]);
});
