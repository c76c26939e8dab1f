import { effect } from '@preact/signals';
import { expect, test } from 'vitest';
import { Part } from '../../app/state/part.ts';

test('a part that somebody else has fetched is shown to whoever waits for it', async () => {
  const part = new Part(async () => 'sheet');
  const shown: (string | null)[] = [];
  const stop = effect(() => {
    shown.push(part.code.value);
  });
  await part.fetch();
  stop();
  expect(shown).toEqual([null, 'sheet']);
});

test('a part that does not come is asked for again', async () => {
  let isThere = false;
  const part = new Part(async () => {
    if (!isThere) throw new Error('No network');
    return 'sheet';
  });
  await expect(part.fetch()).rejects.toThrow('No network');
  expect(part.code.value).toBeNull();
  isThere = true;
  await part.fetch();
  expect(part.code.value).toBe('sheet');
});
