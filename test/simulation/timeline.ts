/** Something that is going to happen. */
export interface Due {
  at: number;
  order: number;
  what: string;
  /** Null once it has happened or been called off. */
  run: (() => void) | null;
}

/** A run that never comes to rest. */
const STEPS_MAX = 400_000;

/**
 * All that happens, in one order: by time, then in the order it was arranged. Between two happenings every promise
 * that can be settled is, so a run depends on nothing but its seed.
 */
export class Timeline {
  now: number;
  steps = 0;
  readonly #heap: Due[] = [];
  #made = 0;
  #failure: unknown = null;
  #trace = 0x811c9dc5;

  constructor(now: number) {
    this.now = now;
  }

  /** Arranges that something happens `ms` from now, in whole milliseconds. */
  in(ms: number, what: string, run: () => void): Due {
    const due: Due = { at: this.now + Math.max(0, Math.ceil(ms)), order: ++this.#made, what, run };
    this.#push(due);
    return due;
  }

  /** A promise of the same. */
  pass(ms: number, what: string): Promise<void> {
    return new Promise((done) => this.in(ms, what, done));
  }

  /** Lets time pass, or until `isOver` says so after a happening. */
  async run(ms: number, isOver: () => boolean = () => false): Promise<void> {
    const until = this.now + ms;
    await settled();
    for (let due = this.#heap[0]; due && due.at <= until; due = this.#heap[0]) {
      this.#pop();
      const { run } = due;
      if (!run) continue;
      due.run = null;
      this.now = due.at;
      if (++this.steps > STEPS_MAX) throw new Error(`R15 still busy after ${STEPS_MAX} steps: ${due.what}`);
      this.note(due.what);
      this.note(this.now);
      run();
      await settled();
      if (this.#failure !== null) throw this.#failure;
      if (isOver()) return;
    }
    this.now = until;
  }

  /** A rule is broken: the run ends with this happening, whoever may have caught the error. */
  fail(error: unknown): void {
    this.#failure ??= error;
  }

  /** Takes something down in the trace: two runs of a seed must have the same. */
  note(what: string | number): void {
    let trace = this.#trace;
    if (typeof what === 'number') trace = Math.imul(trace ^ (what | 0), 0x01000193);
    else for (let i = 0; i < what.length; i++) trace = Math.imul(trace ^ what.charCodeAt(i), 0x01000193);
    this.#trace = trace;
  }

  get trace(): number {
    return this.#trace >>> 0;
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent]!, due)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (isBefore(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** All promises that can be settled now are. */
function settled(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
