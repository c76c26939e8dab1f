/** Something the load generator can put screens on. Plain data: it goes to another process. */
export interface Target {
  name: TargetName;
  origin: string;
  /** Screens share these in turn: no person may have more than 100. */
  people: readonly Seat[];
  /** Numbers of the cars, which are all on the board. */
  cars: readonly string[];
}

export type TargetName = 'yardboard' | 'bare' | 'bare-memory';

/** How one person opens a socket. */
export interface Seat {
  path: string;
  headers: Record<string, string>;
}

/** What a scenario found on one target in one run: values by name, in the unit the name ends with. */
export type Findings = Record<string, number>;
export type FindingsByTarget = Partial<Record<TargetName, Findings>>;
