import type { Role } from '../../worker/protocol/site.ts';
import { LOCATIONS } from '../engine/random-intent.ts';
import { Cloud } from './cloud.ts';
import { SimulatedDevice } from './device.ts';
import { SimulatedHub } from './hub.ts';
import type { Cast } from './plan.ts';
import { stream } from './random-stream.ts';
import { Recorder } from './recorder.ts';
import { Situations } from './situations.ts';
import { Tape } from './tape.ts';
import { Timeline } from './timeline.ts';

const NOW = 1_790_000_000_000;
const SITE = { id: 'hub-1', name: 'Hub 1', timeZone: 'UTC', locations: LOCATIONS };

/** One site with its people and their devices, on one timeline. */
export class World {
  readonly seed: number;
  readonly timeline = new Timeline(NOW);
  readonly situations = new Situations();
  readonly recorder = new Recorder(this.timeline, this.situations);
  readonly tape: Tape;
  readonly cloud: Cloud;
  readonly hub: SimulatedHub;
  readonly devices: SimulatedDevice[];
  readonly roles: Map<string, Role>;
  /** How many sessions each has had: each sign-in is another. */
  readonly #signIns = new Map<string, number>();

  constructor(seed: number, { people, devices }: Cast, { tapes = false } = {}) {
    const { timeline, situations } = this;
    this.seed = seed;
    this.tape = new Tape(tapes);
    this.roles = new Map(Object.entries(people));
    this.cloud = new Cloud(SITE.id, timeline, stream(seed, 4), situations);
    const { tape, cloud } = this;
    this.hub = new SimulatedHub({ timeline, cloud, random: stream(seed, 5), situations, site: SITE, tape });
    for (const person of this.roles.keys()) this.signIn(person);
    this.devices = devices.map((device, i) => new SimulatedDevice(this, i, device));
  }

  sessionOf(person: string): string {
    return `session-${person}-${this.#signIns.get(person) ?? 0}`;
  }

  /** People who belong to the site no more. */
  get removed(): Set<string> {
    return this.cloud.removed;
  }

  /** A new session, in the role they have now. */
  signIn(person: string): void {
    if (this.removed.has(person)) return;
    this.#signIns.set(person, (this.#signIns.get(person) ?? 0) + 1);
    this.cloud.signIn(this.sessionOf(person), person, this.roles.get(person) ?? 'viewer');
  }

  /** Ends the session a person has, in the directory and at the hub. */
  revoke(person: string): void {
    const session = this.sessionOf(person);
    this.cloud.revoke(session);
    this.hub.revoke(session);
  }

  /** What the session a person has allows from now on. */
  changeRole(person: string, role: Role): void {
    const session = this.sessionOf(person);
    const known = this.cloud.sessions.get(session);
    if (known) known.role = role;
    this.hub.changeRole(session, role);
  }

  close(): void {
    for (const device of this.devices) device.kill();
    this.cloud.close();
  }
}
