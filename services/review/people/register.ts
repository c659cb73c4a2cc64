/** People: who may review what. */

import type { ReviewContext, ReviewPerson } from '../context.ts';
import { personChanged } from '../events.ts';
import { ReviewRefusal } from '../refusals.ts';
import { readNow } from '../timers/store.ts';
import type { PersonChange } from './store.ts';
import * as store from './store.ts';

export type SignedIn = { personId: string; name: string; roles: readonly string[] };

/**
 * The person behind a token. Roles come from the token, activity and qualifications from the register. Where the setting allows it
 * (never in production), somebody new is entered on first sight, qualified for every queue.
 */
export async function recognisePerson(review: ReviewContext, signedIn: SignedIn): Promise<ReviewPerson> {
  const known = (await store.readPerson(review.sql, signedIn.personId)) ?? (await enterPerson(review, signedIn));
  if (!known.active) throw new ReviewRefusal('person-inactive', 'You are not entered as an active reviewer.');
  return { personId: known.personId, name: known.name, senior: signedIn.roles.includes('senior') };
}

async function enterPerson(review: ReviewContext, { personId, name, roles }: SignedIn): Promise<store.Person> {
  if (!review.settings.openQualifications) throw new ReviewRefusal('person-inactive', 'You are not entered as a reviewer.');
  const person = { personId, name, roles, active: true, queues: ['*'] };
  await review.transact(async (work) => {
    const now = await readNow(work.sql);
    if (await store.insertSeenPerson(work.sql, person, now)) work.emit(personChanged(person, personId, now));
  });
  const entered = await store.readPerson(review.sql, personId);
  if (entered === null) throw new Error(`${personId} was entered and is not there`);
  return entered;
}

/** Enters or changes a person. With `version` it is refused when somebody else changed the person meanwhile. */
export async function putPerson(review: ReviewContext, actor: string, change: PersonChange, version: number | null): Promise<{ version: number }> {
  return await review.transact(async (work) => {
    await store.lockPerson(work.sql, change.personId);
    const present = await store.readPerson(work.sql, change.personId);
    if (version !== null && (present?.version ?? 0) !== version) {
      throw new ReviewRefusal('version-conflict', 'Somebody changed this person meanwhile; read again.');
    }
    const now = await readNow(work.sql);
    const raised = await store.replacePerson(work.sql, change, now);
    work.emit(personChanged(change, actor, now));
    return { version: raised };
  });
}
