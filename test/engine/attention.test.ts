import { describe, expect, test } from 'vitest';
import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import {
  ATTENTION_FRAME_BYTES_MAX,
  ATTENTION_ITEM_BYTES_MAX,
  ATTENTION_ITEMS_PER_FRAME_MAX,
  ATTENTION_MAX,
  ATTENTION_PER_PERSON_MAX,
  ATTENTION_SETTLED_MAX,
  CSV_ROWS_MAX,
  FRAME_DOWN_BYTES_MAX,
  NOTES_CHARS_MAX,
} from '../../worker/protocol/limits.ts';
import type { AttentionNews, DownMessage } from '../../worker/protocol/messages.ts';
import type { EngineDevice, TestSocket, Wish } from '../support/engine-device.ts';
import { makeHub } from '../support/engine-hub.ts';

const move = (location: string, car = '1') => ({ type: 'set', car, fields: { location } }) as const;
const settle = (item: string) => ({ type: 'settle', item, choice: 'theirs' }) as const;
/** Nobody but a lead may. */
const removal = { type: 'remove', car: '1' } as const;

/** Car 1 at rest, a lead at her desk, and a worker whose phone has seen it. */
function site() {
  const hub = makeHub({ people: { lea: 'lead', wes: 'worker', bo: 'worker', vi: 'viewer' } });
  hub.request('lea', { type: 'add', car: '1', fields: { location: '100' } });
  const desk = hub.device('lea', 'desk-of-lea');
  const phone = hub.device('wes', 'phone-of-wes');
  hub.settle();
  const take = (device: EngineDevice) => newsIn(device.socket.take());
  take(desk);
  take(phone);
  const ids = () => [...hub.state.attention.keys()];
  return { hub, desk, phone, take, ids };
}

/** What a device has heard of open items, as one. */
function newsIn(frames: readonly DownMessage[]): Pick<AttentionNews, 'items' | 'closed'> {
  const news = frames.filter((frame) => frame.type === 'attention');
  return { items: news.flatMap(({ items }) => items), closed: news.flatMap(({ closed }) => closed) };
}

const idsIn = ({ items }: Pick<AttentionNews, 'items'>) => items.map(({ edit }) => edit.id);

