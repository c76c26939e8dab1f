import type { CarData } from '../../worker/protocol/car.ts';
import { t } from '../messages/translate.ts';

/** What came to be of a car, in words that follow its number: "arrived", "moved to 300". */
export function fieldWords(fields: Partial<CarData>): string[] {
  const { arrived, empty, late, location, notes, removed } = fields;
  const words: string[] = [];
  if (removed === true) return [t('did.removed')];
  if (removed === false) words.push(t('did.restored'));
  if (empty === true) words.push(t('did.empty'));
  else if (arrived === true) words.push(t('did.arrived'));
  else if (arrived === false) words.push(t('did.expected'));
  else if (empty === false) words.push(t('did.notEmpty'));
  if (late === true) words.push(t('did.late'));
  if (late === false) words.push(t('did.notLate'));
  if (location !== undefined) words.push(t('did.moved', { location }));
  if (notes !== undefined) words.push(t('did.notes'));
  return words;
}

/** One car and what came to be of it, as a sentence without its full stop. */
export function carWords(car: string, words: readonly string[]): string {
  return t('did.car', { car, what: words.join(t('list.comma')) });
}
