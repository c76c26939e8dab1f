import { type Memory, recall } from './memory.ts';

const DRAFTS = 'drafts';
/** The oldest beyond this go. */
const DRAFTS_MAX = 50;
/** Of who has not said who they are. */
export const NOBODY = '';

type Draft = [person: string, car: string, text: string];

/** Notes that have been begun and not added, by person and car: nobody is shown another's. */
export class Drafts {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  of(person: string, car: string): string {
    return this.#all().find((draft) => draft[0] === person && draft[1] === car)?.[2] ?? '';
  }

  keep(person: string, car: string, text: string): void {
    const others = this.#all().filter((draft) => draft[0] !== person || draft[1] !== car);
    this.#write(text === '' ? others : [[person, car, text], ...others]);
  }

  /** Whoever has begun them has said who they are. */
  sign(person: string): void {
    const all = this.#all();
    const begun = all.filter((draft) => draft[0] === NOBODY);
    if (begun.length === 0) return;
    const cars = new Set(begun.map(([, car]) => car));
    const rest = all.filter((draft) => draft[0] !== NOBODY && (draft[0] !== person || !cars.has(draft[1])));
    this.#write([...begun.map(([, car, text]): Draft => [person, car, text]), ...rest]);
  }

  /** Whoever has begun them has gone without a word. */
  dropUnsigned(): void {
    this.#write(this.#all().filter((draft) => draft[0] !== NOBODY));
  }

  #all(): Draft[] {
    const all = recall(this.#memory, DRAFTS);
    return Array.isArray(all) ? all.filter(isDraft) : [];
  }

  #write(all: readonly Draft[]): void {
    if (all.length === 0) this.#memory.remove(DRAFTS);
    else this.#memory.set(DRAFTS, JSON.stringify(all.slice(0, DRAFTS_MAX)));
  }
}

function isDraft(value: unknown): value is Draft {
  return Array.isArray(value) && value.length === 3 && value.every((part) => typeof part === 'string');
}
