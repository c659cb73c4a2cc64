/** A review context over a real database for tests, and the steps a reviewer takes, as functions. */

import { randomUUID } from 'node:crypto';
import type { CalibrationPlanned, DecisionProposed, DecisionRouted, SpotCheckSelected } from '@countersign/contracts';
import { handlePlanned } from '../calibration/planned.ts';
import type { ReviewContext, ReviewPerson, Work } from '../context.ts';
import { handleRouted, handleSelected } from '../handlers.ts';
import { submitJudgement } from '../judgements/submission.ts';
import type { Submission } from '../judgements/judgement.ts';
import { reportPainted, showTask } from '../presentation/showing.ts';
import { claimTask } from '../tasks/claims.ts';
import type { Claim } from '../tasks/claims.ts';
import { runDueTimers } from '../timers/loop.ts';
import { readNow } from '../timers/store.ts';

export const hourUs = 3_600_000_000;

/** Reasoning that is never trivial and never the same twice. */
export function reasoningText(): string {
  const words = randomUUID().split('-').join(' ');
  return `Looked at the whole case closely: ${words} settles it.`;
}

export function proposal(decisionId: string, label = '7'): DecisionProposed {
  return {
    system: 'mailroom',
    decisionId,
    decisionType: 'digits.routing',
    proposedAt: 1_700_000_000_000_000,
    input: { parts: [{ name: 'scan', mediaType: 'text/plain', content: Buffer.from('the case itself'), uri: null, sha256: null }] },
    output: { label, content: Buffer.from(label), mediaType: 'text/plain' },
    reasoning: { summary: 'SECRET-REASONING', factors: [{ name: 'SECRET-FACTOR', value: '1', weight: 2 }] },
    confidence: 0.123456,
    uncertainty: { lower: 0.1, upper: 0.2, statement: 'SECRET-HEDGE' },
    alternatives: [{ label: 'SECRET-ALTERNATIVE', content: null, probability: 0.1 }],
    provenance: { model: { name: 'SECRET-MODEL', version: '1' }, trainingDomain: 'SECRET-DOMAIN', sources: [] },
    attributes: { secretAttribute: 'SECRET-ATTRIBUTE' },
    subject: null,
    action: { description: 'SECRET-ACTION', reversalDeadline: null, expectedDurationMs: null },
  };
}

export type RoutedChange = Partial<Omit<DecisionRouted, 'classification'>> & { severity?: string; known?: boolean };

/** A routed event as routing would write it; the encoder of `accepted` is the caller's. */
export function routedEvent(accepted: Buffer, decisionId: string, now: number, change: RoutedChange = {}): DecisionRouted {
  const { severity = 'moderate', known = true, ...rest } = change;
  return {
    eventId: randomUUID(),
    occurredAt: now,
    system: 'mailroom',
    decisionId,
    actor: null,
    policyVersion: 'sha256:test',
    decisionType: 'digits.routing',
    acceptedAt: now,
    classification: {
      severity,
      reversibility: 'irreversible',
      quadrant: 'irreversible/low',
      oversight: 'passive',
      tier: 'medium',
      point: 'before',
      route: 'standard',
      dual: false,
      confidence: 0.123456,
      known,
      matchedRules: [{ id: 'rule-1', because: 'SECRET-RULE', sets: {} }],
      reasons: ['SECRET-REASON'],
    },
    route: 'standard',
    point: 'before',
    tier: 'medium',
    form: 'shown',
    queue: 'digits.routing/standard',
    verdictBy: 'review',
    kind: 'standard',
    dueAt: now + hourUs,
    warnAt: now + hourUs / 2,
    onExpiry: 'reject',
    escalateTo: null,
    holdUntil: null,
    windowEndsAt: null,
    formDraw: null,
    formKeyVersion: null,
    reasons: ['SECRET-REASON'],
    subjectKind: null,
    subjectId: null,
    accepted,
    ...rest,
  };
}

