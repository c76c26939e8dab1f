import type { Json } from '../../worker/protocol/documents.ts';
import { t } from '../messages/translate.ts';
import { oneOf } from './route.ts';
import { isViewKey } from './saved-views.ts';
import { THEMES } from './theme.ts';
import { viewWords } from './view-words.ts';

/** What a document is about. `values`: what it is and what it was, of which one may have a name. */
export function documentName(key: string, values: readonly (Json | undefined)[]): string {
  if (key === 'setting.theme') return t('settings.theme');
  if (key === 'setting.shortcuts') return t('settings.shortcuts');
  const name = values.map((value) => textIn(value, 'name')).find((text) => text !== null);
  return isViewKey(key) && name ? t('lost.view', { name }) : t('lost.other', { key });
}

/** What it says; a setting of which there is none is the usual one. */
export function documentWords(key: string, value: Json | undefined): string {
  if (key === 'setting.theme') return t(`settings.theme.${oneOf(THEMES, value) ?? 'auto'}`);
  if (key === 'setting.shortcuts') return t(value === false ? 'lost.off' : 'lost.on');
  if (value === undefined) return t('lost.deleted');
  const query = isViewKey(key) ? textIn(value, 'query') : null;
  // As it is kept: whoever wrote it may know it by that.
  return query === null ? JSON.stringify(value).slice(0, VALUE_CHARS_MAX) : viewWords(query);
}

const VALUE_CHARS_MAX = 80;

function textIn(value: Json | undefined, name: string): string | null {
  if (typeof value !== 'object' || value === null || !(name in value)) return null;
  const text = (value as { readonly [name: string]: Json })[name];
  return typeof text === 'string' && text !== '' ? text : null;
}
