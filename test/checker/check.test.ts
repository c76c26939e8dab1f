import { expect, test } from 'vitest';
import { blankCar, type Car } from '../../worker/protocol/car.ts';
import type { LogEntry } from '../../worker/protocol/history.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import { check } from './check.ts';
import { type FinalState, formatHistory, type HistoryLine, parseHistory } from './history.ts';

/** Wes adds car 1 as version 1, writes a note as version 2, and another of his edits is in conflict. */
const GOOD: HistoryLine[] = [
  invoke('add', 1, { type: 'add', car: '1' }),
  { kind: 'saved', at: 2, edit: 'add' },
  ok('add', { seq: 1, at: 10, outcome: 'applied', version: 1 }),
  invoke('note', 3, { type: 'note', car: '1', text: 'left door' }),
  { kind: 'saved', at: 4, edit: 'note' },
  invoke('late', 5, { type: 'set', car: '1', fields: { late: true } }),
  { kind: 'saved', at: 6, edit: 'late' },
  ok('note', { seq: 2, at: 20, outcome: 'applied', version: 2 }),
  ok('late', { seq: 3, at: 20, outcome: 'rejected', code: 'car-removed' }),
];

const LOG: LogEntry[] = [
  entry(1, 'add', 1, { type: 'add', cars: [{ id: '1', before: null, after: dataOfNew() }] }),
  entry(2, 'note', 2, { cars: [{ id: '1', before: { notes: '' }, after: { notes: 'left door' } }] }),
];

const CAR: Car = {
  ...blankCar('1', 'Yard'),
  ...{ notes: 'left door', version: 2, updatedAt: 20, updatedBy: 'wes' },
};

const FINAL: FinalState = {
  epochs: [LOG],
  archive: LOG,
  archiveBoard: [CAR],
  board: [CAR],
  replicas: [{ device: 'd', version: 2, cars: [CAR], pending: [] }],
  open: ['late'],
};

test('a run in which all went well has no violations', () => {
  expect(check(GOOD, FINAL)).toEqual([]);
});

test('an edit of unknown fate may have happened or not', () => {
  const invoked = GOOD.filter(({ edit }) => edit === 'note').slice(0, 2);
  const unknown: HistoryLine = { kind: 'unknown', at: 9, edit: 'note' };
  const others = GOOD.filter(({ edit }) => edit !== 'note');
  expect(check([...others, ...invoked, unknown], { ...FINAL, ...withLog(LOG) })).toEqual([]);
  const never: Partial<FinalState> = { ...withLog(LOG.slice(0, 1)), ...withBoard(firstCar()) };
  expect(check([...others, ...invoked, unknown], { ...FINAL, ...never })).toEqual([]);
});

test('one that was made and never said to be saved may be lost with its process', () => {
  expect(check([...GOOD, invoke('more', 9, { type: 'remove', car: '1' })], FINAL)).toEqual([]);
});

test('O1 an edit that was saved and is nowhere is lost', () => {
  const lost = [...GOOD, invoke('more', 9, { type: 'remove', car: '1' }), saved('more')];
  expect(check(lost, FINAL)).toEqual(['O1 more was saved and is lost']);
  expect(check(lost, { ...FINAL, open: ['late', 'more'] })).toEqual([]);
  expect(check([...lost, { kind: 'settled', at: 9, edit: 'more' }], FINAL)).toEqual([]);
});

test('O1 an edit that the store refused never happens', () => {
  const history = GOOD.map(
    (line): HistoryLine =>
      line.edit === 'note' && line.kind === 'ok' ? { kind: 'fail', at: 8, edit: 'note', why: 'quota' } : line,
  );
  expect(check(history, FINAL)).toEqual(['O1 note was refused as quota and is version 2']);
});

test('O2 an edit that was answered and is gone with its epoch has to be asked about', () => {
  const next = [entry(2, 'other', 1, { device: 'e', cars: LOG[1]!.cars })];
  const epochs: Partial<FinalState> = { epochs: [LOG.slice(0, 1), next], archive: [LOG[0]!, ...next] };
  const lost = check(GOOD, { ...FINAL, ...epochs });
  expect(lost).toEqual([
    'O2 note was answered as version 2, lost with its epoch, and nobody is asked about it',
  ]);
  const reviewed = [...GOOD, ok('note', { seq: 2, at: 30, outcome: 'rejected', code: 'other-epoch' })];
  expect(check(reviewed, { ...FINAL, ...epochs, open: ['late', 'note'] })).toEqual([]);
});

