/** Why review says no, before it becomes a problem document. */

export const refusalCodes = [
  'task-not-found',
  'task-closed',
  'task-taken',
  'claim-lost',
  'already-judged',
  'not-escalable',
  'too-many-claims',
  'not-painted',
  'presentation-mismatch',
  'judgement-invalid',
  'reasoning-trivial',
  'nothing-to-undo',
  'undo-too-late',
  'content-missing',
  'person-inactive',
  'version-conflict',
  'finding-not-found',
  'finding-closed',
  'window-closed',
  'decision-not-found',
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

/** Thrown inside a transaction so that nothing of it stays. */
export class ReviewRefusal extends Error {
  readonly code: RefusalCode;
  readonly field: string | null;

  constructor(code: RefusalCode, message: string, field: string | null = null) {
    super(message);
    this.name = 'ReviewRefusal';
    this.code = code;
    this.field = field;
  }
}
