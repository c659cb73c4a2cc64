/** What people are told at sign-in, before they judge anything. */
export const notice =
  'Any review may be checked: some of your work is judged again by a colleague, some tasks are random checks of decisions the AI made alone, and some are exercises whose answer is known. ' +
  'You cannot tell which, and neither can your colleagues. Only supervisors see how such checks came out.';