test('V2 an edit that is put up for review is not sent to the epoch that asks for it', () => {
  const reviewed = [...GOOD, ok('note', { seq: 2, at: 30, outcome: 'rejected', code: 'other-epoch' })];
  const final = { ...FINAL, epochs: [LOG.slice(0, 1), LOG.slice(1)], open: ['late', 'note'] };
  expect(check(reviewed, final)).toEqual([
    'V2 note was put up for review and took effect in the epoch that asks for it',
  ]);
  expect(check(reviewed, { ...final, epochs: [LOG, []] })).toEqual([]);
});

test('O2 an open item may not vanish', () => {
  expect(check(GOOD, { ...FINAL, open: [] })).toEqual([
    'O2 late was answered rejected car-removed and nobody is asked about it',
  ]);
});

test('E1 what was acknowledged is in the log, and what was refused is not', () => {
  const without: Partial<FinalState> = { ...withLog(LOG.slice(0, 1)), ...withBoard(firstCar()) };
  expect(check(GOOD, { ...FINAL, ...without })).toEqual([
    'E1 note was answered as version 2, which is not in the log',
  ]);
  const refused = GOOD.map((line) =>
    line.edit === 'note' && line.kind === 'ok' ? ok('note', { seq: 2, at: 20, outcome: 'unchanged' }) : line,
  );
  expect(check(refused, FINAL)).toEqual(['E1 note was answered unchanged and is version 2']);
});

test('E1 the board is what the log says', () => {
  const [first] = check(GOOD, { ...FINAL, ...withBoard({ ...CAR, late: true }) });
  expect(first).toBe('E1 the board has late true of car 1, which is false');
  expect(check(GOOD, { ...FINAL, board: [], replicas: [], archiveBoard: [] })).toEqual([
    'E1 car 1 is not on the board',
  ]);
  const more = { ...CAR, id: '2' };
  const final = { ...FINAL, board: [CAR, more], replicas: [], archiveBoard: [CAR, more] };
  expect(check(GOOD, final)).toEqual(['E1 car 2 is in no version of the log']);
});

test('E2 an edit takes effect once, under whatever seq, in whatever epoch', () => {
  const again = entry(3, 'note', 3, { cars: [] });
  const final = { ...FINAL, ...withLog([...LOG, again]), replicas: [] };
  expect(check(GOOD, final)).toEqual(['E2 note took effect twice, as 2 and 3']);
  const epochs = { epochs: [LOG, [{ ...again, device: 'e' }]], archive: [...LOG, { ...again, device: 'e' }] };
  expect(check(GOOD, { ...FINAL, ...epochs, replicas: [] })).toEqual([
    'E2 note took effect twice, as 2 and 3',
  ]);
});

test('E2 a seq takes effect once, though it is of another edit', () => {
  const clone = entry(3, 'clone', 2, { cars: [] });
  expect(check(GOOD, { ...FINAL, ...withLog([...LOG, clone]), replicas: [] })).toEqual([
    'E2 seq 2 of d took effect twice in epoch 0',
  ]);
});

test('E2 an answer stays what it was, whatever another epoch puts in question', () => {
  const otherwise = [...GOOD, ok('note', { seq: 2, at: 30, outcome: 'unchanged' })];
  expect(check(otherwise, FINAL)).toEqual(['E2 note was answered applied 2 and then unchanged']);
  const another = [...GOOD, ok('note', { seq: 2, at: 30, outcome: 'applied', version: 7 })];
  expect(check(another, FINAL)).toEqual(['E2 note was answered applied 2 and then applied 7']);
  const inACatchUp = [...GOOD, ok('note', { seq: 2, at: 20, outcome: 'applied', version: 2, effect: [] })];
  expect(check(inACatchUp, FINAL)).toEqual([]);
});

test('E2 the log has an edit as the version that it was answered with', () => {
  const history = GOOD.map((line) =>
    line.edit === 'add' && line.kind === 'ok'
      ? ok('add', { seq: 1, at: 10, outcome: 'applied', version: 9 })
      : line,
  );
  expect(check(history, FINAL)).toEqual(['E2 add was answered as version 9 and is 1']);
});

test('E3 one person’s edits on one device keep their order', () => {
  const swapped = [GOOD[3]!, GOOD[0]!, ...GOOD.filter((line) => line.kind !== 'invoke'), GOOD[5]!];
  expect(check(swapped, FINAL)).toEqual(['E3 add of d wes is version 1, and note before it 2']);
  const seqs = LOG.map((line) => ({ ...line, seq: 3 - line.seq }));
  expect(check(GOOD, { ...FINAL, ...withLog(seqs) })).toEqual(['E3 seq 1 of d came after 2 in epoch 0']);
});

test('E4 an edit is its maker’s', () => {
  const log = [LOG[0]!, { ...LOG[1]!, by: 'lea' }];
  const final = { ...FINAL, ...withLog(log), ...withBoard({ ...CAR, updatedBy: 'lea' }) };
  expect(check(GOOD, final)).toEqual(["E4 note of wes is lea's"]);
});

