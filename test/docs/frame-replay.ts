import { tellArchive } from '../../worker/engine/archive-news.ts';
import { rollCall } from '../../worker/engine/fleet.ts';
import { onMembers } from '../../worker/engine/members.ts';
import { changeSettings } from '../../worker/engine/settings.ts';
import type { SiteChangeBody } from '../../worker/protocol/bodies.ts';
import type { Car } from '../../worker/protocol/car.ts';
import { blankCar } from '../../worker/protocol/car.ts';
import { NOTES_CHARS_MAX } from '../../worker/protocol/limits.ts';
import { PROTOCOL } from '../../worker/protocol/messages.ts';
import type { Principal } from '../../worker/protocol/site.ts';
import type { SocketEnds } from '../support/engine-device.ts';
import { type EngineHub, makeHub, NOW } from '../support/engine-hub.ts';
import type { Fence } from './document.ts';

/** A line of the document beside what is true. */
export interface Replayed {
  line: number;
  documented: string;
  /** What the hub sent; null where it sent nothing. */
  sent: string | null;
}

/**
 * Plays the document's examples, told from one phone: `→` is sent to a hub, `←` has to be the next that comes back,
 * and a line with `#` tells what happens elsewhere, which is a scene below. Nothing may come that is not documented.
 */
export function replay(fences: readonly Fence[], protocol = PROTOCOL): Replayed[] {
  const stage = new Stage(protocol);
  const replayed: Replayed[] = [];
  for (const { lines } of fences) {
    for (const { number, text } of lines) {
      const [mark, rest] = [text.slice(0, 1), text.slice(2)];
      if (mark === '#') stage.play(rest);
      else if (mark === '→') stage.say(rest);
      else replayed.push({ line: number, documented: rest, sent: stage.hear() });
    }
    const line = lines.at(-1)?.number ?? 0;
    for (const sent of stage.drain()) replayed.push({ line, documented: '', sent });
  }
  if (protocol === PROTOCOL && stage.unplayed.length > 0)
    throw new Error(`not in the document: ${stage.unplayed.join(' ')}`);
  return replayed;
}

