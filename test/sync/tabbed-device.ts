import type { Connection } from '../../app/sync/connection.ts';
import { openSiteClient } from '../../app/sync/open-site-client.ts';
import { Desk } from '../../app/sync/shared/desk.ts';
import { Follower } from '../../app/sync/shared/follower.ts';
import { openSharedClient, type SharedClient } from '../../app/sync/shared/shared-client.ts';
import type { Store } from '../../app/sync/store.ts';
import { ChannelBus } from '../support/channels.ts';
import { LockQueue } from '../support/locks.ts';
import { integer, random } from '../support/random.ts';
import { TabProcess } from '../support/tab-process.ts';
import type { World, WorldDevice } from './world.ts';

/** A device of a simulated world on which the site is open in several tabs. */
export class TabbedDevice {
  readonly device: WorldDevice;
  readonly lock: LockQueue;
  readonly bus: ChannelBus;
  readonly tabs: DeviceTab[] = [];
  readonly #world: World;

  constructor(world: World, person: string) {
    this.#world = world;
    this.device = world.device(person);
    this.lock = new LockQueue(world.clock);
    this.bus = new ChannelBus(world.clock);
  }

  /** Opens a tab and lets it come up. */
  async open({ isVisible = true } = {}): Promise<DeviceTab> {
    const tab = this.begin({ isVisible });
    await this.#world.clock.advance(2_000);
    return tab;
  }

  /** Opens a tab; nothing has come back yet. */
  begin({ isVisible = true } = {}): DeviceTab {
    const tab = new DeviceTab(this.#world, this, isVisible);
    this.tabs.push(tab);
    return tab;
  }
}

export class DeviceTab {
  readonly process: TabProcess;
  client: SharedClient | null = null;
  /** Rejects as opening does. */
  readonly opened: Promise<SharedClient>;
  /** Sockets this tab has dialled. */
  dials = 0;
  /** Times it has led. */
  terms = 0;

  constructor(world: World, { device, lock, bus }: TabbedDevice, isVisible: boolean) {
    const process = new TabProcess(world.clock);
    this.process = process;
    const next = random(integer(world.random, 1, 2 ** 30));
    this.opened = openSharedClient(
      {
        lock: lock.of(process),
        openChannel: (heard) => bus.open(process, heard),
        openLeader: (closed) => {
          this.terms++;
          const disk = device.disk.openBeside();
          process.onDeath(() => disk.kill());
          const store: Store = {
            load: () => process.wait(disk.load()),
            commit: (change) => process.wait(disk.commit(change)),
            close: () => disk.close(),
          };
          const ports = {
            dial: (events: Parameters<typeof device.dial>[0]): Connection => {
              this.dials++;
              const link = device.dial({
                opened: () => process.run(() => events.opened()),
                message: (text) => process.run(() => events.message(text)),
                closed: (code) => process.run(() => events.closed(code)),
              });
              process.onDeath(() => link.cut());
              return link;
            },
            exchange: (body: string) => process.wait(device.exchange(body)),
            store,
            clock: process,
            random: next,
          };
          return openSiteClient(ports, { person: device.person, closed });
        },
        loadParts: async () => ({ Desk, Follower }),
        clock: process,
        random: next,
      },
      { isVisible },
    );
    this.opened.then(
      (client) => {
        this.client = client;
      },
      () => {},
    );
  }

  /** Of a tab that has come up. */
  get shared(): SharedClient {
    if (!this.client) throw new Error('the tab has not come up');
    return this.client;
  }

  get view() {
    return this.shared.view;
  }
}