test('V1 versions grow by one, and none is used again', () => {
  const gap = [LOG[0]!, { ...LOG[1]!, version: 3 }];
  const car = { ...CAR, version: 3 };
  const history = GOOD.map((line) =>
    line.edit === 'note' && line.kind === 'ok'
      ? ok('note', { seq: 2, at: 20, outcome: 'applied', version: 3 })
      : line,
  );
  const replicas = [{ device: 'd', version: 3, cars: [car], pending: [] }];
  const final = { ...FINAL, ...withLog(gap), ...withBoard(car), replicas };
  expect(check(history, final)).toEqual(['V1 version 3 follows 1']);
  const again = entry(2, 'other', 1, { device: 'e', cars: [] });
  expect(check(GOOD, { ...FINAL, epochs: [LOG, [again]], archive: LOG })).toContain(
    'V1 version 2 comes again after 2',
  );
});

test('C1 a connected device has the hub’s board and nothing to send', () => {
  const replica = (more: object) => ({ ...FINAL, replicas: [{ ...FINAL.replicas[0]!, ...more }] });
  expect(check(GOOD, replica({ pending: ['x'] }))).toEqual(['C1 d still has 1 edits to send: x']);
  expect(check(GOOD, replica({ version: 1 }))).toEqual(['C1 d is at 1 and the hub at 2']);
  expect(check(GOOD, replica({ cars: [] }))).toEqual(['C1 d does not have car 1']);
  expect(check(GOOD, replica({ cars: [CAR, { ...CAR, id: '2' }] }))).toEqual([
    'C1 d has car 2, which the hub has not',
  ]);
  expect(check(GOOD, replica({ cars: [{ ...CAR, arrivedAt: 7 }] }))).toEqual([
    'C1 d has arrivedAt 7 of car 1, which is null',
  ]);
});

test('A1 the archive has every version once and as it was', () => {
  const archive = (entries: LogEntry[]) => check(GOOD, { ...FINAL, archive: entries });
  expect(archive(LOG.slice(1))).toEqual(['A1 version 1 is missing from the archive']);
  expect(archive([...LOG, LOG[0]!])).toEqual(['A1 version 1 is twice in the archive']);
  expect(archive([LOG[0]!, { ...LOG[1]!, at: 21 }])).toEqual([
    'A1 version 2 is not in the archive as it was',
  ]);
});

test('A2 the archive is never ahead of the hub, nor has other cars', () => {
  const ahead = [...LOG, entry(3, 'more', 3, { cars: [] })];
  expect(check(GOOD, { ...FINAL, archive: ahead })).toEqual([
    'A2 the archive has version 3, and the hub is at 2',
  ]);
  expect(check(GOOD, { ...FINAL, archiveBoard: [{ ...CAR, notes: '' }] })).toEqual([
    'A2 the archive has notes "" of car 1, which is "left door"',
  ]);
});

test('a history is a line of JSON for each happening; the last may be cut short by a kill', () => {
  const text = formatHistory(GOOD);
  expect(parseHistory(text)).toEqual(GOOD);
  expect(parseHistory(text.slice(0, -9))).toEqual(GOOD.slice(0, -1));
  expect(() => parseHistory(text.slice(5))).toThrow();
});

function invoke(edit: string, at: number, intent: (HistoryLine & { kind: 'invoke' })['intent']): HistoryLine {
  return { kind: 'invoke', at, edit, device: 'd', person: 'wes', intent };
}

function saved(edit: string): HistoryLine {
  return { kind: 'saved', at: 9, edit };
}

function ok(edit: string, outcome: Outcome): HistoryLine {
  return { kind: 'ok', at: outcome.at, edit, outcome };
}

function entry(version: number, id: string, seq: number, more: Partial<LogEntry>): LogEntry {
  return { version, at: version * 10, by: 'wes', device: 'd', seq, id, type: 'note', cars: [], ...more };
}

function dataOfNew(): NonNullable<LogEntry['cars'][number]['before']> {
  const { id: _, version: _v, updatedAt: _a, updatedBy: _b, ...data } = blankCar('1', 'Yard');
  return data;
}

function firstCar(): Car {
  return { ...CAR, notes: '', version: 1, updatedAt: 10 };
}

function withLog(log: LogEntry[]): Pick<FinalState, 'epochs' | 'archive'> {
  return { epochs: [log], archive: log };
}

function withBoard(car: Car): Pick<FinalState, 'board' | 'archiveBoard' | 'replicas'> {
  const replicas = [{ device: 'd', version: car.version, cars: [car], pending: [] }];
  return { board: [car], archiveBoard: [car], replicas };
}
