import type * as v from 'valibot';
import type { Effect } from '../../worker/engine/effect.ts';
import { onFrame } from '../../worker/engine/socket.ts';
import type { SiteState } from '../../worker/engine/state.ts';
import { loginBody, setupBody } from '../../worker/protocol/bodies.ts';
import type { EditType } from '../../worker/protocol/edit.ts';
import type { UpMessage } from '../../worker/protocol/messages.ts';
import { parseDown } from '../../worker/protocol/parse-down.ts';
import { check, parseSync, parseUp } from '../../worker/protocol/parse-up.ts';
import { parseRoster } from '../../worker/protocol/roster-file.ts';
import { newCar, someCarFields } from '../../worker/protocol/schema.ts';
import type { Role } from '../../worker/protocol/site.ts';
import { type EngineHub, hashOf, makeHub } from '../support/engine-hub.ts';
import { integer, pick, type Random, random } from '../support/random.ts';
import { editOf, framesOn, intentsOn } from './examples.ts';
import { mutated, randomJson } from './mutate.ts';

export interface Fuzzed {
  frames: number;
  /** Did not parse, or were refused whole. */
  refused: number;
  /** Were taken for what they said. */
  taken: number;
  /** Types of frames and of edits among those taken. */
  kinds: Set<string>;
  /** What must not have happened; the frame that did it is in it. */
  violations: string[];
}

const PEOPLE: Record<string, Role> = { vi: 'viewer', wes: 'worker', lea: 'lead' };
const CARS = ['128489', '414', 'A-7'];
/** A board is begun anew after so many, so that it stays small. */
const FRAMES_PER_HUB = 250;
const VIOLATIONS_MAX = 20;

/**
 * R10: frames that were valid and have been spoiled, and JSON of nothing at all, into the engine and into every parser.
 * Nothing may throw; what is refused may change nothing; what somebody may not do is not done, whatever it is wrapped in.
 */
export function fuzz(seed: number, frames: number, goesOn: () => boolean = () => false): Fuzzed {
  const next = random(seed);
  const result: Fuzzed = { frames: 0, refused: 0, taken: 0, kinds: new Set(), violations: [] };
  while ((result.frames < frames || goesOn()) && result.violations.length < VIOLATIONS_MAX) {
    const night = new Night(next, result);
    for (let i = 0; i < FRAMES_PER_HUB && (result.frames < frames || goesOn()); i++) night.frame();
  }
  const strays = Object.keys(Object.prototype);
  if (strays.length > 0) result.violations.push(`every object has ${strays.join()} now`);
  return result;
}

class Night {
  readonly #next: Random;
  readonly #result: Fuzzed;
  readonly #hub: EngineHub;
  /** The socket of each person, if it is open. */
  readonly #sockets = new Map<string, string>();

  constructor(next: Random, result: Fuzzed) {
    this.#next = next;
    this.#result = result;
    this.#hub = makeHub({ people: PEOPLE });
    const rows = CARS.map((car) => ({ car, fields: {} }));
    this.#hub.request('lea', { type: 'import', rows, mode: 'merge' });
  }