describe('E6 what is listed', () => {
  test('a conflict and a rejection are open items from the commit that answers them, without the effect', () => {
    const { hub, desk, phone } = site();
    desk.do(move('200'));
    const edits = phone.edits({ type: 'set', car: '1', fields: { location: '300', late: true } }, removal);
    const answer = phone.send(edits.map((edit) => ({ ...edit, base: 1 })));
    if (answer.type !== 'outcomes') throw new Error('refused');
    expect(answer.outcomes).toMatchObject([
      { outcome: 'conflict', effect: [{ id: '1', late: true }] },
      { code: 'forbidden' },
    ]);
    const [{ effect: _, ...conflict }, rejection] = answer.outcomes as [{ effect: unknown }, object];
    expect([...hub.state.attention.values()]).toEqual([
      { author: 'wes', edit: { ...edits[0], base: 1 }, outcome: conflict },
      { author: 'wes', edit: { ...edits[1], base: 1 }, outcome: rejection },
    ]);
    const written = hub.effects.map(({ type }) => type);
    expect(written.indexOf('put-item')).toBeLessThan(written.indexOf('put-device'));
    hub.restart({ sockets: 'cut' });
    expect(idsIn({ items: [...hub.state.attention.values()] })).toEqual(edits.map(({ id }) => id));
  });

  test('what was applied or already so is not, and an applied edit writes three rows as before', () => {
    const { hub, phone, ids } = site();
    phone.do(move('100'));
    phone.do(move('200'));
    const before = hub.twin.rowsWritten;
    phone.do(move('300'));
    expect(hub.twin.rowsWritten - before).toBe(3);
    expect(ids()).toEqual([]);
  });

  test('the answer to a request over HTTP is its caller’s, and is not', () => {
    const { hub, ids } = site();
    expect(hub.request('wes', removal).outcome).toBe('rejected');
    expect(hub.request('wes', move('Yard'), 0).outcome).toBe('conflict');
    expect(ids()).toEqual([]);
  });

  test('an exchange lists as a push does', () => {
    const { hub, phone, ids } = site();
    const [edit] = phone.edits(removal);
    hub.sync('wes', { device: phone.id, epoch: 'epoch-1', version: 1, edits: [edit!] });
    expect(ids()).toEqual([edit!.id]);
  });

  test('a seq used twice is not: the device queues that edit again', () => {
    const { phone, ids } = site();
    const [edit] = phone.edits(move('200'));
    phone.send([edit!]);
    expect(phone.send([{ ...edit!, id: 'another-edit' }])).toMatchObject({
      outcomes: [{ code: 'seq-reused' }],
    });
    expect(ids()).toEqual([]);
  });

  test('E2 an edit sent again is not listed again once it has been settled', () => {
    const { desk, phone, ids } = site();
    const [edit] = phone.edits(removal);
    phone.send([edit!]);
    desk.do(settle(edit!.id));
    expect(phone.send([edit!])).toMatchObject({ outcomes: [{ code: 'forbidden' }] });
    expect(ids()).toEqual([]);
  });

  test('an edit that is answered once more, by another device, is listed once, with the later answer', () => {
    const { hub, phone } = site();
    const [edit] = phone.edits(removal);
    phone.send([edit!]);
    const tablet = hub.device('wes', 'tablet-of-wes');
    tablet.send([{ ...edit!, seq: 1 }]);
    tablet.send([{ ...edit!, id: 'again-edit', seq: 2 }]);
    expect([...hub.state.attention.keys()]).toEqual([edit!.id, 'again-edit']);
    expect(hub.state.attention.get(edit!.id)!.outcome.seq).toBe(1);
  });

  test('E4 an edit handed over by another person is listed under its author, for the lead to see', () => {
    const { hub, desk, phone, take } = site();
    phone.do({ ...move('200'), author: 'ann', id: 'edit-of-ann' });
    hub.settle();
    expect(hub.state.attention.get('edit-of-ann')).toMatchObject({
      author: 'ann',
      outcome: { code: 'forbidden', detail: 'author' },
    });
    expect(idsIn(take(desk))).toEqual(['edit-of-ann']);
    expect(take(phone).items).toEqual([]);
  });

  test('an author whom nobody here knows is named: in a welcome beside the items, else as people are', () => {
    const { hub, desk, phone } = site();
    hub.admit('ann', 'worker');
    phone.do({ ...move('200'), author: 'ann' });
    hub.settle();
    expect(desk.socket.only('people').people).toMatchObject([{ id: 'ann', name: 'Ann', devices: 0 }]);
    expect(desk.hello().names).toEqual({ lea: 'Lea', ann: 'Ann' });
    // Where nothing was missed on the board either.
    expect(desk.hello({ epoch: 'epoch-1', version: hub.version }).names).toEqual({ ann: 'Ann' });
    // To an exchange nobody is here who could be known.
    hub.settle();
    desk.socket.take();
    const [edit] = hub.device('bo', 'bo-by-http').edits(removal);
    hub.sync('bo', { device: 'bo-by-http', epoch: null, version: 0, edits: [edit!] });
    hub.settle();
    expect(desk.socket.only('people').people).toMatchObject([{ id: 'bo', name: 'Bo' }]);
  });
});

