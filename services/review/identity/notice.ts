import { permissions, type Role } from '@countersign/kit';

/** What people who review are told at sign-in, before they judge anything. */
export const reviewersNotice =
  'Any review may be checked: some of your work is judged again by a colleague, some tasks are random checks of decisions the AI made alone, and some are exercises whose answer is known. ' +
  'You cannot tell which, and neither can your colleagues. Only supervisors see how such checks came out.';

/** What somebody with these roles is told: who judges nothing is checked in nothing, and `null`. */
export function noticeFor(roles: readonly Role[]): string | null {
  const reviewing: readonly Role[] = permissions['reviews.work'];
  return roles.some((role) => reviewing.includes(role)) ? reviewersNotice : null;
}
