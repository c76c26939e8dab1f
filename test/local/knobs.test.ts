import { expect, test } from 'vitest';
import { readKnobs } from '../../worker/local/knobs.ts';

test('without knobs it is port 8787 on this machine alone, with a demo', () => {
  expect(readKnobs({}, [])).toMatchObject({
    port: 8787,
    host: '127.0.0.1',
    demo: true,
    setupToken: undefined,
  });
});

test('every knob is taken', () => {
  const env = { PORT: '9000', HOST: '0.0.0.0', STATE_DIR: '/var/yard', SETUP_TOKEN: 'given' };
  expect(readKnobs(env, ['--empty'])).toEqual({
    port: 9000,
    host: '0.0.0.0',
    stateDir: '/var/yard',
    setupToken: 'given',
    demo: false,
  });
});

test.each(['0', '65536', '80.5', 'http'])('PORT %s is answered with a sentence', (PORT) => {
  expect(readKnobs({ PORT }, [])).toEqual({ problem: expect.stringContaining(`"${PORT}"`) });
});

test('an unknown option is not passed over', () => {
  expect(readKnobs({}, ['--emtpy'])).toEqual({ problem: expect.stringContaining('--emtpy') });
});
