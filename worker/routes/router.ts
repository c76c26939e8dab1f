import { ROUTES, type RouteName, type RouteRow } from '../protocol/access.ts';

export type Match =
  | { found: 'route'; name: RouteName; row: RouteRow; params: Record<string, string> }
  /** The path is one of ours, the method is not. */
  | { found: 'path'; allow: string }
  | { found: 'nothing' };

const PATTERNS = Object.entries(ROUTES).map(([name, row]) => ({
  name: name as RouteName,
  row: row as RouteRow,
  segments: row.path.split('/'),
}));

/** The route of a request. HEAD is GET without the body. */
export function match(method: string, path: string): Match {
  const segments = path.split('/').map(decoded);
  const allowed = new Set<string>();
  for (const { name, row, segments: pattern } of PATTERNS) {
    const params = paramsOf(pattern, segments);
    if (!params) continue;
    if (row.method === (method === 'HEAD' ? 'GET' : method)) return { found: 'route', name, row, params };
    allowed.add(row.method);
    if (row.method === 'GET') allowed.add('HEAD');
  }
  return allowed.size > 0 ? { found: 'path', allow: [...allowed].sort().join(', ') } : { found: 'nothing' };
}

function paramsOf(pattern: string[], segments: (string | null)[]): Record<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [i, part] of pattern.entries()) {
    const segment = segments[i];
    if (segment == null) return null;
    if (!part.startsWith(':')) {
      if (part !== segment) return null;
    } else if (segment === '') {
      return null;
    } else {
      params[part.slice(1)] = segment;
    }
  }
  return params;
}

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