describe('E6 settling', () => {
  test('makes a version that changes no car, and an entry that says whose, on which cars and how', () => {
    const { hub, desk, phone, ids } = site();
    phone.do(removal);
    const [item] = ids();
    const { version } = hub;
    expect(desk.do({ type: 'settle', item: item!, choice: 'other' })).toMatchObject({
      outcome: 'applied',
      version: version + 1,
    });
    expect(ids()).toEqual([]);
    expect(hub.twin.entry(version + 1)).toMatchObject({
      by: 'lea',
      type: 'settle',
      settled: { item, author: 'wes', cars: ['1'], choice: 'other' },
      cars: [],
    });
    // Log, item and device.
    expect(
      hub.effects.filter(({ type }) => ['append', 'settle-item', 'put-device'].includes(type)),
    ).toHaveLength(3);
    hub.restart({ sockets: 'cut' });
    expect(ids()).toEqual([]);
  });

  test('names the cars of a roster and of the conflicts it met', () => {
    const { hub, desk } = site();
    hub.request('lea', { type: 'add', car: '2' });
    const [base] = [desk.version - 1];
    const rows = [
      { car: '1', fields: { location: '300' } },
      { car: '3', fields: {} },
    ];
    hub.request('wes', move('200'));
    desk.do({ type: 'import', rows, mode: 'replace', base: base!, id: 'roster-1' });
    desk.do(settle('roster-1'));
    expect(hub.twin.entry(hub.version)!.settled!.cars).toEqual(['1', '3', '2']);
  });

  test('is for one’s own items, and for leads for all; a refusal of it is no item', () => {
    const { hub, desk, phone, ids } = site();
    phone.push(removal, removal);
    const [first, second] = ids();
    const { version } = hub;
    expect(hub.device('bo').do(settle(first!))).toMatchObject({ outcome: 'rejected', code: 'forbidden' });
    expect(hub.device('vi').do(settle(first!))).toMatchObject({ outcome: 'rejected', code: 'forbidden' });
    expect(hub.version).toBe(version);
    expect(ids()).toEqual([first, second]);
    // From whatever device.
    expect(hub.device('wes').do(settle(first!)).outcome).toBe('applied');
    expect(desk.do(settle(second!)).outcome).toBe('applied');
    expect(ids()).toEqual([]);
  });

  test('what is not listed has been settled: nothing changes', () => {
    const { hub, desk, phone, ids } = site();
    phone.do(removal);
    const [item] = ids();
    phone.do(settle(item!));
    const { version } = hub;
    expect(desk.do(settle(item!))).toMatchObject({ outcome: 'unchanged' });
    expect(desk.do(settle('never-there'))).toMatchObject({ outcome: 'unchanged' });
    expect(hub.version).toBe(version);
  });

  test('reaches every board as a version without rows: plain, brief, with others, and by a catch-up', () => {
    const { hub, desk, phone, ids } = site();
    const brief = hub.device('bo', 'brief-phone');
    brief.hello({ brief: true });
    const away = hub.device('bo', 'away-phone');
    away.socket.cut();
    phone.push(removal, removal, removal);
    hub.settle();
    const listening = [phone.socket, brief.socket];
    const changesIn = (socket: TestSocket) =>
      socket.take().flatMap((frame) => (frame.type === 'changes' ? [frame] : []));
    for (const socket of listening) socket.take();
    const { version } = hub;
    const [first, second, third] = ids();

    desk.do(settle(first!));
    hub.settle();
    const alone = { type: 'changes', from: version, to: version + 1, by: 'lea', at: hub.now, cars: [] };
    expect(brief.socket.texts.some((text) => text.startsWith(`[${version + 1},"lea",`))).toBe(true);
    for (const socket of listening) expect(changesIn(socket)).toEqual([{ ...alone, at: expect.any(Number) }]);

    desk.push(settle(second!), move('200'), settle(third!));
    hub.settle();
    for (const socket of listening) {
      expect(changesIn(socket)).toMatchObject([
        { from: version + 1, to: version + 4, cars: [{ id: '1', location: '200', version: version + 3 }] },
      ]);
    }
    expect(away.reconnect()).toMatchObject({ version: version + 4, changes: [{ id: '1' }] });
    phone.reconnect({ version: version + 3 });
    expect(phone.hello({ epoch: 'epoch-1', version: version + 3 })).toMatchObject({ changes: [] });
  });

  test('A1 goes to the archive as an entry without cars', () => {
    const { hub, phone, ids } = site();
    hub.checkpoint();
    phone.do(removal);
    phone.do(settle(ids()[0]!));
    const batch = hub.checkpoint();
    expect(batch).toMatchObject({ version: hub.version, cars: [], entries: [{ type: 'settle', cars: [] }] });
    expect(hub.state.archived).toBe(hub.version);
  });

  test('cannot be undone', () => {
    const { hub, desk, phone, ids } = site();
    phone.do(removal);
    desk.do(settle(ids()[0]!));
    expect(desk.do({ type: 'undo', version: hub.version })).toMatchObject({ code: 'nothing-to-undo' });
  });
});

