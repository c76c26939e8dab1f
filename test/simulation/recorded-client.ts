import type { Hint, OpenSiteClient } from '../../app/sync/site-client.ts';
import { StoreError } from '../../app/sync/store.ts';
import type { Attention, Decision, OwnChange, Pending, View } from '../../app/sync/view.ts';
import type { Edit, Intent } from '../../worker/protocol/edit.ts';
import type { Recorder } from './recorder.ts';

/** The client that works on a device, and the record of the edits that are made with it, whichever tab asked for them. */
export class RecordedClient implements OpenSiteClient {
  readonly #client: OpenSiteClient;
  readonly #recorder: Recorder;
  readonly #device: string;
  readonly #person: string;
  /** Decisions that nobody has heard of yet. */
  readonly #deciding = new Set<readonly Attention[]>();

  constructor(client: OpenSiteClient, recorder: Recorder, maker: { device: string; person: string }) {
    this.#client = client;
    this.#recorder = recorder;
    this.#device = maker.device;
    this.#person = maker.person;
  }

  get view(): View {
    return this.#client.view;
  }

  subscribe(listener: (view: View) => void): () => void {
    return this.#client.subscribe(listener);
  }

  edit(intent: Intent, id?: string): Promise<Edit> {
    return this.#record(() => this.#client.edit(intent, id), id);
  }

  undo(change: OwnChange, id?: string): Promise<Edit | null> {
    return this.#record(() => this.#client.undo(change, id), id);
  }

  discard(pending: Pending, id?: string): Promise<void> {
    return this.#record(() => this.#client.discard(pending, id), id);
  }

  async settle(items: readonly Attention[], decision: Decision): Promise<void> {
    this.#deciding.add(items);
    try {
      await this.#record(() => this.#client.settle(items, decision));
      this.#decided(items);
    } catch (error) {
      this.#deciding.delete(items);
      throw error;
    }
  }

  syncNow(): Promise<boolean> {
    return this.#client.syncNow();
  }

  where(car: string | null): void {
    this.#client.where(car);
  }

  saveData(on: boolean): void {
    this.#client.saveData(on);
  }

  hint(hint: Hint): void {
    this.#client.hint(hint);
  }

  stop(): Promise<void> {
    return this.#client.stop();
  }

  /** The process is dead. What it was storing may be stored. */
  died(): void {
    for (const items of this.#deciding) this.#decided(items);
  }

  #decided(items: readonly Attention[]): void {
    this.#deciding.delete(items);
    for (const { edit } of items) this.#recorder.settled(edit.id);
  }

  /** `request` is the id of what a tab has asked for, which may be asked for again. */
  #record<T>(make: () => Promise<T>, request?: string): Promise<T> {
    const client = this.#client;
    const before = client.view.pending.length;
    const promise = make();
    const made = client.view.pending.slice(before).map(({ edit }) => edit);
    const person = client.view.you?.person ?? this.#person;
    for (const edit of made) this.#recorder.invoked(edit, { device: this.#device, person }, this);
    promise.then(
      () => {
        for (const { id } of made) this.#recorder.saved(id);
        if (request !== undefined) this.#recorder.done(request, made);
      },
      (error: unknown) => {
        // Another leads now, and is asked for it.
        if (!(error instanceof StoreError) || error.kind === 'taken' || error.kind === 'closed') return;
        // Of several that were made together, some may be held all the same.
        const held = new Set(client.view.pending.map(({ edit }) => edit.id));
        for (const { id } of made) if (!held.has(id)) this.#recorder.failed(id, error.kind);
      },
    );
    return promise;
  }
}
