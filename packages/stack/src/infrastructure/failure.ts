/** Something outside us is missing or in the way; `remedy` says what to do about it. */
export class SetupError extends Error {
  override name = 'SetupError';
  readonly remedy: string;
  constructor(message: string, remedy: string, cause?: unknown) {
    super(message, { cause });
    this.remedy = remedy;
  }
}

/** A port that was free when we looked was not when it was needed. */
export class PortTakenError extends SetupError {
  override name = 'PortTakenError';
}
