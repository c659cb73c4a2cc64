/** Why review says no: each a case of an error of the catalogue, with a remedy of its own. */

import { CountersignError } from '@countersign/kit';
import type { ErrorCode } from '@countersign/kit';

const refusals = {
  'task-not-found': { error: 'not-found', remedy: 'Claim the next task instead.' },
  'task-closed': { error: 'state-conflict', remedy: 'Nothing is left to do on it; claim the next task.' },
  'task-taken': { error: 'state-conflict', remedy: 'Claim the next task instead.' },
  'claim-lost': { error: 'precondition-failed', remedy: 'Claim the task again, if it is still open; what you sent was not recorded.' },
  'already-judged': { error: 'state-conflict', remedy: 'Undo your judgement while that is possible, then judge again.' },
  'not-escalable': { error: 'state-conflict', remedy: 'Judge it, or release it with a reason.' },
  'too-many-claims': { error: 'state-conflict', remedy: 'Judge or release one of your tasks first.' },
  'already-prefetched': { error: 'state-conflict', remedy: 'Show it, or release it, before you fetch another ahead.' },
  'not-eligible': { error: 'unprocessable', remedy: 'Name somebody of those listed at the colleagues of the task.' },
  'not-available': { error: 'unprocessable', remedy: 'Name somebody who is available, or release the task.' },
  'draft-too-large': { error: 'too-large', remedy: 'Shorten what you wrote; your judgement would be too long as well.' },
  'not-painted': { error: 'state-conflict', remedy: 'Fetch the presentation, show it, and report it painted.' },
  'presentation-mismatch': { error: 'unprocessable', remedy: 'Send the digest that came with the presentation you showed.' },
  'judgement-invalid': { error: 'unprocessable', remedy: 'Correct the field that is named and judge again.' },
  'reasoning-trivial': { error: 'unprocessable', remedy: 'Say in your own words what in this case decides it.' },
  'nothing-to-undo': { error: 'state-conflict', remedy: 'Look at your history for what you judged.' },
  'undo-too-late': { error: 'state-conflict', remedy: 'Tell a supervisor if the judgement was wrong.' },
  'content-missing': { error: 'state-conflict', remedy: 'Reject it, or release the task until the part can be fetched.' },
  'content-erased': { error: 'state-conflict', remedy: 'Release the task; it ends with its deadline.' },
  'person-inactive': { error: 'forbidden', remedy: 'Ask an administrator to enter you with PUT /v1/people/{id}.' },
  'person-unavailable': { error: 'state-conflict', remedy: 'Say that you are back with PUT /v1/reviews/me/availability; what you hold stays yours meanwhile.' },
  'person-not-found': { error: 'not-found', remedy: 'List people with GET /v1/people.' },
  'person-known': { error: 'precondition-failed', remedy: 'Change their entry instead, if it is them you mean; nothing of it was changed.' },
  'person-id-reserved': { error: 'unprocessable', remedy: 'Use the subject that the identity provider gives this person.' },
  'last-admin': { error: 'state-conflict', remedy: 'Make somebody else an active admin first.' },
  'key-not-found': { error: 'not-found', remedy: 'List the keys with GET /v1/api-keys.' },
  'key-name-taken': { error: 'state-conflict', remedy: 'Rotate that key for a new secret, revoke it, or use another name.' },
  'key-replaced': { error: 'state-conflict', remedy: 'Rotate the key that replaced it; its secret may be lost, too.' },
  'key-ended': { error: 'state-conflict', remedy: 'Make a new key with POST /v1/api-keys.' },
  'version-conflict': { error: 'precondition-failed', remedy: 'Read the person again and repeat with the new ETag.' },
  'finding-not-found': { error: 'not-found', remedy: 'List the findings again.' },
  'finding-closed': { error: 'state-conflict', remedy: 'Read the finding to see what was done.' },
  'finding-yours': { error: 'forbidden', remedy: 'Ask a supervisor who did not judge this decision.' },
  'no-incident': { error: 'state-conflict', remedy: 'Settle the finding first; only an incident is closed.' },
  'nothing-to-reverse': { error: 'state-conflict', remedy: 'Open an incident, or dismiss the finding.' },
  'window-closed': { error: 'state-conflict', remedy: 'Open an incident with owner, due date and disposition.' },
  'sign-in-not-configured': { error: 'not-found', remedy: 'Set COUNTERSIGN_OIDC_ISSUER and what belongs to it (docs/signing-in.md), or use a bearer token.' },
  'not-signed-in': { error: 'unauthenticated', remedy: 'Sign in at /auth/sign-in.' },
  'session-ended': { error: 'unauthenticated', remedy: 'Sign in again.' },
  'csrf-token': { error: 'forbidden', remedy: 'Send csrfToken of GET /v1/session as the header x-csrf-token.' },
  'session-not-found': { error: 'not-found', remedy: 'List your sessions again.' },
  'session-not-yours': { error: 'forbidden', remedy: 'End sessions of your own; an administrator ends those of others.' },
  'decision-open-to-you': { error: 'forbidden', remedy: 'Ask a supervisor who does not review, or come back when its work is done.' },
  'decision-not-found': { error: 'not-found', remedy: 'Ask /v1/decisions for decisions that needed nobody.' },
} as const satisfies Record<string, { error: ErrorCode; remedy: string }>;

export type RefusalCode = keyof typeof refusals;

/** Thrown inside a transaction, so that nothing of it stays; over HTTP the member `refusal` says which one it is. */
export class ReviewRefusal extends CountersignError {
  override name = 'ReviewRefusal';
  readonly refusal: RefusalCode;
  readonly field: string | null;

  constructor(refusal: RefusalCode, message: string, field: string | null = null) {
    const { error, remedy } = refusals[refusal];
    super(error, message, { refusal, remedy, ...(field === null ? {} : { field }) });
    this.refusal = refusal;
    this.field = field;
  }
}
