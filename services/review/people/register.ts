/** People: who may review what. */

import type { ReviewContext, ReviewPerson, Work } from '../context.ts';
import { personChanged } from '../events.ts';
import { ReviewRefusal } from '../refusals.ts';
import { readNow } from '../timers/store.ts';
import type { Person, PersonChange } from './store.ts';
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

/**
 * Enters or changes a person. With a version it is refused when somebody else changed the person meanwhile; as `new`, when they are
 * entered already, of two at once too.
 */
export async function putPerson(review: ReviewContext, actor: string, change: PersonChange, version: number | 'new' | null): Promise<Person> {
  if (/^api-key[:/]/.test(change.personId)) throw new ReviewRefusal('person-id-reserved', 'An id of this form is an API key\'s.', 'personId');
  return await review.transact(async (work) => {
    await keepAnAdmin(work, change);
    await store.lockPerson(work.sql, change.personId);
    const present = await store.readPerson(work.sql, change.personId);
    if (version === 'new' && present !== null) throw knownAlready(present);
    if (typeof version === 'number' && (present?.version ?? 0) !== version) {
      throw new ReviewRefusal('version-conflict', 'Somebody changed this person meanwhile; read again.');
    }
    const now = await readNow(work.sql);
    const changed = await store.replacePerson(work.sql, change, now, present === null && version !== null);
    if (changed === null) throw knownAlready(await requirePerson(work.sql, change.personId));
    work.emit(personChanged(changed, actor, now));
    return changed;
  });
}

function knownAlready({ personId, name }: Person): ReviewRefusal {
  return new ReviewRefusal('person-known', `${name} is entered as ${personId} already.`, 'personId');
}

/**
 * Without an admin nobody could enter one again. All admins are locked before the person is, in one order: of two who
 * take the office from each other at once, one is refused.
 */
async function keepAnAdmin(work: Work, { personId, roles, active }: PersonChange): Promise<void> {
  if (active && roles.includes('admin')) return;
  const admins = await store.lockAdmins(work.sql);
  if (admins.length === 1 && admins[0] === personId) throw new ReviewRefusal('last-admin', `${personId} is the last active admin.`);
}

/** Says whether a person takes new work, and why; what they hold stays theirs. The same again changes nothing. */
export async function changeAvailability(review: ReviewContext, actor: string, personId: string, available: boolean, reason: string | null): Promise<Person> {
  return await review.transact(async (work) => {
    await store.lockPerson(work.sql, personId);
    const present = await requirePerson(work.sql, personId);
    if (present.available === available) return present;
    const now = await readNow(work.sql);
    const changed = await store.setAvailability(work.sql, personId, available, now);
    if (changed === null) throw new Error(`${personId} was locked and is not there`);
    work.emit(personChanged(changed, actor, now, reason));
    return changed;
  });
}

export async function requirePerson(sql: ReviewContext['sql'], personId: string): Promise<Person> {
  const person = await store.readPerson(sql, personId);
  if (person === null) throw new ReviewRefusal('person-not-found', `Nobody is entered as ${personId}.`);
  return person;
}
