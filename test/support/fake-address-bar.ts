import type { AddressBar } from '../../app/state/router.ts';

interface Entry {
  path: string;
  mark: unknown;
}

/** A browser's history; going back is done when `settle` is called, as in a browser it is done later. */
export class FakeAddressBar implements AddressBar {
  readonly entries: Entry[];
  #at = 0;
  #backs = 0;
  #moved = () => {};

  constructor(path = '/') {
    this.entries = [{ path, mark: null }];
  }

  get path(): string {
    return this.entries[this.#at]!.path;
  }

  get address(): URL {
    return new URL(this.path, 'https://yard.example');
  }

  get mark(): unknown {
    return this.entries[this.#at]!.mark;
  }

  push(path: string, mark: unknown): void {
    this.entries.splice(++this.#at, Number.POSITIVE_INFINITY, { path, mark });
  }

  replace(path: string, mark: unknown): void {
    this.entries[this.#at] = { path, mark };
  }

  back(): void {
    this.#backs += 1;
  }

  listen(moved: () => void): void {
    this.#moved = moved;
  }

  settle(): void {
    if (this.#backs === 0) return;
    this.#at -= this.#backs;
    this.#backs = 0;
    if (this.#at < 0) throw new Error('the app was left');
    this.#moved();
  }
}
