/** Something outside us is missing or in the way; `remedy` says what to do about it. */
export class SetupError extends Error {
  override name = 'SetupError';
  readonly remedy: string;
  constructor(message: string, remedy: string, cause?: unknown) {
    super(message, { cause });
    this.remedy = remedy;
  }
}
