import { effect, type ReadonlySignal, type Signal, signal, untracked } from '@preact/signals';
import type { Json, Overwritten } from '../../worker/protocol/documents.ts';
import { EMPTY_BOOK, entriesIn, type LocalBook, valueIn, waitingIn } from '../sync/documents/local-book.ts';
import type { Memory } from './memory.ts';
import type { Preferences } from './preferences.ts';
import { oneOf } from './route.ts';
import { newViewKey, type SavedView, viewsIn } from './saved-views.ts';
import { THEMES } from './theme.ts';

/** What is kept and sent for a person: see `DocumentStore`. */
export interface DocumentKeeper {
  write(key: string, value: Json | undefined): boolean;
}

/** Whose choices the device has in its memory. */
const OWNER = 'preferences';

/** What follows the person who is signed in from device to device: their settings, and their views of the boards. */
export class Personal {
  readonly #book: Signal<LocalBook> = signal(EMPTY_BOOK);
  readonly #keeper: DocumentKeeper;
  readonly #preferences: Preferences;
  readonly #newId: () => string;
  readonly #stops: (() => void)[];

  /** Not before the keeper has read what is kept. `newId` gives letters and digits, of their own each time. */
  constructor(
    person: string,
    keeper: DocumentKeeper,
    book: LocalBook,
    ports: { preferences: Preferences; memory: Memory; newId: () => string },
  ) {
    const { preferences, memory, newId } = ports;
    this.#keeper = keeper;
    this.#preferences = preferences;
    this.#newId = newId;
    this.#book.value = book;
    const owner = memory.get(OWNER);
    // What somebody else has chosen here is theirs. What nobody has signed is from before there was a name to it.
    if (owner !== null && owner !== person) this.#forgetChoices();
    memory.set(OWNER, person);
    const { theme, shortcuts } = preferences;
    this.#stops = [
      this.#follow('setting.theme', theme, 'auto', (value) => {
        preferences.setTheme(oneOf(THEMES, value) ?? 'auto');
      }),
      this.#follow('setting.shortcuts', shortcuts, true, (value) =>
        preferences.setShortcuts(value !== false),
      ),
    ];
  }

  /** The keeper has something else now. */
  see(book: LocalBook): void {
    this.#book.value = book;
  }

  /** How many documents there are, and how many of them are not at the hub yet. */
  get counts(): { all: number; waiting: number } {
    return { all: [...entriesIn(this.#book.value)].length, waiting: waitingIn(this.#book.value) };
  }

  valueAt(key: string): Json | undefined {
    return valueIn(this.#book.value, key);
  }

  /** Makes what was overwritten what stands. False where there is no room for it. */
  takeBack(lost: Overwritten): boolean {
    return this.#keeper.write(lost.key, 'value' in lost ? lost.value : undefined);
  }

  views(site: string): SavedView[] {
    return viewsIn(this.#book.value, site);
  }

  /** Saves a view; one of the same name on the site becomes it. False where there is no room for another. */
  saveView(view: Omit<SavedView, 'key'>): boolean {
    const same = this.views(view.site).find(({ name }) => name === view.name);
    return this.putView({ ...view, key: same?.key ?? newViewKey(this.#newId()) });
  }

  putView({ key, site, name, query }: SavedView): boolean {
    return this.#keeper.write(key, { site, name, query });
  }

  removeView({ key }: SavedView): void {
    this.#keeper.write(key, undefined);
  }

  /** `left`: the person has signed out, and leaves nothing of theirs to be seen. */
  stop(left: boolean): void {
    for (const stop of this.#stops) stop();
    if (left) this.#forgetChoices();
  }

  #forgetChoices(): void {
    this.#preferences.setTheme('auto');
    this.#preferences.setShortcuts(true);
  }

  /** Keeps a choice and its document alike. Which has changed last is right. */
  #follow<T extends Json>(
    key: string,
    choice: ReadonlySignal<T>,
    usual: T,
    choose: (value: Json) => void,
  ): () => void {
    const before = choice.peek();
    const stopReading = effect(() => {
      const value = valueIn(this.#book.value, key);
      if (value !== undefined) untracked(() => value !== choice.value && choose(value));
    });
    const stopWriting = effect(() => {
      const now = choice.value;
      const { hasHeard } = this.#book.value;
      const value = untracked(() => valueIn(this.#book.value, key));
      if (now === (value ?? usual)) return;
      // What was chosen here before this device knew of documents does not overwrite one it has not heard of yet.
      if (value === undefined && now === before && !hasHeard) return;
      untracked(() => this.#keeper.write(key, now));
    });
    return () => {
      stopReading();
      stopWriting();
    };
  }
}
