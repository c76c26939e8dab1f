import type { CarDiff } from '../../worker/protocol/history.ts';
import { UNDO_VERSIONS_MAX } from '../../worker/protocol/limits.ts';
import { isUnsettled, type Outcome, type Unsettled } from '../../worker/protocol/outcome.ts';
import { type EditRecord, editKey } from './store.ts';
import { type DirtyEdits, StoredEdits } from './stored-edits.ts';
import type { Attention, OwnChange } from './view.ts';

/** Changes that are listed, and as many that may turn out to be none. */
const OWN_MAX = 2 * UNDO_VERSIONS_MAX;

/**
 * Every edit that is still of use: those to be answered, those answered that the hub's archive does not have yet
 * (rule O2), those a person has to look at, and a person's last changes. What is of no more use is dropped here and
 * nowhere else.
 */
export class EditRecords {
  /** Answered edits up to this version are in the hub's archive. */
  archived = 0;
  readonly #byId = new Map<string, EditRecord>();
  /** Ids of answered edits that the archive does not have yet. */
  readonly #unarchived = new Set<string>();
  readonly #attention = new Set<string>();
  /** Ids of the person's last changes, oldest first. */
  #own: string[] = [];
  #person: string | null = null;
  /** Versions that an unanswered undo goes back to. */
  readonly #undoing = new Set<number>();
  readonly #stored = new StoredEdits();
  #attentionView: readonly Attention[] | null = null;
  #ownView: readonly OwnChange[] | null = null;

  get size(): number {
    return this.#byId.size;
  }

  /** What the store has, in the order of queue and seq. */
  load(records: readonly EditRecord[], archived: number): void {
    this.archived = archived;
    for (const record of records) {
      this.#stored.loaded(record);
      this.#file(record);
    }
  }

  get(editId: string): EditRecord | undefined {
    return this.#byId.get(editId);
  }

  all(): Iterable<EditRecord> {
    return this.#byId.values();
  }

  isStored(record: EditRecord): boolean {
    return this.#stored.has(record);
  }

