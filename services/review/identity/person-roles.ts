import { roles as knownRoles } from '@countersign/kit';
import type { Role } from '@countersign/kit';

/** Those of the names given that are roles a person can have: pipelines are machines, whatever somebody wrote into the register. */
export function personRoles(names: readonly string[]): Role[] {
  return knownRoles.filter((role) => role !== 'pipeline' && names.includes(role));
}
