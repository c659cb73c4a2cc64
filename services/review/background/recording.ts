/** Keeps what later cases are shown against, as events bring it. */

import type { DecisionRouted, OutcomeRecorded } from '@countersign/contracts';
import type { DecisionKey } from '../cases/case.ts';
import type { Work } from '../context.ts';
import { insertSubjectDecisions, upsertOutcomes } from './store.ts';
import type { Outcome } from './store.ts';

/** Of ids and labels; longer than any that intake accepts. */
const textCharsMax = 200;

/** Remembers decisions with the subject they are about; the others are nobody's history. */
export async function rememberSubjects(work: Work, decisions: ReadonlyArray<{ event: DecisionRouted & DecisionKey; proposedAt: number; sealedLabel: Buffer }>): Promise<void> {
  const rows = decisions.flatMap(({ event, proposedAt, sealedLabel }) => {
    const { system, decisionId, decisionType, acceptedAt, subjectKind, subjectId } = event;
    return subjectKind === null || subjectId === null ? [] : [{ system, decisionId, decisionType, acceptedAt, subjectKind, subjectId, proposedAt, sealedLabel }];
  });
  await insertSubjectDecisions(work.sql, rows);
}

/** Outsiders write this topic: what could be about no decision, or is no label, is left out. */
function isStorable(...texts: readonly string[]): boolean {
  return texts.every((text) => text.length > 0 && text.length <= textCharsMax && !text.includes('\u0000'));
}

/** Remembers what turned out to be true. Of two reports the later counts, in whatever order they come. */
export async function handleOutcomes(work: Work, events: readonly OutcomeRecorded[]): Promise<void> {
  const latest = new Map<string, Outcome>();
  for (const { system, decisionId, outcome, occurredAt, eventId } of events) {
    if (system === null || decisionId === null || !isStorable(system, decisionId, outcome, eventId)) continue;
    const reported = { system, decisionId, outcome, reportedAt: occurredAt, rank: `${String(occurredAt).padStart(16, '0')}/${eventId}` };
    const key = `${system}\u0000${decisionId}`;
    const before = latest.get(key);
    if (before === undefined || before.rank < reported.rank) latest.set(key, reported);
  }
  if (latest.size > 0) await upsertOutcomes(work.sql, [...latest.values()]);
}
