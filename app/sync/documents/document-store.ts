import type { DocumentChange, DocumentsMerged, Json } from '../../../worker/protocol/documents.ts';
import { keptBoth } from './keep-both.ts';
import {
  answered,
  changesToSend,
  EMPTY_BOOK,
  hasRoomFor,
  type LocalBook,
  reopened,
  written,
} from './local-book.ts';

/** One person's book in the storage of this device, shared by all its tabs. */
export interface DocumentShelf {
  /** Makes of what is kept what is kept next, with no other tab in between. Rejects where nothing can be kept. */
  change(turn: Turn): Promise<LocalBook>;
  /** Calls back after another tab has changed it. Returns how to stop that. */
  listen(changed: () => void): () => void;
}

export type Turn = (book: LocalBook) => LocalBook;

export interface DocumentRequest {
  person: string;
  since: number;
  changes: DocumentChange[];
}

export type DocumentReply =
  | { ok: true; value: DocumentsMerged }
  /** `isOver`: asking the same again would be answered the same. */
  | { ok: false; isOver: boolean };

export interface DocumentPorts {
  /** Whose documents they are. */
  person: string;
  shelf: DocumentShelf;
  exchange(request: DocumentRequest): Promise<DocumentReply>;
  /** Calls once after a delay in milliseconds; returns how to call it off. */
  after(delayMs: number, call: () => void): () => void;
  /** Whether two versions of this document are both kept where they meet. */
  isKeptBoth(key: string): boolean;
}

/** How long what waits does so after the first failure; twice as long after each further one, up to the second. */
const RETRY_MS = { first: 5_000, most: 300_000 };

/**
 * One person's documents on one device: read and written at once, with or without a network; sent when there is a way,
 * and merged with what the hub answers.
 */
export class DocumentStore {
  readonly #ports: DocumentPorts;
  readonly #changed: (book: LocalBook) => void;
  readonly #stopListening: () => void;
  #stored = EMPTY_BOOK;
  /** Not kept yet, in their order. */
  #turns: Turn[] = [];
  #isSyncing = false;
  #isAskedAgain = false;
  #isStopped = false;
  #failures = 0;
  #cancelRetry = () => {};

  /** Nothing is known before `open` has come to its end. */
  constructor(ports: DocumentPorts, changed: (book: LocalBook) => void) {
    this.#ports = ports;
    this.#changed = changed;
    this.#stopListening = ports.shelf.listen(() => void this.#take((book) => book));
  }

  async open(): Promise<void> {
    await this.#take(reopened);
  }

  get book(): LocalBook {
    return this.#turns.reduce((book, turn) => turn(book), this.#stored);
  }

  /** Writes a document, undefined to delete it. False where there is no room for one more. */
  write(key: string, value: Json | undefined): boolean {
    if (value !== undefined && !hasRoomFor(this.book, key)) return false;
    void this.#take((book) => written(book, key, value)).then(() => this.sync());
    return true;
  }

  /** Sends what waits and asks for what is new. */
  async sync(): Promise<void> {
    this.#isAskedAgain = true;
    if (this.#isSyncing) return;
    this.#isSyncing = true;
    while (this.#isAskedAgain && !this.#isStopped) {
      this.#isAskedAgain = false;
      await this.#exchange();
    }
    this.#isSyncing = false;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelRetry();
    this.#stopListening();
  }

  async #exchange(): Promise<void> {
    this.#cancelRetry();
    const { person, exchange, isKeptBoth } = this.#ports;
    const { book } = this;
    const changes = changesToSend(book);
    const reply = await exchange({ person, since: book.since, changes });
    if (this.#isStopped) return;
    if (!reply.ok) {
      this.#failures += 1;
      if (!reply.isOver && changes.length > 0) this.#retryLater();
      return;
    }
    this.#failures = 0;
    await this.#take((now) => keptBoth(answered(now, changes, reply.value), reply.value, isKeptBoth));
    if (changesToSend(this.book).length > 0) this.#isAskedAgain = true;
  }

  #retryLater(): void {
    const delayMs = Math.min(RETRY_MS.first * 2 ** (this.#failures - 1), RETRY_MS.most);
    this.#cancelRetry = this.#ports.after(delayMs, () => void this.sync());
  }

  /** Shows it at once, and keeps it. Where nothing can be kept it lasts as long as the page. */
  async #take(turn: Turn): Promise<void> {
    this.#turns.push(turn);
    this.#tell();
    const kept = this.#ports.shelf.change(turn);
    this.#stored = await kept.catch(() => turn(this.#stored));
    this.#turns = this.#turns.filter((one) => one !== turn);
    this.#tell();
  }

  #tell(): void {
    if (!this.#isStopped) this.#changed(this.book);
  }
}
