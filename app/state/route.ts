import { parseCarId } from '../../worker/protocol/car.ts';

export const SCREENS = [
  'home',
  'board',
  'more',
  'import',
  'history',
  'fleet',
  'tokens',
  'settings',
  'site',
  'person',
  'security',
  'people',
  'devices',
  'walls',
] as const;
/** `home` is the keypad on a phone and the board elsewhere. */
export type Screen = (typeof SCREENS)[number];

export const SHEETS = ['sync', 'attention', 'people', 'undo', 'add', 'removed', 'views', 'sites'] as const;
export type SheetName = (typeof SHEETS)[number];

/** What lies over a screen. One at a time: opening another replaces it. */
export type Overlay =
  | { type: 'car'; car: string; part: CarPart }
  | { type: 'sheet'; sheet: SheetName; car: string | null };

/** What of a car is open: itself, where to move it, a note to write, its history. */
export const CAR_PARTS = ['car', 'move', 'note', 'history'] as const;
export type CarPart = (typeof CAR_PARTS)[number];

export type Route =
  | { at: 'start' }
  | { at: 'setup' | 'reset' | 'join' | 'enrol' | 'wall'; token: string }
  | { at: 'sites' | 'tablet' }
  | { at: 'site'; site: string; screen: Screen; overlay: Overlay | null; query: URLSearchParams };

/** Query names the route itself uses; the rest belongs to the screen. */
const OWN = ['car', 'part', 'sheet'];

/** The route an address of this app means; `start` where it means none. */
export function parseRoute(address: URL): Route {
  const fragment = new URLSearchParams(address.hash.slice(1));
  const token = fragment.get('token');
  if (token !== null) return { at: 'setup', token };
  const [first, site, screen = 'home', ...rest] = address.pathname.split('/').slice(1).filter(Boolean);
  if (first === 'setup') return { at: 'setup', token: '' };
  if (first === 'reset') return { at: 'reset', token: address.hash.slice(1) };
  if (first === 'join') return { at: 'join', token: fragment.get('invite') ?? '' };
  if (first === 'enrol') return { at: 'enrol', token: fragment.get('code') ?? '' };
  if (first === 'sites' || first === 'tablet') return { at: first };
  if (first === 'wall') return { at: 'wall', token: fragment.get('display') ?? '' };
  if (first !== 's' || site === undefined || rest.length > 0) return { at: 'start' };
  const query = new URLSearchParams(address.search);
  const overlay = parseOverlay(query);
  for (const name of OWN) query.delete(name);
  return { at: 'site', site: decoded(site), screen: oneOf(SCREENS, screen) ?? 'home', overlay, query };
}

/** The address of a route, from the root of the app. */
export function pathOf(route: Route): string {
  switch (route.at) {
    case 'start':
      return '/';
    case 'wall':
      // It stays: the browser of a wall starts with it each time.
      return `/wall#display=${route.token}`;
    case 'site': {
      const query = new URLSearchParams(route.query);
      const { overlay } = route;
      if (overlay?.type === 'sheet') query.set('sheet', overlay.sheet);
      if (overlay?.car) query.set('car', overlay.car);
      if (overlay?.type === 'car' && overlay.part !== 'car') query.set('part', overlay.part);
      const path = `/s/${encodeURIComponent(route.site)}${route.screen === 'home' ? '' : `/${route.screen}`}`;
      return query.size > 0 ? `${path}?${query}` : path;
    }
    default:
      return `/${route.at}`;
  }
}

function parseOverlay(query: URLSearchParams): Overlay | null {
  const car = parseCarId(query.get('car') ?? '');
  const sheet = oneOf(SHEETS, query.get('sheet'));
  if (sheet) return { type: 'sheet', sheet, car };
  return car === null ? null : { type: 'car', car, part: oneOf(CAR_PARTS, query.get('part')) ?? 'car' };
}

/** `value` where it is one of `values`. */
export function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((one) => one === value);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
