import { setTimeout as sleep } from 'node:timers/promises';
import { PIN_TRIES_MAX } from '../../worker/protocol/limits.ts';
import { enrolDevice } from '../support/device.ts';
import { startHub } from '../support/hub.ts';
import { addPinWorker, enterPin } from '../support/pin.ts';
import { guessPins, mostLooked } from '../support/pin-guesses.ts';
import { integer, random } from '../support/random.ts';
import { makeSite } from '../support/site.ts';
import { listening } from './first-answer.ts';
import { lasts, type Measure, type Result } from './result.ts';

export interface PinOptions extends Measure {
  people: number;
  /** At once, for each of them. */
  guesses: number;
  /** While they are on their way. */
  kills: number;
}

const PIN = '7295';
/** Between two kills. */
const UP_MS_MIN = 100;
const UP_MS_MAX = 1_000;

/** R13: a person's PIN guessed on a tablet, all guesses at once, while workerd dies of `kill -9` under them. */
export async function pin(options: PinOptions): Promise<Result> {
  const next = random(options.seed);
  const goesOn = lasts(options);
  await using hub = await startHub();
  const site = await makeSite(hub);
  const tablet = await enrolDevice(hub, site.lead);
  const violations: string[] = [];
  let [people, kills, guesses, again, most] = [0, 0, 0, 0, 0];
  while (people < options.people || goesOn()) {
    people++;
    const { id } = await addPinWorker(hub, site.id, `Wes ${people}`, PIN);
    let isOver = false;
    const up = () => listening(hub.origin);
    const guessing = guessPins(hub, tablet.cookie, id, options.guesses, up).finally(() => {
      isOver = true;
    });
    for (let left = options.kills; left > 0 && !isOver; left--) {
      await sleep(integer(next, UP_MS_MIN, UP_MS_MAX));
      process.kill(hub.pid, 'SIGKILL');
      kills++;
      await up();
    }
    const guessed = await guessing;
    guesses += guessed.answered;
    again += guessed.again;
    most = Math.max(most, guessed.looked);
    const say = (what: string) => violations.push(`R13: ${what} (person ${people}, ${guessed.ms} ms)`);
    if (guessed.looked > mostLooked(guessed.ms)) say(`${guessed.looked} PINs were looked at`);
    if (guessed.strange.length > 0) say(`answered with ${[...new Set(guessed.strange)]}`);
    // The lock is there after all of it, for nobody else, and a lead undoes it.
    const { status } = await enterPin(hub, tablet.cookie, id, PIN);
    if (status !== 429 && guessed.ms < 25_000) say(`the right PIN was answered with ${status}`);
    await hub.restart();
    const unlocked = await site.lead.request('DELETE', `people/${id}/pin/lock`);
    if (unlocked.status !== 204) say(`the lead was answered with ${unlocked.status}`);
    const after = await enterPin(hub, tablet.cookie, id, PIN);
    if (after.status !== 200) say(`unlocked, the right PIN was answered with ${after.status}`);
  }
  return {
    torture: 'pin',
    violations,
    lines: [
      { label: 'PINs guessed at once', unit: '', value: options.guesses, bar: { least: 1_000 }, of: 'R13' },
      {
        label: 'looked at, of one person, most',
        unit: '',
        value: most,
        bar: { most: PIN_TRIES_MAX },
        of: 'R13',
      },
      { label: 'people', unit: '', value: people },
      { label: 'kill -9 of workerd', unit: '', value: kills },
      { label: 'guesses answered', unit: '', value: guesses },
      { label: 'guesses sent again after a kill', unit: '', value: again },
    ],
  };
}
