import type { AuditRecord } from '../records.ts';
import { isoOf } from '../instants.ts';
import { told, toldBy } from './case.ts';

export type CaseJudgement = {
  judgementId: string; taskId: string; kind: string; reviewer: string | null; queue: string; form: string;
  /** `first` is the answer that was given before the proposal was shown. */
  stage: 'only' | 'first' | 'second';
  submittedAt: string; decision: string; answer: string | null; reasonCodes: readonly string[]; reasoning: string; outputLabel: string | null; modifiedOutput: unknown; presentationDigest: string; activeTimeMs: number; override: boolean;
  state: 'pending' | 'withdrawn' | 'final';
  /** When it became final, or becomes so while it is pending. */
  finalAt: string | null;
};

/** What people judged, in order, with what became of it. Those that were erased are missing: nothing of them can be read. */
export function judgementsOf(events: readonly AuditRecord[]): CaseJudgement[] {
  const finals = new Map(toldBy(events, 'JudgementFinalised').map(({ event, value }) => [value.judgementId, event.occurredAt]));
  const withdrawn = new Set(toldBy(events, 'JudgementWithdrawn').map(({ value }) => value.judgementId));
  return events.flatMap((event): CaseJudgement[] => {
    const first = told(event, 'FirstJudgementSubmitted');
    // Final at once: nobody may have another thought of it once they saw.
    if (first !== null) return [{ ...wordsOf(event, first), stage: 'first', modifiedOutput: null, state: 'final', finalAt: event.occurredAt }];
    const judgement = told(event, 'JudgementSubmitted');
    if (judgement === null) return [];
    const finalAt = finals.get(judgement.judgementId);
    return [{
      ...wordsOf(event, judgement), stage: judgement.form === 'first-judge-then-see' ? 'second' : 'only', modifiedOutput: judgement.modifiedOutput,
      ...(finalAt !== undefined ? { state: 'final', finalAt } : withdrawn.has(judgement.judgementId) ? { state: 'withdrawn', finalAt: null } : { state: 'pending', finalAt: isoOf(judgement.finalAt) }),
    }];
  });
}

type Words = Pick<CaseJudgement, 'judgementId' | 'taskId' | 'kind' | 'reviewer' | 'queue' | 'form' | 'decision' | 'answer' | 'reasonCodes' | 'reasoning' | 'outputLabel' | 'presentationDigest' | 'activeTimeMs' | 'override'>;

function wordsOf({ occurredAt }: AuditRecord, { judgementId, taskId, kind, reviewer, queue, form, decision, answer, reasonCodes, reasoning, outputLabel, presentationDigest, activeTimeMs, override }: Words): Words & { submittedAt: string } {
  return { judgementId, taskId, kind, reviewer, queue, form, submittedAt: occurredAt, decision, answer, reasonCodes, reasoning, outputLabel, presentationDigest, activeTimeMs, override };
}
