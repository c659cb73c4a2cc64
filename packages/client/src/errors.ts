/** What can go wrong, as codes to switch on. Refusals carry Countersign's own code in `refusal`. */
export type ClientErrorCode = 'refused' | 'verdict-timeout' | 'content-elsewhere' | 'unavailable' | 'unauthorised' | 'closed';

/** Every error of this client. */
export class CountersignClientError extends Error {
  override name = 'CountersignClientError';
  readonly code: ClientErrorCode;
  constructor(code: ClientErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** What lies below has errors of its own; who uses this client knows those of this client. */
export async function orUnavailable<V>(connecting: Promise<V>): Promise<V> {
  try {
    return await connecting;
  } catch (error) {
    throw new CountersignClientError('unavailable', `Kafka or the schema registry cannot be reached: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** Countersign refused the decision: trying again without a change is refused again. */
export class RefusedError extends CountersignClientError {
  override name = 'RefusedError';
  /** Stable: `conflict`, `too-large`, `number-out-of-range` ... */
  readonly refusal: string;
  /** The field at fault, where there is one. */
  readonly field: string | null;
  constructor(refusal: string, message: string, field: string | null) {
    super('refused', message);
    this.refusal = refusal;
    this.field = field;
  }
}

/** The verdict under an id is on other content than is asked for: intake refuses that content as a conflict, now or soon. */
export function otherContent(): RefusedError {
  return new RefusedError('conflict', 'This decision id was accepted with other content. Use a new id for a new decision.', 'decisionId');
}

/** No verdict in time. The decision stands as it was: no verdict, no action. Ask again later. */
export class VerdictTimeoutError extends CountersignClientError {
  override name = 'VerdictTimeoutError';
  constructor(system: string, decisionId: string, timeoutMs: number) {
    super('verdict-timeout', `No verdict on ${decisionId} of ${system} within ${timeoutMs} ms. Do not act; ask again later.`);
  }
}
