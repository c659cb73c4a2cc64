/** Every error a caller can meet: code, HTTP status, title, and what to do about it. */
const catalogue = {
  'invalid-request': { status: 400, title: 'The request is not valid', remedy: 'Correct the field that is named and send it again.' },
  'decision-refused': { status: 422, title: 'The decision is refused', remedy: 'Correct the field that is named and propose it again.' },
  unauthenticated: { status: 401, title: 'Who are you?', remedy: 'Send a valid bearer token in the Authorization header.' },
  forbidden: { status: 403, title: 'You may not do this', remedy: 'Ask an administrator for the role or the system that is named.' },
  'not-found': { status: 404, title: 'There is nothing here', remedy: 'Check the address.' },
  conflict: { status: 409, title: 'It is there already, with other content', remedy: 'Use another id, or send the content that was sent before.' },
  'state-conflict': { status: 409, title: 'It is not in a state that allows this', remedy: 'Read it again and decide anew.' },
  'precondition-failed': { status: 412, title: 'Somebody changed it meanwhile', remedy: 'Read it again and repeat with its new ETag.' },
  'precondition-required': { status: 428, title: 'Say which state you saw', remedy: 'Send the ETag you were given as If-Match.' },
  erased: { status: 410, title: 'It was erased', remedy: 'Nothing brings it back: its key was destroyed. What the log keeps of it still proves that it was there.' },
  'evidence-mismatch': { status: 409, title: 'What is on record does not match its digest', remedy: 'Run countersign audit verify, and tell whoever answers for the record.' },
  'too-large': { status: 413, title: 'The request is too large', remedy: 'Send less; the limit is in the detail.' },
  'media-type': { status: 415, title: 'The media type is not supported', remedy: 'Send application/json.' },
  'policy-invalid': { status: 422, title: 'The policy has problems', remedy: 'Correct each problem where it stands.' },
  unprocessable: { status: 422, title: 'The request cannot be carried out', remedy: 'Correct the field that is named.' },
  'too-many-requests': { status: 429, title: 'Too many requests', remedy: 'Wait as long as Retry-After says.' },
  unavailable: { status: 503, title: 'Not ready', remedy: 'Try again shortly; /readyz says what is missing.' },
  internal: { status: 500, title: 'Something broke on our side', remedy: 'Try again; if it stays, give an operator the request id.' },
} as const satisfies Record<string, { status: number; title: string; remedy: string }>;

export type ErrorCode = keyof typeof catalogue;

/** Thrown anywhere in a request; becomes a problem document (RFC 9457). */
export class CountersignError extends Error {
  override name = 'CountersignError';
  readonly code: ErrorCode;
  /** Extra members of the problem: field, refusal code, problems. */
  readonly details: Readonly<Record<string, unknown>>;
  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.details = details;
  }
}

export type Problem = { type: string; title: string; status: number; detail: string; code: string; remedy: string; [member: string]: unknown };

/** The problem document of an error; what is unknown becomes `internal` and says nothing of its inside. */
export function problemOf(error: unknown, requestId: string): Problem {
  const known = error instanceof CountersignError ? error : new CountersignError('internal', 'An unexpected error occurred.');
  const { status, title, remedy } = catalogue[known.code];
  return { type: `urn:countersign:error:${known.code}`, title, status, detail: known.message, code: known.code, remedy, requestId, ...known.details };
}
