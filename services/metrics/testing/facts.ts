import type { EventOf, EventTypes, RecordName, TopicName } from '@countersign/contracts';
import { proposal } from '../../../tests/harness/proposal.ts';
import type { Fact } from '../handlers.ts';

export const second = 1_000_000;

export const envelope = (id: string, decisionId: string, at: number, actor: string | null = null) => ({ eventId: id, occurredAt: at, system: 's', decisionId, actor, policyVersion: 'v' });
/** A fact whose value the record's type holds to. */
export function fact<R extends RecordName>(record: R, value: EventTypes[R], publishedAt: number | null = null): Fact {
  return { event: { record, value } as unknown as EventOf<TopicName>, publishedAt };
}

export function accepted(decisionId: string, at: number): Fact {
  return fact('DecisionAccepted', { ...envelope(`a-${decisionId}`, decisionId, at), decisionType: 't', contentDigest: 'd', acceptedAt: at, channel: 'kafka', source: { topic: 'x', partition: 0, offset: 0 }, proposed: proposal(decisionId, { system: 's', decisionType: 't' }) });
}

export function routed(decisionId: string, at: number, route: 'auto' | 'standard', ruleIds: string[] = []): Fact {
  const tier = route === 'auto' ? 'high' : 'medium';
  return fact('DecisionRouted', {
    ...envelope(`r-${decisionId}`, decisionId, at), decisionType: 't', acceptedAt: at, route, point: 'before', tier, form: 'shown', queue: 't/standard', verdictBy: route === 'auto' ? 'routing' : 'review', kind: route === 'auto' ? 'auto-approved' : 'standard',
    classification: { severity: 'low', reversibility: 'reversible', quadrant: 'low-reversible', oversight: 'hootl', tier, point: 'before', route, dual: false, confidence: 0.9, known: true, matchedRules: ruleIds.map((id) => ({ id, because: '', sets: {} })), reasons: [] },
    dueAt: null, warnAt: null, onExpiry: 'reject', escalateTo: null, holdUntil: null, windowEndsAt: null, formDraw: 0.5, formKeyVersion: 'k1', reasons: [], subjectKind: null, subjectId: null, accepted: Buffer.alloc(0),
  });
}

export function resolved(decisionId: string, acceptedAt: number, by: 'routing' | 'review', verdict: string, occurredAt: number, publishedAt: number | null, outputLabel: string | null = '7'): Fact {
  return fact('DecisionResolved', { ...envelope(`v-${decisionId}`, decisionId, occurredAt), decisionType: 't', verdict, resolvedBy: by, basis: by === 'review' ? 'human' : 'auto', reason: '', route: 'auto', tier: 'high', kind: 'standard', acceptedAt, signers: [], outputLabel, modifiedOutput: null, taskIds: [], contentDigest: null }, publishedAt);
}

export type TaskPlan = { decisionId: string; kind: string; form: string; openedAt: number; id?: string; judged?: { reviewer: string; decision: string; override: boolean; activeMs: number; fast: boolean; contradicts: boolean | null; slaMet: boolean; firstOverride?: boolean; changedTo?: string } };
/** What becomes of a task. `id` tells several of one kind and decision apart; `changedTo` is the label that the reviewer held right instead. */
export function task({ decisionId, kind, form, openedAt, id: taskId = `${decisionId}-${kind}`, judged }: TaskPlan): Fact[] {
  const of = (id: string, at: number, reviewer: string | null) => ({ ...envelope(`${id}-${taskId}`, decisionId, at, reviewer), taskId, kind, queue: 't/standard', reviewer, fence: 1, form, decisionType: 't', route: 'standard', tier: 'medium' });
  const opened = fact('TaskOpened', { ...of('o', openedAt, null), severity: 'low', seat: 1, dueAt: null, warnAt: null, reasons: [], ruleIds: [] });
  if (judged === undefined) return [opened];
  const { reviewer, decision, override, activeMs, fast, contradicts, slaMet, firstOverride = null, changedTo } = judged;
  return [
    opened,
    ...(changedTo === undefined ? [] : [fact('JudgementSubmitted', {
      ...of('s', openedAt + 25 * second, reviewer), judgementId: 'j', decision, answer: changedTo, reasonCodes: ['misread'], reasoning: 'It is.', modifiedOutput: { label: changedTo, content: null, mediaType: null }, presentationDigest: 'p',
      activeTimeMs: activeMs, wallTimeMs: activeMs, fast, repeated: false, override, outputLabel: '7', confidenceShown: null, tierShown: null, finalAt: openedAt + 30 * second,
    })]),
    fact('JudgementFinalised', { ...of('f', openedAt + 30 * second, reviewer), judgementId: 'j', decision, override, activeTimeMs: activeMs, fast, slaMet, ruleIds: [], contradicts, firstOverride }),
    fact('TaskClosed', { ...of('c', openedAt + 31 * second, reviewer), outcome: 'judged', reason: '', slaMet }),
  ];
}