describe('E6 who hears', () => {
  test('a welcome lists the items one sees, and they follow: to leads all, to others their own', () => {
    const { hub, phone } = site();
    phone.do(removal);
    hub.device('bo').do(removal);
    const [ofWes, ofBo] = [...hub.state.attention.keys()];
    for (const [person, expected] of [
      ['lea', [ofWes, ofBo]],
      ['wes', [ofWes]],
      ['bo', [ofBo]],
    ] as const) {
      const device = hub.device(person);
      const welcome = device.hello();
      expect(welcome.attention).toEqual({ ids: expected });
      expect(idsIn(newsIn(device.socket.take()))).toEqual(expected);
    }
    expect(hub.device('vi').hello()).not.toHaveProperty('attention');
  });

  test('what is opened and closed is told in the turn after, on every device of those who see it', () => {
    const { hub, desk, phone, take, ids } = site();
    const tablet = hub.device('wes');
    const other = hub.device('bo');
    const listeners = [desk, phone, tablet, other];
    hub.settle();
    for (const device of listeners) device.socket.take();
    phone.do(removal);
    const [item] = ids();
    expect(take(desk).items).toEqual([]);
    hub.settle();
    for (const device of [desk, phone, tablet]) expect(idsIn(take(device))).toEqual([item]);
    expect(other.socket.take()).toEqual([]);
    desk.do(settle(item!));
    hub.settle();
    for (const device of [desk, phone, tablet]) expect(take(device)).toEqual({ items: [], closed: [item] });
    expect(other.socket.take().map(({ type }) => type)).toEqual(['changes']);
  });

  test('H3 a frame is encoded once for each audience', () => {
    const { hub, phone } = site();
    for (const person of ['lea', 'lea', 'wes', 'wes', 'bo']) hub.device(person);
    hub.settle();
    phone.do(removal);
    hub.tick(0);
    const sent = hub.effects.flatMap((effect) => (effect.type === 'send' ? [effect.text] : []));
    // The desk and two more of the lead's, the phone and two more.
    expect(sent).toHaveLength(6);
    expect(new Set(sent).size).toBe(1);
    hub.settle();
    hub.device('bo', 'bo-phone').do(removal);
    phone.do(removal);
    hub.tick(0);
    const both = hub.effects.flatMap((effect) => (effect.type === 'send' ? [effect.text] : []));
    expect(new Set(both).size).toBe(3);
  });

  test('what is opened and settled before it could be told of is only closed', () => {
    const { hub, desk, phone, take, ids } = site();
    phone.do(removal);
    const [item] = ids();
    desk.do(settle(item!));
    hub.settle();
    expect(take(phone)).toEqual({ items: [], closed: [item] });
  });

  test('a role that has changed since hello hears by what it is now', () => {
    const { hub, desk, phone, take } = site();
    hub.admit('lea', 'worker');
    phone.do(removal);
    hub.settle();
    expect(take(desk).items).toEqual([]);
    expect(desk.hello()).not.toHaveProperty('attention');
  });

  test('a socket that does not take the topic hears nothing of it', () => {
    const { hub, desk, phone } = site();
    desk.hello({ topics: ['cars', 'people'] });
    phone.do(removal);
    hub.settle();
    desk.socket.take();
    expect(desk.hello({ topics: ['cars'] })).not.toHaveProperty('attention');
    expect(desk.socket.take().map(({ type }) => type)).not.toContain('attention');
    // And one that takes nothing else hears of it.
    expect(desk.hello({ topics: ['attention'] }).attention?.ids).toHaveLength(1);
  });

  test('nothing of protocol 2 goes to a listener of protocol 1, after a sleep of the hub either', () => {
    const { hub, desk, phone } = site();
    const old = hub.device('lea', 'old-desk');
    phone.do(removal);
    expect(old.hello({ protocol: 1 })).not.toHaveProperty('attention');
    hub.settle();
    phone.do(removal);
    hub.settle();
    hub.restart({ sockets: 'kept' });
    phone.do(removal);
    desk.do(settle([...hub.state.attention.keys()][0]!));
    hub.settle();
    expect(new Set(old.socket.take().map(({ type }) => type))).toEqual(new Set(['people', 'changes']));
    // What such a device pushes is listed as everybody's.
    const before = hub.state.attention.size;
    old.do({ type: 'restore', car: '99' });
    expect(hub.state.attention.size).toBe(before + 1);
  });

  test('an exchange brings the items along; of protocol 1 it has none', () => {
    const { hub, phone } = site();
    phone.do(removal);
    const [item] = [...hub.state.attention.values()];
    const body = { device: 'another-phone', epoch: null, version: 0, edits: [] };
    const open = { ids: [item!.edit.id], items: [item] };
    for (const speaks of [{ app: '0.2.0' }, { holds: [] }]) {
      expect(hub.sync('wes', { ...body, ...speaks })).toMatchObject({ value: { attention: open } });
    }
    const answer = hub.sync('wes', body);
    if (!answer.ok) throw new Error(answer.code);
    expect(answer.value).not.toHaveProperty('attention');
    expect(hub.sync('bo', { ...body, app: '0.2.0' })).not.toHaveProperty('value.attention');
  });

  test('a socket that outlives a crash between commit and broadcast hears of it when the hub wakes', () => {
    const { hub, desk, phone, take, ids } = site();
    phone.do(removal);
    hub.restart({ sockets: 'kept' });
    expect(idsIn(take(desk))).toEqual(ids());
    // Nor is it repeated once the hub has lived on: all was told of long ago, and a full list is megabytes.
    hub.tick(6_000);
    phone.do(move('200'));
    hub.settle();
    take(desk);
    hub.restart({ sockets: 'kept' });
    expect(take(desk).items).toEqual([]);
    phone.do(removal);
    hub.restart({ sockets: 'kept' });
    expect(idsIn(take(desk))).toEqual(ids().slice(1));
    // What has been open for long is not repeated with every sleep.
    hub.tick(3_600_000);
    hub.restart({ sockets: 'kept' });
    expect(take(desk).items).toEqual([]);
  });
});

