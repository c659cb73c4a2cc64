/** What follows from final judgements. Pure: plain data in, a decision about the next step out. */

/** Where a judgement stands on the case: the label it holds right, or `null` where it rejects every answer. */
export type Position = { label: string | null; content: string | null; mediaType: string | null };

export type FinalJudgement = {
  seat: number;
  personId: string;
  decision: 'approve' | 'reject' | 'modify';
  position: Position;
};

/** `seconded`: one signature, but another answer than the AI's, given without seeing it, needs a second person. */
export type PrimaryMode = 'single' | 'seconded' | 'dual';

export type PrimarySettlement =
  | { next: 'wait' }
  | { next: 'adjudicate' }
  | { next: 'decide'; by: FinalJudgement; signers: readonly string[] };

/**
 * One signature decides a single review. A dual one needs both; agreement is the same decision and the same canonical
 * output, anything else goes to a third person, whose judgement counts. Where a hidden answer that differs must be seconded, the
 * person who settles it has the same seat.
 */
export function settlePrimary(mode: PrimaryMode, judgements: readonly FinalJudgement[]): PrimarySettlement {
  const bySeat = new Map(judgements.map((judgement) => [judgement.seat, judgement]));
  const first = bySeat.get(1);
  const second = bySeat.get(2);
  const third = bySeat.get(3);
  if (mode !== 'dual') {
    if (first === undefined) return { next: 'wait' };
    // In the hidden form only another answer than the AI's is a modification.
    if (mode === 'single' || first.decision !== 'modify') return { next: 'decide', by: first, signers: [first.personId] };
    return third === undefined ? { next: 'adjudicate' } : { next: 'decide', by: third, signers: [first.personId, third.personId] };
  }
  if (first === undefined || second === undefined) return { next: 'wait' };
  const both = [first.personId, second.personId];
  if (agree(first, second)) return { next: 'decide', by: first, signers: both };
  if (third === undefined) return { next: 'adjudicate' };
  return { next: 'decide', by: third, signers: [...both, third.personId] };
}

/** Same decision and, where an output was changed, the same canonical output. */
export function agree(one: FinalJudgement, other: FinalJudgement): boolean {
  if (one.decision !== other.decision) return false;
  if (one.decision !== 'modify') return true;
  return (
    one.position.label === other.position.label &&
    one.position.mediaType === other.position.mediaType &&
    one.position.content === other.position.content
  );
}

/** The verdict as it stands: the label that was let through, or `null` after a rejection. */
export type Standing = { label: string | null };

export type MonitoredSettlement = { next: 'wait' } | { next: 'second-judge' } | { next: 'consistent' } | { next: 'confirmed' } | { next: 'unconfirmed' };

/** A contradiction counts only when a second hidden judge contradicts the verdict too. */
export function settleMonitored(standing: Standing, aiLabel: string, judgements: readonly FinalJudgement[]): MonitoredSettlement {
  const first = judgements.find((judgement) => judgement.seat === 1);
  const second = judgements.find((judgement) => judgement.seat === 2);
  if (first === undefined) return { next: 'wait' };
  if (!contradicts(standing, aiLabel, first)) return { next: 'consistent' };
  if (second === undefined) return { next: 'second-judge' };
  return contradicts(standing, aiLabel, second) ? { next: 'confirmed' } : { next: 'unconfirmed' };
}

/**
 * After a rejection only somebody who would have let the output of the AI through contradicts it; otherwise everybody who
 * holds another answer right than the one that was let through.
 */
export function contradicts(standing: Standing, aiLabel: string, judgement: FinalJudgement): boolean {
  if (standing.label === null) return judgement.position.label === aiLabel;
  return judgement.position.label !== standing.label;
}