  frame(): void {
    const person = pick(this.#next, Object.keys(PEOPLE));
    const text = this.#text(person);
    this.#result.frames++;
    // Slow enough for none to be refused for its pace alone.
    this.#hub.tick(integer(this.#next, 10, 30));
    const said = JSON.stringify(text).slice(0, 400);
    try {
      this.#send(person, text);
      parseAll(this.#next, text);
    } catch (error) {
      this.#result.violations.push(`${error instanceof Error ? error.message : error} after ${said}`);
    }
  }

  #send(person: string, text: string): void {
    const hub = this.#hub;
    const socket = { id: this.#socketOf(person), session: hashOf(person) };
    const parsed = parseUp(text);
    const { version } = hub;
    let effects: Effect[] = [];
    let isChanged = false;
    hub.run((engine, env) => {
      const before = digest(engine.state);
      effects = onFrame(engine, socket, text, env);
      // Before a close has taken effect, which notes when a device was last heard of.
      isChanged = digest(engine.state) !== before;
      return effects;
    });
    const isClosed = effects.some(({ type }) => type === 'close');
    const isRefused = !parsed.ok || effects.some(isRefusal);
    if (isRefused) {
      this.#result.refused++;
      const stray = effects.find(({ type }) => type !== 'send' && type !== 'close');
      if (stray) throw new Error(`a refused frame has the effect ${stray.type}`);
      if (isChanged) throw new Error('a refused frame has changed something');
      if (!parsed.ok && !effects.some(isRefusal) && !isClosed) throw new Error('refused without a word');
    } else {
      this.#result.taken++;
      this.#result.kinds.add(parsed.value.type);
      if (parsed.value.type === 'push')
        for (const { type } of parsed.value.edits) this.#result.kinds.add(type);
      sameAgain(parsed.value);
    }
    if (PEOPLE[person] === 'viewer' && hub.version !== version)
      throw new Error('a viewer has made a version');
  }

  #socketOf(person: string): string {
    const open = this.#sockets.get(person);
    if (open !== undefined) return open;
    const id = this.#hub.accept(person, {
      message: () => {},
      closed: () => this.#sockets.delete(person),
    });
    this.#sockets.set(person, id);
    const { hello } = framesOn('414', `device-of-${person}`);
    this.#hub.receive(id, JSON.stringify(hello));
    return id;
  }

  #text(person: string): string {
    const next = this.#next;
    if (integer(next, 0, 9) === 0) return JSON.stringify(randomJson(next)) ?? '';
    return mutated(next, this.#valid(person));
  }

  /** A frame that this hub would take of this person now, as far as its form goes. */
  #valid(person: string): UpMessage {
    const { version } = this.#hub;
    const device = `device-of-${person}`;
    const car = pick(this.#next, CARS);
    const frames = framesOn(car, device);
    const type = pick(this.#next, Object.keys(frames) as UpMessage['type'][]);
    if (type !== 'push' || integer(this.#next, 0, 2) === 0) return frames[type];
    const intents = intentsOn(car);
    const kind = pick(this.#next, Object.keys(intents) as EditType[]);
    const seq = (this.#hub.state.devices.get(device)?.seq ?? 0) + 1;
    return {
      type: 'push',
      edits: [{ ...editOf(intents[kind], seq, version), id: `fuzz-${this.#result.frames}-x` }],
    };
  }
}

function isRefusal(effect: Effect): boolean {
  return effect.type === 'send' && effect.text.includes('"notice":"refused"');
}

/** Everything a hub keeps, as text. */
function digest({ version, head, epoch, archived, floor, attentionDropped, ...state }: SiteState): string {
  const { cars, devices, sessions, names, attention, settled, site } = state;
  const maps = [cars, devices, sessions, names, attention, settled].map((map) => [...map]);
  return JSON.stringify([version, head, epoch, archived, floor, attentionDropped, site, maps]);
}

/** What was understood says the same when it is said again. */
function sameAgain(message: UpMessage): void {
  const text = JSON.stringify(message);
  const again = parseUp(text);
  if (!again.ok) throw new Error(`what was taken is not taken again: ${again.field} ${again.detail}`);
  if (JSON.stringify(again.value) !== text)
    throw new Error('what was taken is something else the second time');
}

/** Every other parser: they answer, whatever it is. */
function parseAll(next: Random, text: string): void {
  parseDown(text);
  const json = jsonOf(text);
  switch (integer(next, 0, 5)) {
    case 0:
      parseSync(mapped(json, 'sync'));
      break;
    case 1:
      check(loginBody as v.GenericSchema<unknown>, json);
      break;
    case 2:
      check(setupBody as v.GenericSchema<unknown>, mapped(json, 'setup'));
      break;
    case 3:
      check(someCarFields as v.GenericSchema<unknown>, json);
      break;
    case 4:
      check(newCar as v.GenericSchema<unknown>, json);
      break;
    default:
      parseRoster(`id,location,status,notes\n${text}\n414,${text}`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Within a body that is right otherwise, so that it gets as far as it can. */
function mapped(json: unknown, kind: 'sync' | 'setup'): unknown {
  if (kind === 'sync') return { device: 'device-1234', epoch: null, version: 0, edits: json };
  return { token: 'x', site: json, admin: json };
}
