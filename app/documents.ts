import { computed, effect, untracked } from '@preact/signals';
import type { DocumentsMerged } from '../worker/protocol/documents.ts';
import type { AppState } from './state/app-state.ts';
import { Personal } from './state/personal.ts';
import { isViewKey } from './state/saved-views.ts';
import { documentShelf } from './storage/document-shelf.ts';
import { type DocumentReply, type DocumentRequest, DocumentStore } from './sync/documents/document-store.ts';

const TIMEOUT_MS = 20_000;

/** From now on the documents of whoever is signed in are here, and go with them. */
export function followPerson(app: AppState): void {
  const { session, ports, personal } = app;
  const { online, visible } = ports.surroundings;
  // Who is here does not change with the sites they belong to. A device keeps nothing for itself.
  const here = computed(() => {
    const { value } = session.state;
    return value.state === 'signed-in' && value.me.kind === 'person' ? value.me.person.id : null;
  });
  effect(() => {
    const person = here.value;
    return person === null ? undefined : untracked(() => enter(person));
  });

  function enter(person: string): () => void {
    let isHere = true;
    const store = new DocumentStore(
      {
        person,
        shelf: documentShelf(person),
        exchange,
        after: (delayMs, call) => ports.clock.after(delayMs, call),
        isKeptBoth: isViewKey,
      },
      (book) => personal.peek()?.see(book),
    );
    let stopAsking = () => {};
    void store.open().then(() => {
      if (!isHere) return;
      const { preferences } = app;
      personal.value = new Personal(person, store, store.book, {
        preferences,
        memory: ports.memory,
        newId: () => crypto.randomUUID().slice(0, 13).replace('-', ''),
      });
      // Whenever there may be a way, and somebody to see what is new.
      stopAsking = effect(() => {
        if (online.value && visible.value && !session.held.value) untracked(() => void store.sync());
      });
    });
    return () => {
      isHere = false;
      stopAsking();
      store.stop();
      personal.peek()?.stop(session.state.peek().state === 'signed-out');
      personal.value = null;
    };
  }
}

/** `POST /api/sync`. Never rejects. */
async function exchange(request: DocumentRequest): Promise<DocumentReply> {
  try {
    const response = await fetch('/api/sync', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      cache: 'no-store',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) return { ok: false, isOver: response.status < 500 && response.status !== 429 };
    const value: unknown = await response.json();
    // A captive portal answers 200 with a page of its own.
    return isMerged(value) ? { ok: true, value } : { ok: false, isOver: false };
  } catch {
    return { ok: false, isOver: false };
  }
}

/** The hub is trusted with values and checked for shape, so that a proxy's answer is told from one of its own. */
function isMerged(value: unknown): value is DocumentsMerged {
  if (typeof value !== 'object' || value === null) return false;
  const { version, documents, deleted, conflicts, results } = value as Partial<Record<string, unknown>>;
  return typeof version === 'number' && [documents, deleted, conflicts, results].every(Array.isArray);
}
