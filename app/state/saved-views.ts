import { VIEW_NAME_CHARS_MAX } from '../../worker/protocol/limits.ts';
import { entriesIn, type LocalBook } from '../sync/documents/local-book.ts';
import type { Board } from './board.ts';

/** What of a site's board is shown and how, under a name. */
export interface SavedView {
  /** Key of its document. */
  key: string;
  site: string;
  name: string;
  /** As the board's address has it. */
  query: string;
}

const PREFIX = 'view.';

/** Two versions of one view that meet are two views: nobody else can say which was meant. */
export function isViewKey(key: string): boolean {
  return key.startsWith(PREFIX);
}

/** `random` is letters and digits, of its own for each. */
export function newViewKey(random: string): string {
  return PREFIX + random;
}

/** The views of a site, by name. Two of one name can be told apart. */
export function viewsIn(book: LocalBook, site: string): SavedView[] {
  const views = [...entriesIn(book)].flatMap(([key, value]) => {
    const view = isViewKey(key) ? parseView(value) : null;
    return view?.site === site ? [{ key, ...view }] : [];
  });
  views.sort((a, b) => a.name.localeCompare(b.name) || (a.key < b.key ? -1 : 1));
  const seen = new Map<string, number>();
  return views.map((view) => {
    const count = (seen.get(view.name) ?? 0) + 1;
    seen.set(view.name, count);
    return count === 1 ? view : { ...view, name: `${view.name} (${count})` };
  });
}

/** Shows the board so, and remembers it as what is shown. */
export function showView(board: Board, { query }: SavedView): void {
  board.read(new URLSearchParams(query));
  board.show({});
}

/** A name as it is kept; empty where it is none. */
export function viewName(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, VIEW_NAME_CHARS_MAX).trim();
}

function parseView(value: unknown): Omit<SavedView, 'key'> | null {
  if (typeof value !== 'object' || value === null) return null;
  const { site, name, query } = value as Partial<Record<'site' | 'name' | 'query', unknown>>;
  if (typeof site !== 'string' || typeof name !== 'string' || typeof query !== 'string') return null;
  return { site, name, query };
}
