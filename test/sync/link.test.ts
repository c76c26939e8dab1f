import { expect, test } from 'vitest';
import { type LinkEffect, type LinkEvent, step } from '../../app/sync/link.ts';
import { dueAt, type Link, newLink } from '../../app/sync/link-state.ts';
import { CLOSE } from '../../worker/protocol/errors.ts';

const S = 1_000;

/** Drives the machine by hand: events at times in seconds from the start. */
class Drive {
  link: Link = newLink(0);
  now = 0;
  chance = 0.5;

  on(event: LinkEvent | LinkEvent['type'], atS?: number): LinkEffect[] {
    if (atS !== undefined) this.now = atS * S;
    const whole = typeof event === 'string' ? ({ type: event } as LinkEvent) : event;
    const { link, effects } = step(this.link, whole, this.now, () => this.chance);
    this.link = link;
    return effects;
  }

  /** Ticks when it is due. */
  tick(): LinkEffect[] {
    this.now = dueAt(this.link)!;
    return this.on('tick');
  }

  live(atS = 0): this {
    this.on('start', atS);
    this.on('opened');
    this.on({ type: 'welcomed', complete: true });
    return this;
  }

  get is(): string {
    return this.link.phase.is;
  }
}

test('it is live only once the welcome has been handled, and all parts have come', () => {
  const drive = new Drive();
  expect(drive.on('start')).toEqual(['dial']);
  drive.on('opened');
  expect(drive.is).toBe('greeting');
  drive.on({ type: 'welcomed', complete: false });
  expect(drive.is).toBe('catching-up');
  drive.on({ type: 'welcomed', complete: true });
  expect(drive.is).toBe('live');
});

test('R9 a link that has gone silent is given up within 10 s while somebody looks', () => {
  const drive = new Drive().live();
  expect(drive.tick()).toEqual(['ping']);
  expect(drive.now).toBe(5 * S);
  expect(drive.tick()).toEqual(['close']);
  expect(drive.now).toBeLessThan(10 * S);
  expect(drive.is).toBe('down');
});

test('an answer of the hub ends the wait for a pong', () => {
  const drive = new Drive().live();
  drive.tick();
  drive.on({ type: 'answered', left: false }, 8);
  expect(drive.tick()).toEqual(['ping']);
  expect(drive.now).toBe(13 * S);
});

test('R9 a link that brings what others do, and on which nothing reaches the hub, is given up alike', () => {
  const drive = new Drive().live();
  const effects: LinkEffect[] = [];
  for (let s = 1; s < 10; s++) {
    drive.on({ type: 'heard', unasked: true }, s);
    effects.push(...drive.on('tick'));
  }
  expect(effects).toEqual(['ping', 'close']);
});

test('a hidden page pings every 25 s and lets go after 5 minutes; in sight again it dials at once', () => {
  const drive = new Drive().live();
  drive.on('hidden');
  const pings: number[] = [];
  for (let i = 0; i < 40 && drive.is === 'live'; i++) {
    const effects = drive.tick();
    if (effects.includes('ping')) {
      pings.push(drive.now / S);
      drive.on('heard');
    } else expect(effects).toEqual(['close']);
  }
  expect(pings).toEqual([25, 50, 75, 100, 125, 150, 175, 200, 225, 250, 275]);
  expect([drive.now, drive.is, dueAt(drive.link)]).toEqual([300 * S, 'down', null]);
  expect(drive.on('visible', 4_000)).toEqual(['dial']);
});

test('an edit that is not answered for 8 s ends the connection, though pings are', () => {
  const drive = new Drive().live();
  drive.on('sent', 1);
  for (let s = 2; s < 9; s++) {
    drive.on('heard', s);
    expect(drive.on('tick')).toEqual([]);
  }
  expect(drive.tick()).toEqual(['close']);
  expect(drive.now).toBe(9 * S);
});

test('an answer moves the deadline of the edits that are left', () => {
  const drive = new Drive().live();
  drive.on('sent', 1);
  drive.on('heard', 7);
  drive.on({ type: 'answered', left: true });
  drive.on('heard', 12);
  expect(drive.on('tick')).toEqual([]);
  drive.on({ type: 'answered', left: false });
  drive.on('heard', 30);
  expect(drive.on('tick')).toEqual([]);
});

test('after a sleep of more than 30 s it dials at once, and believes nothing of the connection it had', () => {
  const drive = new Drive().live();
  expect(drive.on('tick', 36)).toEqual(['close', 'dial']);
});

test('a clock that is set back makes it begin anew instead of waiting for years', () => {
  const drive = new Drive().live(1_000_000);
  expect(drive.on('tick', 1)).toEqual(['close', 'dial']);
  expect(dueAt(drive.link)).toBe(11 * S);
});

test.each([-3_600, 3_600])(
  'less data is used, or no longer, though the clock has been set by %i s before',
  (s) => {
    const drive = new Drive().live(10_000);
    expect(drive.on({ type: 'saver', on: true }, 10_000 + s)).toEqual(['close', 'exchange']);
    drive.on({ type: 'exchanged', ok: true });
    expect(drive.on({ type: 'saver', on: false }, 10_000)).toEqual(['dial']);
    expect(drive.link.isSaver).toBe(false);
  },
);

test('the timers of a hidden page may be late', () => {
  const drive = new Drive().live();
  drive.on('hidden');
  expect(drive.on('tick', 80)).toEqual(['ping']);
});

