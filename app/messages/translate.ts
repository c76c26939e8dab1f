import { en } from './en.ts';
import type { enAccount } from './en-account.ts';
import type { enActs } from './en-acts.ts';
import type { enBoard } from './en-board.ts';
import type { enCar } from './en-car.ts';
import type { enDevices } from './en-devices.ts';
import type { enDoor } from './en-door.ts';
import type { enEmpty } from './en-empty.ts';
import type { enKeypad } from './en-keypad.ts';
import type { enKiosk } from './en-kiosk.ts';
import type { enLater } from './en-later.ts';
import type { enPeople } from './en-people.ts';
import type { enSites } from './en-sites.ts';
import type { enTokens } from './en-tokens.ts';
import type { enTray } from './en-tray.ts';
import type { enViews } from './en-views.ts';
import type { enWall } from './en-wall.ts';

/**
 * English is the type of every language's catalogue. A part comes with the code that needs it, which imports
 * `add-board.ts`, say.
 */
export type Catalogue = typeof en &
  typeof enActs &
  typeof enAccount &
  typeof enDevices &
  typeof enDoor &
  typeof enBoard &
  typeof enCar &
  typeof enEmpty &
  typeof enKeypad &
  typeof enKiosk &
  typeof enLater &
  typeof enTray &
  typeof enTokens &
  typeof enViews &
  typeof enSites &
  typeof enPeople &
  typeof enWall;
export type Key = keyof Catalogue;

type Plural = { readonly one: string; readonly other: string };
type Template = string | Plural;
type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type NamesOf<T> = T extends Plural ? NamesIn<T['one']> | NamesIn<T['other']> | 'count' : NamesIn<T>;
/** What a message has to be given: exactly the names in its braces. */
type Params<K extends Key> = [NamesOf<Catalogue[K]>] extends [never]
  ? []
  : [{ readonly [Name in NamesOf<Catalogue[K]>]: string | number }];

const LANGUAGE = 'en';
const messages: Record<string, Template> = { ...en };
const plurals = new Intl.PluralRules(LANGUAGE);
const numbers = new Intl.NumberFormat(LANGUAGE);

/** Adds a part of the catalogue. */
export function addMessages(part: Record<string, Template>): void {
  Object.assign(messages, part);
}

/** A message in the person's language. Numbers are written as the language writes them; car numbers are texts. */
export function t<K extends Key>(key: K, ...[params]: Params<K>): string {
  const template = messages[key] ?? key;
  const values: Record<string, string | number> = params ?? {};
  const text = typeof template === 'string' ? template : template[pluralOf(values.count)];
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? '';
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}

function pluralOf(count: string | number | undefined): keyof Plural {
  return plurals.select(Number(count)) === 'one' ? 'one' : 'other';
}
