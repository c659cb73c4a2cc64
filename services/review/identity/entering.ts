/** Whom a sign-in lets in. The provider says who somebody is; what they may do stands in the register. */

import type { Role } from '@countersign/kit';
import { personChanged } from '../events.ts';
import { insertSeenPerson, readPerson } from '../people/store.ts';
import { readNow } from '../timers/store.ts';
import type { IdentityContext } from './context.ts';
import { personRoles } from './person-roles.ts';
import type { Vouched } from './provider.ts';

export type Entering = { outcome: 'let-in'; personId: string; entered: boolean } | { outcome: 'not-registered' } | { outcome: 'inactive' };

/** Reads the person, and enters somebody unknown where the settings allow it. */
export async function enterSignedIn(identity: IdentityContext, vouched: Vouched): Promise<Entering> {
  const { review } = identity;
  const known = await readPerson(review.sql, vouched.subject);
  if (known !== null) return known.active ? { outcome: 'let-in', personId: known.personId, entered: false } : { outcome: 'inactive' };
  const roles = firstRoles(vouched, identity.config);
  if (roles === null) return { outcome: 'not-registered' };
  const person = { personId: vouched.subject, name: vouched.name, roles, active: true, queues: review.settings.openQualifications ? ['*'] : [] };
  const entered = await review.transact(async (work) => {
    const now = await readNow(work.sql);
    const first = await insertSeenPerson(work.sql, person, now);
    if (first) work.emit(personChanged(person, person.personId, now));
    return first;
  });
  // Two sign-ins at once, or an administrator meanwhile: the register has the last word.
  return entered ? { outcome: 'let-in', personId: person.personId, entered } : await enterSignedIn(identity, vouched);
}

/** The roles somebody unknown begins with; `null` where nobody unknown is entered. */
export function firstRoles(vouched: Pick<Vouched, 'subject' | 'roles'>, { enterUnknown, firstAdmins }: { enterUnknown: boolean; firstAdmins: readonly string[] }): Role[] | null {
  const isFirstAdmin = firstAdmins.includes(vouched.subject);
  if (!enterUnknown && !isFirstAdmin) return null;
  return personRoles([...(enterUnknown ? vouched.roles : []), ...(isFirstAdmin ? ['admin'] : [])]);
}