test('it waits longer after each failure, spread over the whole range, and 30 s at most', () => {
  const drive = new Drive();
  drive.chance = 0.999_999;
  drive.on('start');
  const waits: number[] = [];
  for (let i = 0; i < 9; i++) {
    // Another device's welcome keeps it from falling back to HTTP.
    drive.on('opened');
    drive.on({ type: 'welcomed', complete: true });
    drive.on({ type: 'closed', code: 1006 });
    waits.push(Math.round(dueAt(drive.link)! - drive.now));
    drive.tick();
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  drive.chance = 0;
  drive.on({ type: 'closed', code: 1006 });
  expect(dueAt(drive.link)).toBe(drive.now);
});

test('R15 a hub that was out of reach for long, and then asks to come again, is not left alone for 30 s', () => {
  const drive = new Drive();
  drive.chance = 0.999_999;
  drive.on('start');
  for (let i = 0; i < 12; i++) {
    drive.on({ type: 'closed', code: 1006 });
    drive.on({ type: 'exchanged', ok: false, code: null });
    drive.tick();
  }
  drive.on('opened');
  drive.on({ type: 'welcomed', complete: true });
  drive.on({ type: 'closed', code: CLOSE.resync });
  expect(dueAt(drive.link)! - drive.now).toBeLessThanOrEqual(500);
});

test('a connection that lasted counts as a success', () => {
  const drive = new Drive().live();
  drive.link = { ...drive.link, phase: { ...drive.link.phase, failures: 6 } as Link['phase'] };
  drive.on('heard', 11);
  drive.on({ type: 'closed', code: 1012 });
  expect(dueAt(drive.link)! - drive.now).toBeLessThanOrEqual(500);
});

test.each([CLOSE.badFrame, CLOSE.unauthenticated, CLOSE.forbidden, CLOSE.notFound, CLOSE.unknownProtocol])(
  'close code %i is final: it stops until the person asks',
  (code) => {
    const drive = new Drive().live();
    drive.on({ type: 'closed', code });
    expect([drive.is, dueAt(drive.link)]).toEqual(['stopped', null]);
    expect([drive.on('wake'), drive.on('visible'), drive.on('tick')]).toEqual([[], [], []]);
    expect(drive.on({ type: 'wake', evenIfStopped: true })).toEqual(['dial']);
  },
);

test('a hub that has too many is left alone for 10 s at least', () => {
  const drive = new Drive().live();
  drive.on({ type: 'closed', code: CLOSE.slowDown });
  expect(drive.is).toBe('down');
  expect(dueAt(drive.link)! - drive.now).toBeGreaterThanOrEqual(10 * S);
});

test('the network’s return makes it dial at once, and a live link prove itself', () => {
  const drive = new Drive().live();
  expect(drive.on('wake', 1)).toEqual(['ping']);
  drive.on({ type: 'closed', code: 1006 });
  expect(drive.on('wake')).toEqual(['dial']);
  expect(drive.on('wake')).toEqual([]);
});

test('what never opens, and what never welcomes, is given up', () => {
  const drive = new Drive();
  drive.on('start');
  expect(drive.tick()).toEqual(['close']);
  expect(drive.now).toBe(10 * S);
  drive.tick();
  drive.on('opened');
  const opened = drive.now;
  expect(drive.tick()).toEqual(['close']);
  expect(drive.now - opened).toBe(8 * S);
});

test('after three dials without a welcome it sees whether HTTP gets through, and polls if it does', () => {
  const drive = new Drive();
  drive.on('start');
  drive.on({ type: 'closed', code: 1006 });
  drive.tick();
  drive.on({ type: 'closed', code: 1006 });
  drive.tick();
  expect(drive.on({ type: 'closed', code: 1006 })).toEqual(['exchange']);
  drive.on({ type: 'exchanged', ok: true });
  const polled = drive.now;
  expect(drive.tick()).toEqual(['exchange']);
  expect(drive.now - polled).toBe(5 * S);
});

test('while it polls it tries a socket every two minutes, and goes on polling where that fails', () => {
  const drive = new Drive();
  drive.link = { ...drive.link, misses: 3, phase: { is: 'polling', nextAt: 5 * S, redialAt: 8 * S } };
  expect(drive.tick()).toEqual(['exchange']);
  drive.on({ type: 'exchanged', ok: true });
  expect(drive.tick()).toEqual(['dial']);
  expect(drive.on({ type: 'closed', code: 1006 })).toEqual(['exchange']);
  drive.on({ type: 'exchanged', ok: true });
  expect(drive.is).toBe('polling');
});

test('an exchange that is refused for good stops it; one without an answer is a failure like any other', () => {
  const drive = new Drive();
  const exchanging: Link['phase'] = { is: 'exchanging', failures: 2, since: 0, polling: null };
  drive.link = { ...drive.link, phase: exchanging };
  drive.on({ type: 'exchanged', ok: false, code: null });
  expect(drive.is).toBe('down');
  drive.link = { ...drive.link, phase: exchanging };
  drive.on({ type: 'exchanged', ok: false, code: 'unauthenticated' });
  expect(drive.link.phase).toEqual({ is: 'stopped', reason: 'unauthenticated' });
});

test('a device that has to introduce itself anew does so at once, but not for ever', () => {
  const drive = new Drive().live();
  const answers = [];
  for (let i = 0; i < 5; i++) {
    answers.push(drive.on('again'));
    drive.on('opened');
    drive.on({ type: 'welcomed', complete: true });
  }
  expect(answers.slice(0, 3)).toEqual([
    ['close', 'dial'],
    ['close', 'dial'],
    ['close', 'dial'],
  ]);
  expect(answers[3]).toEqual(['close']);
});