describe('E6 a report of what only a device knows of', () => {
  const other = (id: string, intent: Intent = move('300')): Edit => ({
    ...intent,
    id,
    seq: 7,
    base: 3,
    at: 5,
  });

  function send(device: EngineDevice, ...items: { author: string; edit: Edit }[]): void {
    const reported = items.map((item) => ({ ...item, code: 'other-epoch' as const }));
    device.socket.send({ type: 'attention', items: reported });
  }

  test('lists it as if it had been answered so now, and tells who sees it', () => {
    const { hub, desk, phone, take } = site();
    send(phone, { author: 'wes', edit: other('edit-1-of-wes') });
    const item = {
      author: 'wes',
      edit: other('edit-1-of-wes'),
      outcome: { seq: 7, at: hub.now, outcome: 'rejected', code: 'other-epoch' },
    };
    hub.settle();
    expect(take(desk).items).toEqual([item]);
    expect(take(phone).items).toEqual([item]);
    hub.restart({ sockets: 'cut' });
    expect([...hub.state.attention.values()]).toEqual([item]);
  });

  test('a viewer may, and those of somebody who has left are listed under that person', () => {
    const { hub } = site();
    send(hub.device('vi'), { author: 'ann', edit: other('edit-of-ann') });
    expect(hub.state.attention.get('edit-of-ann')!.author).toBe('ann');
  });

  test('leaves alone what is listed, settled, applied or already so, and says what is settled', () => {
    const { hub, desk, phone, ids } = site();
    const edits = phone.edits(removal, move('200'), move('200'), removal);
    phone.send(edits);
    const [refused, applied, unchanged, settled] = edits;
    desk.do(settle(settled!.id));
    const before = hub.state.attention.get(refused!.id);
    hub.restart({ sockets: 'kept' });
    const { version } = hub;
    phone.socket.take();
    send(phone, ...edits.map((edit) => ({ author: 'lea', edit })));
    // Its device had not heard of it, and would show it for ever.
    expect(phone.socket.take()).toEqual([{ type: 'attention', items: [], closed: [settled!.id] }]);
    expect(ids()).toEqual([refused!.id]);
    expect(hub.state.attention.get(refused!.id)).toEqual(before);
    expect([applied, unchanged].map((edit) => hub.state.attention.has(edit!.id))).toEqual([false, false]);
    expect(hub.version).toBe(version);
    expect(hub.effects.map(({ type }) => type)).toEqual(['send']);
  });

  test('knows by the log what was applied when the answer is kept no more', () => {
    const { phone, ids } = site();
    const [first] = phone.edits(move('200'));
    phone.send([first!]);
    for (let i = 0; i < 20; i++) phone.do(move(i % 2 ? '100' : '200'));
    phone.socket.send({ type: 'seen', version: 0, seq: phone.seq });
    phone.do(move('Yard'));
    send(phone, { author: 'wes', edit: first! });
    expect(ids()).toEqual([]);
    // The same seq of another edit says nothing.
    send(phone, { author: 'wes', edit: { ...first!, id: 'of-another-epoch' } });
    expect(ids()).toEqual(['of-another-epoch']);
  });

  test('takes each once, and no settling', () => {
    const { hub, phone, ids } = site();
    const edit = other('edit-1-of-wes');
    send(
      phone,
      { author: 'wes', edit },
      { author: 'wes', edit },
      { author: 'wes', edit: other('settle-1', settle('edit-2-of-wes')) },
    );
    expect(ids()).toEqual([edit.id]);
    expect(hub.effects.filter(({ type }) => type === 'put-item')).toHaveLength(1);
  });

  test('comes with an exchange as well', () => {
    const { hub, desk, take } = site();
    const report = [{ author: 'wes', edit: other('edit-1-of-wes'), code: 'other-epoch' as const }];
    const body = { device: 'phone-of-wes', epoch: null, version: 0, edits: [], holds: [], report };
    expect(hub.sync('wes', body)).toMatchObject({ value: { attention: { ids: ['edit-1-of-wes'] } } });
    hub.settle();
    expect(idsIn(take(desk))).toEqual(['edit-1-of-wes']);
  });

  test('B1 of more than a frame holds is refused whole', () => {
    const { hub, phone, ids } = site();
    const many = Array.from({ length: ATTENTION_ITEMS_PER_FRAME_MAX + 1 }, (_, i) => ({
      author: 'wes',
      edit: other(`edit-${i}-of-wes`),
    }));
    send(phone, ...many);
    expect(phone.socket.only('notice')).toMatchObject({ notice: 'refused', code: 'bad-frame' });
    expect(ids()).toEqual([]);
    send(phone, ...many.slice(1));
    expect(hub.state.attention.size).toBe(ATTENTION_ITEMS_PER_FRAME_MAX);
  });
});

