import type { Attention, View } from '../sync/view.ts';

/** What waits for a decision: the person's own, and others' that they see and may settle. */
export interface Needs {
  own: number;
  others: number;
}

/** `lost` is how many losses the person has not been told of yet. */
export function needsOf(view: View, lost: number): Needs {
  const own = view.attention.filter((item) => isOwn(item, view)).length;
  return { own: own + lost, others: view.attention.length - own };
}

/** True for what this person made, on this device or another. */
export function isOwn({ isHere, author }: Attention, { you }: Pick<View, 'you'>): boolean {
  return isHere || (you !== null && author === you.person);
}
