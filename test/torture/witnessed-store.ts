import { type Store, type StoreChange, type Stored, StoreError } from '../../app/sync/store.ts';
import type { Witness } from './witness.ts';

/** What a device stores, with the witness looking on: each edit as it is made, and as it is saved. */
export class WitnessedStore implements Store {
  readonly #store: Store;
  readonly #witness: Witness;
  readonly #device: string;
  readonly #person: string;
  /** Edits that have been seen here before; the same for every process of the device. */
  readonly #known: Set<string>;
  readonly #underWay = new Set<string>();
  #isDead = false;

  constructor(
    store: Store,
    {
      witness,
      device,
      person,
      known,
    }: { witness: Witness; device: string; person: string; known: Set<string> },
  ) {
    this.#store = store;
    this.#witness = witness;
    this.#device = device;
    this.#person = person;
    this.#known = known;
  }

  load(): Promise<Stored> {
    return this.#store.load();
  }

  async commit(change: StoreChange): Promise<void> {
    // The same edit comes again where it gets another seq.
    const made = (change.edits?.add ?? []).filter(({ edit }) => !this.#known.has(edit.id));
    for (const { edit, author } of made) {
      this.#known.add(edit.id);
      this.#underWay.add(edit.id);
      this.#witness.invoke(this.#device, author ?? this.#person, edit);
    }
    let why: string | null = null;
    try {
      await this.#store.commit(change);
    } catch (error) {
      why = error instanceof StoreError ? error.kind : String(error);
      throw error;
    } finally {
      if (!this.#isDead) {
        for (const { edit } of made) {
          this.#underWay.delete(edit.id);
          if (why === null) this.#witness.saved(edit.id);
          else this.#witness.fail(edit.id, why);
        }
      }
    }
  }

  close(): void {
    this.#store.close();
  }

  /** Its process is dead: what was being written may have been, or not. */
  die(): void {
    this.#isDead = true;
    for (const id of this.#underWay) this.#witness.unknown(id);
  }
}
