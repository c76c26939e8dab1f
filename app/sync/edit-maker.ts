import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import { OUTBOX_MAX, SYNC_BODY_BYTES_MAX } from '../../worker/protocol/limits.ts';
import { utf8Length } from '../../worker/protocol/text.ts';
import type { Clock } from './clock.ts';
import { type EditRecords, versionOf } from './edit-records.ts';
import { inverseOf } from './inverse.ts';
import type { Keeper } from './keeper.ts';
import type { OpenItems } from './open-items.ts';
import type { Outbox } from './outbox.ts';
import type { Replica } from './replica.ts';
import { ENVELOPE_BYTES } from './sender.ts';
import { settlingOf } from './settling.ts';
import type { SiteFacts } from './site-facts.ts';
import { StoreError } from './store.ts';
import type { Attention, Decision, OwnChange } from './view.ts';

/** What of a device an edit is made with. */
export interface MakerParts {
  replica: Replica;
  records: EditRecords;
  outbox: Outbox;
  open: OpenItems;
  facts: SiteFacts;
}

/** Makes what the person does into edits: shows each at once, queues it, and says when it is durable. */
export class EditMaker {
  readonly #parts: MakerParts;
  readonly #keeper: Keeper;
  readonly #clock: Clock;
  readonly #changed: () => void;

  constructor(parts: MakerParts, keeper: Keeper, clock: Clock, changed: () => void) {
    this.#parts = parts;
    this.#keeper = keeper;
    this.#clock = clock;
    this.#changed = changed;
  }

  /**
   * Shows an edit and queues it. Resolves when it is durable, with the seq it then has. Rejects with a `StoreError`.
   * An edit that is here already under the `id` given is that one: who has not heard the answer asks again.
   */
  async edit(intent: Intent, id?: string): Promise<Edit> {
    const made = id === undefined ? undefined : this.#parts.records.get(id);
    if (!made) this.#refuseUnkept([intent]);
    const edit = made?.edit ?? this.#queue(intent, id);
    await this.#keeper.flush();
    return this.#parts.records.get(edit.id)?.edit ?? edit;
  }

  /**
   * Takes back a change, whether the hub has it or not. Null where there is no way to. Rejects with a `StoreError`.
   * `id` is that of the edit which does it, as in `edit`.
   */
  async undo({ edit }: OwnChange, id?: string): Promise<Edit | null> {
    const made = id === undefined ? undefined : this.#parts.records.get(id);
    if (made) return this.edit(made.edit, id);
    const record = this.#parts.records.get(edit.id);
    if (!record || record.undone) return null;
    const version = versionOf(record);
    if (version !== undefined) return this.edit({ type: 'undo', version }, id);
    const intent = record.outcome
      ? null
      : inverseOf(record.edit, record.cars, this.#parts.facts.you?.role ?? 'viewer');
    if (!intent) return null;
    const inverse = this.edit(intent, id);
    this.#parts.outbox.markUndone(record);
    try {
      return await inverse;
    } catch (error) {
      this.#parts.outbox.unmarkUndone(this.#parts.records.get(edit.id));
      this.#changed();
      throw error;
    }
  }

  /**
   * See `SiteClient.settle`: one transaction takes what brings the decision about, and the decision. Rejects with a
   * `StoreError`, and then all of the items are still there. `id` is that of the first edit it makes, as in `edit`.
   */
  async settle(
    items: readonly Attention[],
    decision: Decision,
    { takesDecisions, id }: { takesDecisions: boolean; id?: string | undefined },
  ): Promise<void> {
    const { records, open, replica } = this.#parts;
    if (id !== undefined && records.get(id)) return this.#keeper.flush();
    const { intents, settled } = settlingOf(items, decision, {
      records,
      open,
      notesOf: (car) => replica.car(car)?.notes,
      takesDecisions,
    });
    this.#refuseUnkept(intents, settled.length);
    for (const record of settled) records.put({ ...record, settled: true });
    for (const [i, intent] of intents.entries()) this.#queue(intent, i === 0 ? id : undefined);
    this.#changed();
    try {
      await this.#keeper.flush();
    } catch (error) {
      for (const record of settled) records.put(record);
      this.#changed();
      throw error;
    }
  }

  #queue(intent: Intent, id?: string): Edit {
    const edit = this.#parts.outbox.make(intent, this.#parts.replica.version, this.#clock.now(), id);
    this.#parts.outbox.add(edit, this.#show(edit));
    this.#changed();
    return edit;
  }

  /** Shown, they would never be kept, or never be sent. `freed` is how many make room for them. Throws a `StoreError`. */
  #refuseUnkept(intents: readonly Intent[], freed = 0): void {
    if (this.#keeper.isClosed) throw new StoreError('closed');
    if (this.#parts.records.size - freed + intents.length > OUTBOX_MAX) throw new StoreError('full');
    if (intents.some(isTooLarge)) throw new StoreError('too-large');
  }

  #show(edit: Edit) {
    const undone = edit.type === 'undo' ? this.#parts.records.diffsOf(edit.version) : undefined;
    return this.#parts.replica.show(
      edit,
      this.#parts.outbox.queue.person ?? '',
      edit.at + this.#parts.facts.hubTimeOffsetMs,
      undone,
    );
  }

  /** Shows what waits for its outcome over the board. */
  showPending(): void {
    for (const { record } of this.#parts.outbox.entries()) this.#show(record.edit);
  }
}

function isTooLarge(intent: Intent): boolean {
  if (intent.type !== 'import') return false;
  return utf8Length(JSON.stringify(intent)) > SYNC_BODY_BYTES_MAX - 2 * ENVELOPE_BYTES;
}
