/** The console names roles and what they open; the server's own table decides. */

import { expect, test } from '@jest/globals';
import { permissions, roles } from '@countersign/kit';
import { roleLabel, roles as known, rolesOf } from '../../packages/console/app/session/roles.ts';

/** Permissions that this release of the server has. Others belong to routes it does not serve. */
const served = Object.keys(rolesOf).filter((permission) => Object.hasOwn(permissions, permission)) as Array<keyof typeof permissions>;

test('the console knows every role, each with words', () => {
  expect(known.map(({ id }) => id).sort()).toEqual([...roles].sort());
  for (const role of roles) expect(roleLabel(role)).not.toBe(role);
});

test('the console says of each permission the roles that have it', () => {
  expect(served.length).toBeGreaterThan(8);
  expect(Object.fromEntries(served.map((permission) => [permission, [...(rolesOf[permission] ?? [])].sort()]))).toEqual(Object.fromEntries(served.map((permission) => [permission, [...permissions[permission]].sort()])));
});