describe('B1 E6 the caps', () => {
  /** So many in a frame, each of them with a long id, still fit one. */
  const BATCH = 250;

  function pushAll(device: EngineDevice, wishes: Wish[]): void {
    for (let i = 0; i < wishes.length; i += BATCH) {
      device.push(...wishes.slice(i, i + BATCH));
      device.socket.send({ type: 'seen', version: 0, seq: device.seq });
    }
  }

  /** Refused edits, as many as asked. */
  function refuse(device: EngineDevice, count: number, idOf?: (i: number) => string): void {
    pushAll(
      device,
      Array.from({ length: count }, (_, i) => ({ ...removal, ...(idOf && { id: idOf(i) }) })),
    );
  }

  const settleAll = (device: EngineDevice, ids: readonly string[]) => pushAll(device, ids.map(settle));

  /** A full list: two people have taken all they may, one after the other. */
  function fill(hub: ReturnType<typeof makeHub>, first: EngineDevice): EngineDevice {
    refuse(first, ATTENTION_PER_PERSON_MAX);
    const second = hub.device('bo', 'phone-of-bo');
    refuse(second, ATTENTION_MAX - ATTENTION_PER_PERSON_MAX);
    return second;
  }

  const reportOf = (count: number, author: string, prefix: string) => {
    const items = Array.from({ length: count }, (_, i) => ({
      author,
      edit: { ...removal, id: `${prefix}-${i}`, seq: 7, base: 3, at: 5 },
      code: 'other-epoch' as const,
    }));
    return Array.from({ length: Math.ceil(count / ATTENTION_ITEMS_PER_FRAME_MAX) }, (_, i) => ({
      type: 'attention' as const,
      items: items.slice(i * ATTENTION_ITEMS_PER_FRAME_MAX, (i + 1) * ATTENTION_ITEMS_PER_FRAME_MAX),
    }));
  };

  test('nobody fills the list by reports: one person takes their share, under whatever authors, and others have room', () => {
    const { hub, desk, phone, take, ids } = site();
    const flood = hub.device('vi');
    for (const author of ['wes', 'lea', 'bo', 'nobody-at-all']) {
      for (const frame of reportOf(ATTENTION_PER_PERSON_MAX, author, `flood-${author}`))
        flood.socket.send(frame);
      hub.tick(10_000);
    }
    expect(ids()).toHaveLength(ATTENTION_PER_PERSON_MAX);
    expect(hub.device('lea').hello().attention).toMatchObject({ more: true });
    // Over a crash too: whose room it is, is stored.
    hub.restart({ sockets: 'kept' });
    for (const frame of reportOf(1, 'vi', 'one-more')) flood.socket.send(frame);
    expect(ids()).toHaveLength(ATTENTION_PER_PERSON_MAX);
    take(desk);
    refuse(phone, 1);
    for (const frame of reportOf(1, 'wes', 'of-wes')) phone.socket.send(frame);
    expect(ids()).toHaveLength(ATTENTION_PER_PERSON_MAX + 2);
    hub.settle();
    // Who took the room is the hub's own business.
    expect(JSON.stringify(desk.socket.take())).not.toContain('"by":"vi"');
  });

  test('nor by what is refused: their own oldest makes room, and what others have stays', () => {
    const { hub, phone, ids } = site();
    refuse(phone, 3);
    const others = ids();
    const flood = hub.device('vi');
    // Under whoever's name: it is the one who pushes.
    refuse(flood, ATTENTION_PER_PERSON_MAX);
    pushAll(flood, [
      { ...removal, author: 'wes' },
      { ...removal, author: 'lea' },
    ]);
    expect(ids()).toHaveLength(ATTENTION_PER_PERSON_MAX + others.length);
    expect(ids().slice(0, 3)).toEqual(others);
    expect([...hub.state.attention.values()].slice(-2).map(({ author }) => author)).toEqual(['wes', 'lea']);
  });

  test('several who take their whole share together make room for one who takes less', () => {
    const { hub, desk, phone, ids } = site();
    refuse(phone, 1);
    const [first] = ids();
    for (const person of ['bo', 'vi']) refuse(hub.device(person), ATTENTION_PER_PERSON_MAX);
    expect(ids()).toHaveLength(ATTENTION_MAX);
    expect(ids()[0]).toBe(first);
    expect(desk.hello().attention).toMatchObject({ more: true });
  });

  test('the oldest over the cap is listed no more, and from then on what is missing says nothing', () => {
    const { hub, desk, phone, ids } = site();
    fill(hub, phone);
    const [oldest, second] = ids();
    expect(desk.hello().attention).not.toHaveProperty('more');
    refuse(phone, 1);
    expect(ids()).toHaveLength(ATTENTION_MAX);
    expect(ids()[0]).toBe(second);
    expect(hub.twin.items.has(oldest!)).toBe(false);
    expect(desk.hello().attention).toMatchObject({ more: true });
    hub.restart({ sockets: 'cut' });
    const again = hub.device('lea');
    expect(again.hello().attention).toMatchObject({ more: true });
    // The device that has the oldest may have been away: an empty list must not tell it that it was settled.
    settleAll(again, ids());
    expect(ids()).toEqual([]);
    expect(hub.device('wes').hello().attention).toEqual({ ids: [], more: true });
    expect(hub.device('vi').hello().attention).toEqual({ ids: [], more: true });
  });

  test('a report pushes nothing out of a full list: its device has it, and reports it again', () => {
    const { hub, desk, phone, ids } = site();
    fill(hub, phone);
    const before = ids();
    const edit: Edit = { ...removal, id: 'of-another-epoch', seq: 7, base: 3, at: 5 };
    const items = [{ author: 'wes', edit, code: 'other-epoch' as const }];
    const report = { type: 'attention' as const, items };
    phone.socket.send(report);
    expect(ids()).toEqual(before);
    expect(desk.hello().attention).toMatchObject({ more: true });
    hub.restart({ sockets: 'kept' });
    desk.do(settle(before[0]!));
    phone.socket.send(report);
    expect(ids()).toEqual([...before.slice(1), edit.id]);
  });

  test('as many settled ids are remembered, also over a crash; the oldest may come back by a report', () => {
    const { hub, desk, phone, ids } = site();
    fill(hub, phone);
    const all = ids();
    expect(all).toHaveLength(ATTENTION_SETTLED_MAX);
    settleAll(desk, all);
    hub.restart({ sockets: 'cut' });
    expect(hub.state.settled.size).toBe(ATTENTION_SETTLED_MAX);
    const again = hub.device('wes', phone.id);
    again.seq = phone.seq;
    again.do(removal);
    hub.request('lea', settle(ids()[0]!));
    expect(hub.state.settled.size).toBe(ATTENTION_SETTLED_MAX);
    expect(hub.state.settled.has(all[0]!)).toBe(false);
    expect(hub.state.settled.has(all[1]!)).toBe(true);
  });

  test('frames of a full list are within their cap, and none is missing', () => {
    const { hub, phone } = site();
    fill(hub, phone);
    const desk = hub.device('lea');
    desk.hello();
    const texts = desk.socket.texts.filter((text) => text.startsWith('{"type":"attention"'));
    expect(texts.length).toBeGreaterThan(1);
    for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(ATTENTION_FRAME_BYTES_MAX);
    expect(idsIn(newsIn(desk.socket.take()))).toEqual([...hub.state.attention.keys()]);
  });

  test('so are those of long ids that are closed at once', () => {
    const { hub, desk, phone, take, ids } = site();
    const other = hub.device('bo');
    for (let from = 0; from < ATTENTION_MAX; from += ATTENTION_MAX / 4) {
      const sender = from < ATTENTION_PER_PERSON_MAX ? phone : other;
      refuse(sender, ATTENTION_MAX / 4, (i) => `${from + i}`.padEnd(64, '-'));
      hub.settle();
      // They read what they are sent.
      for (const device of [desk, phone, other]) device.socket.send({ type: 'ack', version: device.version });
    }
    take(desk);
    // By two of them, so that the desk is told of all at once.
    const mine = ids().slice(0, ATTENTION_PER_PERSON_MAX);
    const theirs = ids().slice(ATTENTION_PER_PERSON_MAX);
    settleAll(phone, mine);
    settleAll(other, theirs);
    hub.settle();
    const closing = desk.socket.texts.filter((text) => text.includes('"closed":["'));
    expect(closing.length).toBeGreaterThan(1);
    for (const text of closing)
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(ATTENTION_FRAME_BYTES_MAX);
    expect(take(desk).closed).toHaveLength(ATTENTION_MAX);
  });

  test('the answer to an exchange has as many items as fit, and the ids of all', () => {
    const { hub } = site();
    const rows = Array.from({ length: 14 }, (_, i) => ({
      car: String(i),
      fields: { notes: 'x'.repeat(NOTES_CHARS_MAX) },
    }));
    const edits = Array.from(
      { length: 40 },
      (_, i): Edit => ({
        type: 'import',
        rows,
        mode: 'merge',
        id: `roster-${i}`,
        seq: i + 1,
        base: 0,
        at: 0,
      }),
    );
    const body = { device: 'desk-of-wes', epoch: null, version: 0, edits, app: '0.2.0' };
    const answer = hub.sync('wes', body);
    if (!answer.ok || !answer.value.attention?.items) throw new Error('no items');
    const { ids, items } = answer.value.attention;
    expect(ids).toEqual(edits.map(({ id }) => id));
    expect(idsIn({ items })).toEqual(ids.slice(0, items.length));
    const bytes = Buffer.byteLength(JSON.stringify(items));
    expect(bytes).toBeLessThanOrEqual(FRAME_DOWN_BYTES_MAX);
    expect(bytes).toBeGreaterThan(FRAME_DOWN_BYTES_MAX - ATTENTION_ITEM_BYTES_MAX);
  });

  test('a roster too large for an item keeps which cars it is about, as many as fit', () => {
    const { hub } = site();
    const rows = Array.from({ length: CSV_ROWS_MAX }, (_, i) => ({
      car: String(i),
      fields: { notes: 'ü'.repeat(200) },
    }));
    const edit: Edit = { type: 'import', rows, mode: 'merge', id: 'roster-1', seq: 1, base: 0, at: 0 };
    hub.sync('wes', { device: 'desk-of-wes', epoch: null, version: 0, edits: [edit] });
    const item = hub.state.attention.get('roster-1')!;
    expect(item).toMatchObject({ cut: true, outcome: { code: 'forbidden' } });
    expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThanOrEqual(ATTENTION_ITEM_BYTES_MAX);
    if (item.edit.type !== 'import') throw new Error(item.edit.type);
    expect(item.edit.rows.length).toBeGreaterThan(1_000);
    expect(item.edit.rows[7]).toEqual({ car: '7', fields: {} });
  });

  test('one with many conflicts keeps whole ones, as many as fit, and its cars', () => {
    const { hub, desk } = site();
    const roster = (letter: string) =>
      Array.from({ length: 15 }, (_, i) => ({
        car: String(i + 2),
        fields: { notes: letter.repeat(NOTES_CHARS_MAX) },
      }));
    hub.request('lea', { type: 'import', rows: roster('a'), mode: 'merge' });
    const outcome = desk.do({ type: 'import', rows: roster('ü'), mode: 'merge', base: 1, id: 'roster-1' });
    const item = hub.state.attention.get('roster-1')!;
    if (outcome.outcome !== 'conflict' || item.outcome.outcome !== 'conflict') throw new Error('no conflict');
    const { conflicts } = item.outcome;
    expect(item.cut).toBe(true);
    expect(conflicts.length).toBeGreaterThan(0);
    expect(conflicts).toEqual(outcome.conflicts.slice(0, conflicts.length));
    expect(item.edit).toMatchObject({ rows: roster('').map(({ car }) => ({ car, fields: {} })) });
    expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThanOrEqual(ATTENTION_ITEM_BYTES_MAX);
  });

  test('the largest edit of a person’s own hands is kept whole', () => {
    const { hub, desk } = site();
    const notes = (letter: string) =>
      ({ type: 'set', car: '1', fields: { notes: letter.repeat(NOTES_CHARS_MAX) } }) as const;
    hub.request('lea', notes('€'));
    expect(desk.do({ ...notes('ウ'), id: 'long-notes' }).outcome).toBe('conflict');
    expect(hub.state.attention.get('long-notes')).not.toHaveProperty('cut');
  });
});
