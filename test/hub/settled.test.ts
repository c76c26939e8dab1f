import { expect, test } from 'vitest';
import { settled } from '../../worker/hub/settled.ts';

test('I3 what the directory said of somebody whose role has changed meanwhile is asked again', async () => {
  let changes = 0;
  const answers = ['lead', 'worker', 'worker'];
  const asked: string[] = [];
  const ask = async () => {
    const answer = answers.shift() ?? 'none';
    asked.push(answer);
    // The first answer was on its way already.
    if (asked.length === 1) changes++;
    return answer;
  };
  expect(await settled(ask, () => changes)).toBe('worker');
  expect(asked).toEqual(['lead', 'worker']);
});

test('a directory that does not answer is not asked for ever', async () => {
  await expect(
    settled(
      () => Promise.reject(new Error('down')),
      () => 0,
    ),
  ).rejects.toThrow('down');
});