/** The site of the examples, a phone of Wes's that the document speaks of, and Lea at her desk. */
class Stage {
  readonly #hub = makeHub({
    epoch: '5e0c2b91',
    people: { lea: 'lead', wes: 'worker' },
    site: {
      id: 'north-yard',
      name: 'North yard',
      timeZone: 'America/Chicago',
      locations: ['Yard', '100', '200', 'Shop'],
    },
    inherited: { version: 4810, cars: BOARD, names: { lea: 'Lea', wes: 'Wes', ann: 'Ann' } },
  });
  readonly #desk = this.#hub.device('lea', 'desk-of-lea');
  readonly #inbox: string[] = [];
  readonly #ends: SocketEnds = {
    message: (text) => this.#inbox.push(text),
    closed: (code, reason) => this.#inbox.push(`${code} ${reason}`),
  };
  #phone = '';
  readonly #protocol: number;
  readonly #scenes: Record<string, () => void> = {
    'Wes opens the board on a new phone.': () => this.#dial(this.#hub),
    'Lea moves 128502 to 100.': () =>
      this.#desk.push({ type: 'set', car: '128502', fields: { location: '100' } }),
    'Lea notes something on 128502 and marks it empty, in one frame.': () =>
      this.#desk.push(
        { type: 'note', car: '128502', text: 'keys in the office' },
        { type: 'set', car: '128502', fields: { empty: true } },
      ),
    'The site gets a location.': () =>
      this.#configure({ locations: ['Yard', '100', '200', 'Shop', 'Dock 9'] }),
    'The site gets shifts.': () => this.#configure({ shifts: SHIFTS }),
    'The hub has slept, or crashed and come back.': () => this.#hub.restart({ sockets: 'kept' }),
    'Lea marks 128502 late no more.': () =>
      this.#desk.push({ type: 'set', car: '128502', fields: { late: false } }),
    'The link breaks. Lea removes 128489 and marks 128502 late.': () => {
      this.#hub.gone(this.#phone);
      this.#desk.push(
        { type: 'remove', car: '128489' },
        { type: 'set', car: '128502', fields: { late: true } },
      );
      this.#dial(this.#hub);
    },
    'Lea settles what Wes reported.': () =>
      this.#desk.push({ type: 'settle', item: 'h2s8LmP3', choice: 'other' }),
    'Lea asks every device where it is.': () => this.#hub.run((hub, { now }) => rollCall(hub, now).effects),
    'Ann, who has left an edit on this phone, belongs to the site no more.': () =>
      this.#hub.run((hub) => onMembers(hub, this.#hub.membersAsked.shift() ?? [], ['wes'])),
    'Lea takes the phone.': () => {
      this.#hub.gone(this.#phone);
      this.#dial(this.#hub, 'lea');
    },
    'The archive has not answered for a while.': () => {
      this.#hub.tick(5 * MINUTE);
      this.#hub.run(({ feed, state }, env) => tellArchive(feed, state, env));
    },
    'Another site, with as many notes as one frame holds: the last car is in a second one.': () => {
      const large = makeHub({ inherited: { version: 310, cars: LARGE_BOARD, names: { lea: 'Lea' } } });
      this.#dial(large);
      const hello = {
        type: 'hello',
        protocol: this.#protocol,
        device: 'phone-7Qm2',
        epoch: null,
        version: 0,
      };
      large.receive(this.#phone, JSON.stringify(hello));
      // Its welcome is as large as a frame may be.
      this.#inbox.shift();
    },
  };

  constructor(protocol: number) {
    this.#protocol = protocol;
    this.#hub.settle();
  }

  get unplayed(): string[] {
    return Object.keys(this.#scenes);
  }

  play(name: string): void {
    const scene = this.#scenes[name];
    if (!scene) throw new Error(`no scene "${name}"`);
    delete this.#scenes[name];
    scene();
  }

  say(text: string): void {
    this.#hub.receive(this.#phone, text);
  }

  /** What came first; lets time pass until something has. */
  hear(): string | null {
    while (this.#inbox.length === 0) {
      const due = Math.min(...this.#hub.timers.map((timer) => timer.due));
      if (due === Infinity) return null;
      this.#hub.tick(Math.max(0, due - this.#hub.now));
    }
    return this.#inbox.shift() ?? null;
  }

  drain(): string[] {
    this.#hub.settle();
    return this.#inbox.splice(0);
  }

  #dial(hub: EngineHub, person = 'wes'): void {
    this.#phone = hub.accept(person, this.#ends);
  }

  #configure(change: SiteChangeBody): void {
    const admin: Principal = { person: 'ada', name: 'Ada', role: 'admin' };
    this.#hub.run(
      (hub, env) => changeSettings(hub, change, { id: 'settings-1', principal: admin }, env).effects,
    );
  }
}

const SHIFTS = [
  { name: 'Early', start: '06:00', end: '14:00' },
  { name: 'Night', start: '22:00', end: '06:00' },
];

const MINUTE = 60_000;

const BOARD: Car[] = [
  { ...blankCar('128489', 'Yard'), version: 4788, updatedAt: NOW - 90 * MINUTE, updatedBy: 'lea' },
  {
    ...blankCar('128502', '200'),
    arrived: true,
    late: true,
    notes: 'gate code 4411',
    version: 4810,
    updatedAt: NOW - MINUTE,
    updatedBy: 'wes',
    arrivedAt: NOW - 5 * MINUTE,
  },
  {
    ...blankCar('119977', 'Shop'),
    removed: true,
    version: 4801,
    updatedAt: NOW - 60 * MINUTE,
    updatedBy: 'lea',
  },
];

/** As many cars with notes as long as can be as fit a frame, then as many without as still do, and one more. */
const LARGE_BOARD: Car[] = Array.from({ length: 122 + 41 + 1 }, (_, i) => ({
  ...blankCar(String(128_400 + i), 'Yard'),
  notes: i < 122 ? 'n'.repeat(NOTES_CHARS_MAX) : '',
  version: i + 1,
  updatedAt: NOW,
  updatedBy: 'lea',
}));
