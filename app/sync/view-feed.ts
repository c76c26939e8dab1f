import type { View } from './view.ts';

/** The view as it is now, built when somebody asks, and those who are told of each change once a turn. */
export class ViewFeed {
  readonly #build: () => View;
  readonly #listeners = new Set<(view: View) => void>();
  #view: View | null = null;
  #isTelling = false;

  constructor(build: () => View) {
    this.#build = build;
  }

  get view(): View {
    this.#view ??= this.#build();
    return this.#view;
  }

  subscribe(listener: (view: View) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    this.#view = null;
    if (this.#isTelling || this.#listeners.size === 0) return;
    this.#isTelling = true;
    void Promise.resolve().then(() => {
      this.#isTelling = false;
      for (const listener of [...this.#listeners]) listener(this.view);
    });
  }
}
