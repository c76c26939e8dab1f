import { type Signal, signal } from '@preact/signals';
import { type Overlay, parseRoute, pathOf, type Route, type Screen } from './route.ts';

/** The browser's history, as far as it is used. */
export interface AddressBar {
  readonly address: URL;
  /** The mark the present entry was made with; null for one that came from outside. */
  readonly mark: unknown;
  push(path: string, mark: unknown): void;
  replace(path: string, mark: unknown): void;
  back(): void;
  /** Calls back after the person has gone back or forth. */
  listen(moved: () => void): void;
}

/** An entry that was made by opening something: going back closes it. */
const OPENED = 'opened';

type SiteRoute = Route & { at: 'site' };

export class Router {
  readonly route: Signal<Route>;
  readonly #bar: AddressBar;

  constructor(bar: AddressBar) {
    this.#bar = bar;
    this.route = signal(parseRoute(bar.address));
    // Save for a wall's, the token of a link has no business in the address bar, the history or a screenshot.
    if ('token' in this.route.value) bar.replace(pathOf(this.route.value), null);
    bar.listen(() => {
      this.route.value = parseRoute(bar.address);
    });
  }

  go(route: Route, how: 'push' | 'replace' = 'push'): void {
    this.#bar[how](pathOf(route), null);
    this.route.value = route;
  }

  /** To another screen of the same site; what lies over it goes. */
  screen(screen: Screen): void {
    const route = this.#site();
    if (!route) return;
    if (route.screen === screen && !route.overlay) return;
    this.go({ ...route, screen, overlay: null, query: new URLSearchParams() });
  }

  /** To the account of somebody of the same site. */
  account(person: string): void {
    const route = this.#site();
    if (!route) return;
    this.go({ ...route, screen: 'person', overlay: null, query: new URLSearchParams({ person }) });
  }

  /** Lays something over the screen. The back button takes it away, however many were opened one from the other. */
  open(overlay: Overlay): void {
    const route = this.#site();
    if (!route) return;
    const next: SiteRoute = { ...route, overlay };
    if (route.overlay) this.#bar.replace(pathOf(next), this.#bar.mark);
    else this.#bar.push(pathOf(next), OPENED);
    this.route.value = next;
  }

  close(): void {
    const route = this.#site();
    if (!route?.overlay) return;
    const next: SiteRoute = { ...route, overlay: null };
    if (this.#bar.mark !== OPENED) {
      this.go(next, 'replace');
      return;
    }
    // Going back takes a moment. The route changes now, so that a second close does not go back twice.
    this.route.value = next;
    this.#bar.back();
  }

  /** Keeps what a screen shows in the address, without a step to go back to. */
  setQuery(query: URLSearchParams): void {
    const route = this.#site();
    if (!route || route.query.toString() === query.toString()) return;
    const next: SiteRoute = { ...route, query };
    this.#bar.replace(pathOf(next), this.#bar.mark);
    this.route.value = next;
  }

  #site(): SiteRoute | null {
    return this.route.value.at === 'site' ? this.route.value : null;
  }
}
