import type { Effect } from '../../worker/engine/effect.ts';
import type { SiteState } from '../../worker/engine/state.ts';
import type { Car } from '../../worker/protocol/car.ts';
import type { Edit } from '../../worker/protocol/edit.ts';
import type { LogEntry } from '../../worker/protocol/history.ts';
import type { Role } from '../../worker/protocol/site.ts';
import { ConflictOracle } from '../engine/conflict-oracle.ts';

/** A `set` that is pushed alone, and what it met. */
interface Single {
  edit: Edit & { type: 'set' };
  car: Car | undefined;
  version: number;
  author: { device: string; role: Role };
}

/** Holds the answers to edits that are pushed alone against what the log says they must be (rule E5). */
export class SingleEdits {
  #oracle = new ConflictOracle();
  #learned = 0;

  /** Another epoch, or a log that has lost its end: all is learned again. */
  begin(cars: Iterable<Car>): void {
    this.#oracle = new ConflictOracle();
    this.#oracle.begin(cars);
    this.#learned = 0;
  }

  /** Null where a frame is none that can be judged. */
  before(
    text: string,
    state: SiteState,
    log: readonly LogEntry[],
    author: { device: string; role: Role },
  ): Single | null {
    // Nothing is parsed that is going to be put aside.
    if (text.length > 400 || !text.startsWith('{"type":"push"') || !text.includes('"type":"set"'))
      return null;
    const { edits }: { edits: Edit[] } = JSON.parse(text);
    const [edit] = edits;
    const isNew = edit?.seq === (state.devices.get(author.device)?.seq ?? 0) + 1;
    if (edits.length !== 1 || edit?.type !== 'set' || edit.author !== undefined || !isNew) return null;
    for (; this.#learned < log.length; this.#learned++) this.#oracle.learn(log[this.#learned]!);
    return { edit, car: state.cars.get(edit.car)?.car, version: state.version, author };
  }

  /** Why the answer is wrong, or null where it is right, or not given. */
  after({ edit, car, version, author }: Single, effects: readonly Effect[]): string | null {
    for (const effect of effects) {
      if (effect.type !== 'send' || !effect.text.startsWith('{"type":"outcomes"')) continue;
      const [outcome] = JSON.parse(effect.text).outcomes;
      const fault = this.#oracle.fault(edit, author, outcome, car, version);
      if (fault) return `E5 ${JSON.stringify(edit)} on ${JSON.stringify(car)}: ${fault}`;
    }
    return null;
  }
}
