import { d1Archive } from '../../worker/archive/archive.ts';
import { tellArchive } from '../../worker/engine/archive-news.ts';
import { archived } from '../../worker/engine/checkpoint.ts';
import { changeSettings, settingsSaved } from '../../worker/engine/settings.ts';
import { Checkpointer } from '../../worker/hub/checkpointer.ts';
import type { SiteChangeBody } from '../../worker/protocol/bodies.ts';
import type { LogEntry } from '../../worker/protocol/history.ts';
import type { Principal } from '../../worker/protocol/site.ts';
import { type EngineHub, makeHub } from '../support/engine-hub.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { integer, pick, type Random, random } from '../support/random.ts';
import { AilingArchive } from './outage.ts';
import { sqliteD1 } from './sqlite-d1.ts';

const CARS = ['101', '102', '103', '104', '105', '106'];

/** A hub with its checkpoints and an archive that can fail, in one process and in virtual time. */
export class ArchivedSite {
  readonly clock = new ManualClock();
  readonly random: Random;
  readonly d1 = sqliteD1();
  readonly archive: AilingArchive;
  readonly hub: EngineHub;
  /** Every entry the hub has ever written. */
  readonly log: LogEntry[] = [];
  alarms = 0;
  #checkpointer: Checkpointer;
  #alarm: number | null = null;
  /** Grows with each life of the hub: what an earlier one was waiting for is nothing to this one. */
  #life = 0;

  constructor(seed: number) {
    this.random = random(seed);
    this.archive = new AilingArchive(d1Archive(this.d1.db), this.clock, this.random);
    this.hub = makeHub({ now: this.clock.now() });
    this.#checkpointer = this.#newCheckpointer();
    this.edit({ type: 'import', rows: CARS.map((car) => ({ car, fields: {} })), mode: 'merge' });
  }

  get isDrained(): boolean {
    return this.hub.state.archived === this.hub.version;
  }

  /** Somebody does something, or a given thing, now. */
  edit(intent: Parameters<EngineHub['request']>[1] = this.#someIntent()): void {
    this.#keepTime();
    const before = this.hub.version;
    this.hub.request('lea', intent);
    this.log.push(...this.hub.twin.entriesSince(before));
    this.heard();
  }

  /** An admin changes name, time zone or locations. */
  settle(change: SiteChangeBody): void {
    this.#keepTime();
    const admin: Principal = { person: 'ada', name: 'Ada', role: 'admin' };
    this.hub.run(
      (hub, env) => changeSettings(hub, change, { id: 'settings-1', principal: admin }, env).effects,
    );
    this.heard();
  }

  /** Somebody is there. */
  heard(): void {
    this.#checkpointer.heard(this.hub.state, this.clock.now());
  }

  /** For so long, an edit every so often. */
  async work(ms: number, everyMs: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += everyMs) {
      this.edit();
      await this.clock.advance(everyMs);
    }
  }

  /** Memory is lost; the alarm was stored, or was lost with it. */
  crash(alarm: 'kept' | 'lost'): void {
    this.#keepTime();
    this.#life++;
    if (alarm === 'lost') this.loseAlarm();
    this.hub.restart({ sockets: 'kept' });
    this.#checkpointer = this.#newCheckpointer();
    this.#checkpointer.wake(this.hub.state, this.clock.now());
  }

  /** The runtime gave up on it after six tries, and tells nobody. */
  loseAlarm(): void {
    if (this.#alarm !== null) this.clock.clearTimer(this.#alarm);
    this.#alarm = null;
  }

  /** The hub's own storage is gone: it begins again from the archive, as another epoch (rule V2). */
  async loseStorage(): Promise<void> {
    this.#life++;
    this.loseAlarm();
    const epoch = 'epoch-2';
    const inherited = await this.archive.load('hub-1', { epoch, at: this.clock.now() });
    this.hub.reborn(epoch, inherited);
    this.hub.admit('lea', 'lead');
    this.#checkpointer = this.#newCheckpointer();
    this.#checkpointer.wake(this.hub.state, this.clock.now());
  }

  #newCheckpointer(): Checkpointer {
    return new Checkpointer({
      archive: this.archive,
      log: this.hub.twin,
      random: this.random,
      setAlarm: (at) => {
        this.loseAlarm();
        this.#alarm = this.clock.setTimer(() => void this.#goOff(), at - this.clock.now());
      },
    });
  }

  /** As the shell does it. */
  async #goOff(): Promise<void> {
    const life = this.#life;
    this.#alarm = null;
    this.alarms++;
    this.#keepTime();
    const { version, settingsAt } = await this.#checkpointer.save(this.hub.state, this.clock.now());
    if (life !== this.#life) return;
    this.#keepTime();
    this.hub.run(({ state, feed }, env) => [
      ...(version > state.archived ? archived(state, version) : []),
      ...settingsSaved(state, settingsAt),
      ...tellArchive(feed, state, env),
    ]);
    this.#checkpointer.rearm(this.hub.state, this.clock.now());
  }

  #keepTime(): void {
    if (this.hub.now < this.clock.now()) this.hub.tick(this.clock.now() - this.hub.now);
  }

  #someIntent(): Parameters<EngineHub['request']>[1] {
    const car = pick(this.random, CARS);
    const dice = this.random();
    if (dice < 0.1) return { type: 'remove', car };
    if (dice < 0.3) return { type: 'restore', car };
    if (dice < 0.4) return { type: 'note', car, text: `${integer(this.random, 0, 999)}` };
    const fields = { location: pick(this.random, ['100', '200', '300', '400']) };
    return { type: 'set', car, fields };
  }
}