  /** Takes a record in, or another state of one. */
  put(record: EditRecord): void {
    const before = this.#byId.get(record.edit.id);
    this.#stored.touch(record, before);
    this.#file(record);
    if (before === undefined && record.author === this.#person) this.#addOwn(record);
    else if (isChange(record)) this.#trimOwn();
    else this.#own = this.#own.filter((id) => id !== record.edit.id);
    this.#dropUseless(record.edit.id);
  }

  /** Forgets a record as if it had never been. */
  drop(editId: string): void {
    const record = this.#byId.get(editId);
    if (!record) return;
    this.#stored.remove(record);
    this.#byId.delete(editId);
    this.#unarchived.delete(editId);
    if (record.edit.type === 'undo') this.#undoing.delete(record.edit.version);
    if (this.#attention.delete(editId)) this.#attentionView = null;
    this.#own = this.#own.filter((id) => id !== editId);
    this.#ownView = null;
  }

  /** The archive has everything up to `version`. */
  archivedUpTo(version: number): void {
    if (version <= this.archived) return;
    this.archived = version;
    for (const id of [...this.#unarchived]) {
      const record = this.#byId.get(id);
      if (record && (versionOf(record) ?? 0) > version) continue;
      this.#unarchived.delete(id);
      this.#dropUseless(id);
    }
  }

  /** Whose attention and last changes are listed. */
  usePerson(person: string | null): void {
    this.#person = person;
    this.#attentionView = null;
    this.#ownView = null;
    const records = [...this.#byId.values()].sort((a, b) => (editKey(a) < editKey(b) ? -1 : 1));
    this.#own = records
      .filter((record) => record.author === person && isChange(record))
      .map(({ edit }) => edit.id);
    this.#trimOwn();
  }

  /** Versions of another epoch cannot be undone: the list of last changes begins anew. */
  forgetOwn(): void {
    const ids = this.#own;
    this.#own = [];
    this.#ownView = null;
    for (const id of ids) this.#dropUseless(id);
  }

  /** What the present person has to settle, the oldest first. */
  get attention(): readonly Attention[] {
    this.#attentionView ??= this.unsettled()
      .flatMap((record): Attention[] => {
        const outcome = unsettledOf(record);
        if (!outcome || record.author !== this.#person) return [];
        return [{ edit: record.edit, outcome, author: record.author, isHere: true }];
      })
      .sort((a, b) => a.outcome.at - b.outcome.at);
    return this.#attentionView;
  }

  /** What anybody has to settle on this device. */
  unsettled(): EditRecord[] {
    return [...this.#attention].flatMap((id) => this.#byId.get(id) ?? []);
  }

  /** The person's last changes, newest first. */
  get own(): readonly OwnChange[] {
    this.#ownView ??= this.#changes().slice(0, UNDO_VERSIONS_MAX);
    return this.#ownView;
  }

  #changes(): OwnChange[] {
    return this.#own.toReversed().flatMap((id): OwnChange[] => {
      const record = this.#byId.get(id);
      if (!record || !isChange(record)) return [];
      const version = versionOf(record) ?? null;
      const isBeingUndone = version !== null && this.#undoing.has(version);
      return [{ edit: record.edit, version, undone: record.undone ?? isBeingUndone }];
    });
  }

  /** What this device knows of a version of its own. */
  diffsOf(version: number): readonly CarDiff[] | undefined {
    return this.madeAs(version)?.cars;
  }

  /** The edit of the person's last changes that became a version. */
  madeAs(version: number): EditRecord | undefined {
    for (const id of this.#own) {
      const record = this.#byId.get(id);
      if (record && versionOf(record) === version) return record;
    }
    return undefined;
  }

  takeDirty(): DirtyEdits | null {
    return this.#stored.takeDirty();
  }

  markStored(dirty: DirtyEdits): void {
    this.#stored.markStored(dirty);
  }

  restoreDirty(dirty: DirtyEdits): void {
    this.#stored.restoreDirty(dirty);
  }

  /** The store has lost what it had. */
  allDirty(): void {
    this.#stored.allDirty(this.#byId.values());
  }

  #file(record: EditRecord): void {
    const { id } = record.edit;
    this.#byId.set(id, record);
    const version = versionOf(record);
    if (version !== undefined && version > this.archived) this.#unarchived.add(id);
    else this.#unarchived.delete(id);
    const isListed = this.#attention.has(id);
    if (unsettledOf(record)) this.#attention.add(id);
    else this.#attention.delete(id);
    if (isListed || this.#attention.has(id)) this.#attentionView = null;
    if (record.edit.type === 'undo') {
      if (record.outcome) this.#undoing.delete(record.edit.version);
      else this.#undoing.add(record.edit.version);
    }
    this.#ownView = null;
  }

  #addOwn(record: EditRecord): void {
    if (!isChange(record)) return;
    this.#own.push(record.edit.id);
    this.#trimOwn();
  }

  #trimOwn(): void {
    const applied = this.#own.filter((id) => this.#byId.get(id)?.outcome !== undefined).length;
    const tooMany = Math.max(applied - UNDO_VERSIONS_MAX, this.#own.length - OWN_MAX, 0);
    for (const id of this.#own.splice(0, tooMany)) this.#dropUseless(id);
  }

  #dropUseless(id: string): void {
    const record = this.#byId.get(id);
    if (!record?.outcome) return;
    const isOwn = isChange(record) && this.#own.includes(id);
    if (!isOwn && !this.#unarchived.has(id) && !this.#attention.has(id)) this.drop(id);
  }
}

/** The version an edit became, in full or in part. */
export function versionOf({ outcome }: EditRecord): number | undefined {
  return outcome && 'version' in outcome ? outcome.version : undefined;
}

/** Its outcome, where a person has to look at it. A decision that comes too late is none: what it was on is open still. */
export function unsettledOf({ edit, outcome, settled }: EditRecord): Unsettled | null {
  return outcome && !settled && edit.type !== 'settle' && isUnsettled(outcome) ? outcome : null;
}

/** An outcome without what only matters at the moment it comes. */
export function asKept(outcome: Outcome): Outcome {
  if (!('effect' in outcome)) return outcome;
  const { effect: _, ...kept } = outcome;
  return kept;
}

/** True for what can be listed as a change: not yet answered, or applied at least in part. */
function isChange(record: EditRecord): boolean {
  if (record.edit.type === 'undo' || record.edit.type === 'settle') return false;
  return record.outcome === undefined || versionOf(record) !== undefined;
}
