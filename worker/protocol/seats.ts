import { hasRole, type Role } from './site.ts';

/** What an invitation can make of somebody: never an administrator. A lead may give each of them. */
export const INVITED_ROLES = ['viewer', 'worker', 'lead'] as const satisfies readonly Role[];
export type InvitedRole = (typeof INVITED_ROLES)[number];

/**
 * Whether somebody in role `own` may change another's from `from` to `to`, or with null take them off the site: nobody
 * touches one above their own, nor raises anybody above it.
 */
export function mayReseat(own: Role, from: Role, to: Role | null): boolean {
  return hasRole(own, from) && (to === null || hasRole(own, to));
}
