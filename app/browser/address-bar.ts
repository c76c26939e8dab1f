import type { AddressBar } from '../state/router.ts';

/** The page's own history. */
export const addressBar: AddressBar = {
  get address() {
    return new URL(location.href);
  },
  get mark() {
    const mark: unknown = history.state;
    return mark;
  },
  push: (path, mark) => history.pushState(mark, '', path),
  replace: (path, mark) => history.replaceState(mark, '', path),
  back: () => history.back(),
  listen: (moved) => window.addEventListener('popstate', moved),
};