export function selectedEvent(accepted: Buffer, decisionId: string, now: number, change: Partial<SpotCheckSelected> = {}): SpotCheckSelected {
  return {
    eventId: randomUUID(),
    occurredAt: now,
    system: 'mailroom',
    decisionId,
    actor: null,
    policyVersion: 'sha256:test',
    decisionType: 'digits.routing',
    kind: 'spot-check',
    stratum: 'mailroom/digits.routing/high',
    purpose: 'spot-check',
    probability: 0.05,
    draw: 0.01,
    keyVersion: '1',
    acceptedAt: now,
    route: 'auto',
    tier: 'high',
    queue: 'digits.routing/auto',
    dueAt: now + hourUs,
    windowEndsAt: now + hourUs,
    outputLabel: '7',
    subjectKind: null,
    subjectId: null,
    accepted,
    ...change,
  };
}

/** An exercise on an automatic decision, as sampling would plan it. */
export function plannedEvent(accepted: Buffer, decisionId: string, now: number, change: Partial<CalibrationPlanned> = {}): CalibrationPlanned {
  return {
    eventId: randomUUID(),
    occurredAt: now,
    system: 'mailroom',
    decisionId,
    actor: null,
    policyVersion: 'sha256:test',
    decisionType: 'digits.routing',
    kind: 'calibration',
    triggerDecisionId: 'live',
    triggerSeat: 1,
    purpose: 'exercise',
    probability: 0.1,
    draw: 0.01,
    keyVersion: '1',
    poolDraw: 0.001,
    poolKeyVersion: '1',
    truth: '7',
    aiRight: true,
    acceptedAt: now - 720 * hourUs,
    route: 'auto',
    tier: 'high',
    queue: 'digits.routing/standard',
    seniority: 'any',
    dueAfterMs: 3_600_000,
    warnAfterMs: 1_800_000,
    askedPolicyVersion: 'sha256:test',
    subjectKind: null,
    subjectId: null,
    accepted,
    ...change,
  };
}

export function person(personId: string, senior = false): ReviewPerson {
  return { personId, name: personId, senior };
}

/** Claims, fetches and reports painted, as a front end does. */
export async function sitDown(review: ReviewContext, who: ReviewPerson, taskId?: string): Promise<{ claim: Claim; digest: string; body: Record<string, unknown>; bytes: Buffer }> {
  const outcome = await claimTask(review, who, taskId);
  if (outcome.outcome !== 'claimed') throw new Error(`${who.personId} got no task: ${outcome.outcome}`);
  const shown = await showTask(review, who, outcome.claim.taskId, outcome.claim.fence);
  await reportPainted(review, who, outcome.claim.taskId, outcome.claim.fence, shown.digest);
  return { claim: outcome.claim, digest: shown.digest, body: JSON.parse(shown.body.toString('utf8')) as Record<string, unknown>, bytes: shown.body };
}

const codes = { approve: 'clear', reject: 'illegible', modify: 'misread' } as const;

export type Opinion = Pick<Submission, 'decision' | 'answer' | 'output'>;

/** Sits down and judges; answers the task and when the judgement becomes final. */
export async function judge(review: ReviewContext, who: ReviewPerson, opinion: Opinion, taskId?: string) {
  const { claim, digest, body } = await sitDown(review, who, taskId);
  const reason = opinion.decision === undefined ? 'clear' : codes[opinion.decision];
  const submission = { ...opinion, reasonCodes: [reason], reasoning: reasoningText(), presentationDigest: digest };
  const submitted = await submitJudgement(review, who, { taskId: claim.taskId, fence: claim.fence, submission, activeMs: 0 });
  return { ...submitted, taskId: claim.taskId, fence: claim.fence, body };
}

/** Lets the undo window pass. */
export async function finalise(review: ReviewContext): Promise<void> {
  const run = await runDueTimers(review, (await readNow(review.sql)) + review.settings.undoWindowMs * 1000);
  for (const { error } of run.failed) throw error;
}

/** Judges and lets it become final. */
export async function decide(review: ReviewContext, who: ReviewPerson, opinion: Opinion, taskId?: string) {
  const judged = await judge(review, who, opinion, taskId);
  await finalise(review);
  return judged;
}

export async function deliverRouted(review: ReviewContext, ...events: DecisionRouted[]): Promise<void> {
  await review.transact(async (work: Work) => await handleRouted(review, work, events));
}

export async function deliverSelected(review: ReviewContext, ...events: SpotCheckSelected[]): Promise<void> {
  await review.transact(async (work: Work) => await handleSelected(review, work, events));
}

export async function deliverPlanned(review: ReviewContext, ...events: CalibrationPlanned[]): Promise<void> {
  await review.transact(async (work: Work) => await handlePlanned(review, work, events));
}
