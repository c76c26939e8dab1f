import { expect, test } from 'vitest';
import type { Edit } from '../../worker/protocol/edit.ts';
import type { Outcome } from '../../worker/protocol/outcome.ts';
import { Asked, Recorder } from './recorder.ts';
import { Situations } from './situations.ts';
import { Timeline } from './timeline.ts';

const edit: Edit = { id: 'e1', seq: 1, base: 0, at: 0, type: 'note', car: '101', text: 'a' };
const maker = { device: 'device-1', person: 'wes' };
const [first, second] = [{}, {}];

function open(): Recorder {
  const recorder = new Recorder(new Timeline(0), new Situations());
  recorder.invoked(edit, maker, first);
  return recorder;
}

test('E2 what one that led could not keep, and the next one made, has been made once, and then', () => {
  const recorder = open();
  recorder.invoked({ ...edit, id: 'e2' }, maker, second);
  recorder.invoked(edit, maker, second);
  expect(recorder.lines.map((line) => line.edit)).toEqual(['e2', 'e1']);
});

test('E2 what was kept and is made by the next one has been made twice', () => {
  const recorder = open();
  const record = { queue: 1, edit, author: 'wes' };
  recorder.written({ durability: 'strict', edits: { put: [], remove: [], add: [record] } });
  recorder.invoked(edit, maker, second);
  expect(recorder.edits).toBe(2);
});

test('E2 what one makes again by itself has been made twice', () => {
  const recorder = open();
  recorder.invoked(edit, maker, first);
  expect(recorder.edits).toBe(2);
});

function refused(seq: number, id?: string): Outcome {
  return { seq, at: 1, outcome: 'rejected', code: 'unknown-car', ...(id !== undefined && { id }) };
}

const numbered = (seq: number, id: string) =>
  ({ type: 'remove', car: '1', id, seq, base: 0, at: 0 }) as const;

test('E2 an answer is one to whoever made the edit or asked, and not to a clone that is told of it as well', () => {
  const asked = new Asked((id) => id === 'own');
  asked.sent([numbered(3, 'sent')]);
  const outcomes = [refused(1, 'own'), refused(2, 'of-the-other'), refused(3), refused(4)];
  expect([...asked.answersIn({ outcomes })].map(([id]) => id)).toEqual(['own', 'sent']);
  // The seq was the other's.
  expect([...asked.answersIn({ outcomes: [refused(3, 'of-the-other')] })]).toEqual([]);
});
