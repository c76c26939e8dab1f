import { describe, expect, test } from 'vitest';
import { INVITED_ROLES, mayReseat } from '../../worker/protocol/seats.ts';
import { ROLES, type Role } from '../../worker/protocol/site.ts';

const RANK: Record<Role, number> = { viewer: 0, worker: 1, lead: 2, admin: 3 };
const CELLS = ROLES.flatMap((own) =>
  ROLES.flatMap((from) => [...ROLES, null].map((to) => [own, from, to] as const)),
);

describe('R11 nobody touches somebody above their own role, nor raises anybody above it', () => {
  test.each(CELLS)('a %s makes of a %s: %s', (own, from, to) => {
    const may = RANK[from] <= RANK[own] && (to === null || RANK[to] <= RANK[own]);
    expect(mayReseat(own, from, to)).toBe(may);
  });
});

test('R11 an invitation makes no administrator, and nothing that a lead may not give', () => {
  expect(INVITED_ROLES).not.toContain('admin');
  for (const role of INVITED_ROLES) expect(mayReseat('lead', 'viewer', role)).toBe(true);
});
