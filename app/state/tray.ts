import type { Edit } from '../../worker/protocol/edit.ts';
import { ERRORS } from '../../worker/protocol/errors.ts';
import type { Conflict } from '../../worker/protocol/outcome.ts';
import { type Key, t } from '../messages/translate.ts';
import type { Attention, Decision } from '../sync/view.ts';
import { editWords } from './edit-words.ts';
import { carWords, fieldWords } from './field-words.ts';
import { isOwn } from './needs.ts';
import type { SiteState } from './site-state.ts';
import { type Reason, reasonOf, type Way, waysOf } from './ways.ts';

/** Items that are open for the same reason, and can be decided on together. */
export interface Group {
  reason: Reason;
  items: readonly Attention[];
}

/** Items by reason, in the order of their first ones. */
export function groupsOf(items: readonly Attention[]): Group[] {
  const groups = new Map<Reason, Attention[]>();
  for (const item of items) {
    const reason = reasonOf(item);
    const group = groups.get(reason);
    if (group) group.push(item);
    else groups.set(reason, [item]);
  }
  return [...groups].map(([reason, open]) => ({ reason, items: open }));
}

/** The person's own, and others'. */
export function sidesOf(site: SiteState): { own: Attention[]; others: Attention[] } {
  const view = site.view.value;
  const { attention } = view;
  return {
    own: attention.filter((item) => isOwn(item, view)),
    others: attention.filter((item) => !isOwn(item, view)),
  };
}

/** A way that several items have in common, and those that have it. */
export interface CommonWay extends Way {
  items: Attention[];
}

/** What can be decided on these at once. Ways that need something of their own for each are not among them. */
export function commonWays(site: SiteState, items: readonly Attention[]): CommonWay[] {
  const common: CommonWay[] = [];
  for (const side of ['mine', 'theirs'] as const) {
    let found: CommonWay | null = null;
    for (const item of items) {
      const way = waysOf(item, factsOf(site))[side];
      if (!way || way.decision.intents) continue;
      found ??= { ...way, items: [] };
      found.items.push(item);
    }
    if (found) common.push(found);
  }
  return common;
}

/** What the button of a way says. A lead decides between two others, by their names. */
export function wayWords(site: SiteState, item: Attention, { label }: Way): string {
  if (isOwn(item, site.view.value)) return t(label);
  if (label === 'tray.restoreMine') return t('tray.restoreOf');
  const { author, outcome } = item;
  const [conflict] = outcome.outcome === 'conflict' ? outcome.conflicts : [];
  if (label === 'tray.useMine' && author !== null) return t('tray.useOf', { name: site.nameOf(author) });
  if (label === 'tray.keepTheirs' && conflict) return t('tray.keepOf', { name: site.nameOf(conflict.by) });
  return t(label);
}

/** The same for several items. */
export function commonWords(site: SiteState, { label, items }: CommonWay): string {
  const count = items.length;
  const [first] = items;
  const isOthers = first !== undefined && !isOwn(first, site.view.value);
  if (isOthers && label === 'tray.useMine') return t('tray.useMakers.all', { count });
  return label === 'tray.addWith' || label === 'tray.keepBoth' ? t(label) : t(`${label}.all`, { count });
}

/** How long an item has been open, roughly. */
export function ageWords(ms: number): string {
  const minutes = Math.max(1, Math.floor(ms / 60_000));
  if (minutes < 60) return t('tray.minutes', { count: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? t('tray.hours', { count: hours }) : t('tray.days', { count: Math.floor(hours / 24) });
}

/** Why items are open, in a few words. */
export function reasonWords(reason: Reason): string {
  const key = REASON_KEYS[reason];
  if (key) return t(key);
  const isUndo = reason === 'too-old-to-undo' || reason === 'nothing-to-undo';
  return t(isUndo ? 'tray.reason.undo' : 'tray.reason.other');
}

const REASON_KEYS: { [R in Reason]?: `tray.reason.${R}` & Key } = {
  conflict: 'tray.reason.conflict',
  removed: 'tray.reason.removed',
  'other-epoch': 'tray.reason.other-epoch',
  'unknown-car': 'tray.reason.unknown-car',
  'car-exists': 'tray.reason.car-exists',
  'unknown-location': 'tray.reason.unknown-location',
  'notes-full': 'tray.reason.notes-full',
  'site-full': 'tray.reason.site-full',
  forbidden: 'tray.reason.forbidden',
};

/** Why an item was refused, in a sentence; empty for a conflict, which shows by itself. */
export function whyWords({ outcome }: Attention): string {
  if (outcome.outcome !== 'rejected') return '';
  const { code, detail } = outcome;
  if (code === 'other-epoch') return t('tray.why.other-epoch');
  if (code === 'forbidden' && detail === 'author') return t('tray.why.author');
  return Object.hasOwn(ERRORS, code) ? t(`error.${code}`) : t('tray.why.unknown');
}

/** Why all of these were refused, where it is the same for each; else null. */
export function commonWhy(items: readonly Attention[]): string | null {
  const [why = '', ...others] = new Set(items.map(whyWords));
  return why !== '' && others.length === 0 ? why : null;
}

/** What one side of a conflict has set, in words. Notes stand there as they are. */
export function sideWords(fields: Conflict['mine']): string {
  const { notes, ...others } = fields;
  const words = fieldWords(others);
  if (notes !== undefined) words.push(notes === '' ? t('tray.noNotes') : t('tray.notes', { text: notes }));
  return words.join(t('list.comma'));
}

/** What a refused edit wanted, in words, with the text of a note. */
export function wantedWords(edit: Edit): string {
  return edit.type === 'note' ? carWords(edit.car, [t('tray.note', { text: edit.text })]) : editWords(edit);
}

export function factsOf(site: SiteState) {
  return { role: site.role, cars: site.view.value.cars };
}

/** Decides, and says what has come of it, with a way back where a change was made that can be taken back. */
export async function decide(
  site: SiteState,
  items: readonly Attention[],
  decision: Decision,
): Promise<void> {
  const made = await site.settle(items, decision);
  if (!made) return;
  const ids = new Set(items.map(({ edit }) => edit.id));
  if (site.view.value.attention.some(({ edit }) => ids.has(edit.id))) {
    site.tell(t('tray.stillOpen'), null);
    return;
  }
  const [only, ...more] = made;
  if (only && more.length === 0) site.tell(editWords(only.edit), only.edit.id);
  else if (only) site.tell(t('tray.didMany', { count: made.length }), null);
  else site.tell(keptWords(items), null);
}

function keptWords(items: readonly Attention[]): string {
  const [only, ...more] = items;
  if (!only || more.length > 0) return t('tray.keptMany', { count: items.length });
  return t(only.outcome.outcome === 'conflict' ? 'tray.kept' : 'tray.dropped', {
    what: editWords(only.edit),
  });
}
