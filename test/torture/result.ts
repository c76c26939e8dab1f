/** What a torture came to. */
export interface Result {
  torture: string;
  lines: Line[];
  /** What must not have happened, each with the id of its rule. */
  violations: string[];
}

/** A line of the table. */
export interface Line {
  label: string;
  unit: string;
  value: number;
  bar?: Bar;
  /** The id of the bar, where it has one. */
  of?: string;
}

export type Bar = { most: number } | { least: number };

export function isMet({ value, bar }: Line): boolean {
  if (!bar) return true;
  return 'most' in bar ? value <= bar.most : value >= bar.least;
}

/** How much of it, and from which seed. Where `minutes` is given it goes on for so long at least. */
export interface Measure {
  seed: number;
  minutes?: number | undefined;
}

/** True until a torture has lasted as long as asked. */
export function lasts({ minutes = 0 }: Measure): () => boolean {
  const ends = performance.now() + minutes * 60_000;
  return () => performance.now() < ends;
}

/** The violations, and those of the named lines whose bar is missed: a short form does not judge how fast a machine is. */
export function broken({ violations, lines }: Result, labels: readonly string[]): string[] {
  const missed = labels.filter((label) => {
    const line = lines.find((each) => each.label === label);
    return !line || !isMet(line);
  });
  return [...violations, ...missed.map((label) => `missed: ${label}`)];
}
