import {
  batchOf,
  CHECKPOINT_DELAY_MS,
  isBehind,
  RETRY_MS_MIN,
  removedIn,
  retryDelayMs,
} from '../engine/checkpoint.ts';
import type { SiteState } from '../engine/state.ts';
import type { Archive } from '../ports.ts';
import type { LogEntry } from '../protocol/history.ts';

export interface CheckpointerPorts {
  archive: Archive;
  /** Entries above a version, oldest first. */
  log: { since(version: number, limit: number): LogEntry[] };
  /** In [0, 1). */
  random: () => number;
  /** Sets the one alarm of the site, or moves it, to go off at hub milliseconds. */
  setAlarm: (at: number) => void;
}

export interface Saved {
  /** The archive is as of this version now. */
  version: number;
  /** The directory has the site's settings as of then, in hub milliseconds. */
  settingsAt: number;
  /** Why it did not go well. */
  error?: string;
}

/** Log entries sent to the archive in one go: after a long outage the backlog goes in pieces. */
const ENTRIES_MAX = 2_000;
/** In the first piece to an archive that has just failed: while it is down a long backlog costs next to nothing. */
const ENTRIES_TRIED = 500;
/** An alarm that is later than this has been lost: the runtime gives up after six tries, and a past time may never come. */
const LATE_MS_MAX = 10_000;

/**
 * Copies a site to the archive: behind everybody's back, repeatable, and never giving up. Time, chance, alarm and
 * archive are handed in, so it runs in a hub and in virtual time alike.
 *
 * Whoever runs it calls `wake` with what was loaded, `heard` after each event, and when the alarm goes off `save`, then
 * takes in what it says, then `rearm`.
 */
export class Checkpointer {
  readonly #ports: CheckpointerPorts;
  /** When the alarm goes off; null where none is set, or what it asks for is under way. */
  #alarmAt: number | null = null;
  #isBusy = false;
  #isFailing = false;
  #triedAt = 0;
  /** When something last happened here. */
  #heardAt = 0;
  /** History up to here is in the archive, though its mark may not be there yet; and what that history removed. */
  #sent: { version: number; removed: ReadonlySet<string> } = { version: 0, removed: new Set() };

  constructor(ports: CheckpointerPorts) {
    this.#ports = ports;
  }

  /** Memory is new: what is stored says what waits. How long it has been quiet is as of the newest edit. */
  wake(state: SiteState, now: number): void {
    const { log } = this.#ports;
    this.#isBusy = false;
    this.#heardAt = log.since(state.version - 1, 1)[0]?.at ?? now;
    const [oldest] = log.since(state.archived, 1);
    if (!oldest && !isBehind(state)) return;
    const since = oldest?.at ?? state.settingsAt;
    this.#arm(Math.min(Math.max(since + CHECKPOINT_DELAY_MS, now + SOON_MS), now + CHECKPOINT_DELAY_MS));
  }

  /** Something has happened: what waits for the archive has an alarm, and while it fails, one that is near. */
  heard(state: SiteState, now: number): void {
    this.#heardAt = now;
    if (this.#isBusy || !isBehind(state)) return;
    const at = this.#isFailing
      ? Math.max(this.#triedAt + RETRY_MS_MIN, now + SOON_MS)
      : now + CHECKPOINT_DELAY_MS;
    const isLost = this.#alarmAt !== null && this.#alarmAt < now - LATE_MS_MAX;
    if (this.#alarmAt === null || isLost || this.#alarmAt > at) this.#arm(at);
  }

  /** The alarm has gone off. Never throws: a failure is an answer. */
  async save(state: SiteState, now: number): Promise<Saved> {
    this.#alarmAt = null;
    this.#isBusy = true;
    this.#triedAt = now;
    try {
      const saved = await this.#send(state, now);
      this.#isFailing = false;
      return saved;
    } catch (error) {
      this.#isFailing = true;
      return { version: state.archived, settingsAt: state.settingsSaved, error: String(error) };
    }
  }

  /** Comes last, once what was saved has been taken in: sets the next alarm where there is more to do. */
  rearm(state: SiteState, now: number): void {
    this.#isBusy = false;
    if (!isBehind(state)) return;
    const { random } = this.#ports;
    const delayMs = this.#isFailing ? retryDelayMs(now - this.#heardAt, random()) : CHECKPOINT_DELAY_MS;
    // From when the last one began: one that hung until its time was up has waited already.
    this.#arm(Math.max(this.#triedAt + delayMs, now + SOON_MS));
  }

  async #send(state: SiteState, at: number): Promise<Saved> {
    const { site, epoch, archived } = state;
    if (this.#sent.version < archived) this.#sent = { version: archived, removed: new Set() };
    for (let most = this.#isFailing ? ENTRIES_TRIED : ENTRIES_MAX; ; most = ENTRIES_MAX) {
      // Read together, with nothing awaited between: cars, version and entries are of one moment.
      const entries = this.#ports.log.since(this.#sent.version, most);
      const batch = batchOf(state, entries, this.#sent.removed);
      if (!batch) return { version: archived, settingsAt: state.settingsSaved };
      const settingsAt = batch.settings?.at ?? state.settingsSaved;
      const isLast = entries.length < most;
      // All pieces but the last carry history only: cars and mark follow when every entry is there.
      const piece = isLast ? batch : { ...batch, version: archived, cars: [], forgotten: [] };
      await this.#ports.archive.save({ ...piece, site: site.id, epoch, at });
      this.#sent = {
        version: entries.at(-1)?.version ?? this.#sent.version,
        // A tombstone that is there now may be forgotten before the last piece goes.
        removed: isLast ? new Set() : new Set([...this.#sent.removed, ...removedIn(entries)]),
      };
      if (isLast) return { version: batch.version, settingsAt };
    }
  }

  #arm(at: number): void {
    this.#alarmAt = at;
    this.#ports.setAlarm(at);
  }
}

/** An alarm for this very moment can get lost. */
const SOON_MS = 1_000;
