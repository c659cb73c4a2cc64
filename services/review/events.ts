/**
 * The events of review, built from rows. Ids and keys are decided here; nothing else knows a record's fields. Ids are random
 * except where a repeat must be recognised: verdicts, reversals and chunks.
 */

import { randomUUID } from 'node:crypto';
import { decisionKey, derivedEventId, verdictEventId } from '@countersign/contracts';
import type { EventTypes, RecordsOf } from '@countersign/contracts';
import { accessKeyOf } from '@countersign/kit';
import type { Case, DecisionKey } from './cases/case.ts';
import type { HumanVerdict } from './cases/case.ts';
import type { Disposal, Finding } from './findings/store.ts';
import type { JudgementContent } from './judgements/content.ts';
import type { FirstJudgement } from './judgements/first-store.ts';
import type { Judgement } from './judgements/store.ts';
import { publishedStateOf } from './keys/state.ts';
import type { StoredApiKey } from './keys/store.ts';
import type { PersonChange } from './people/store.ts';
import type { OpenedTask, Task } from './tasks/store.ts';

export type ReviewTopic = 'reviews.changed' | 'contents.recorded' | 'decisions.resolved' | 'decisions.reversed' | 'access.changed' | 'governance.recorded';

export type ReviewEvent = {
  [T in ReviewTopic]: { [R in RecordsOf<T>]: { topic: T; record: R; key: string; value: EventTypes[R] } }[RecordsOf<T>];
}[ReviewTopic];

/** Bytes of one chunk on `contents.recorded`; a message holds 1 MB. */
const chunkBytes = 512 * 1024;

function envelope(key: DecisionKey, policyVersion: string | null, actor: string | null, now: number, eventId: string = randomUUID()) {
  return { eventId, occurredAt: now, system: key.system, decisionId: key.decisionId, actor, policyVersion };
}

type TaskFacts = Pick<Task, 'taskId' | 'kind' | 'queue' | 'form' | 'fence' | 'claimant'>;

function taskFields(item: Case, task: TaskFacts, reviewer: string | null) {
  return {
    taskId: task.taskId,
    kind: task.kind,
    queue: task.queue,
    reviewer,
    fence: task.fence,
    form: task.form,
    decisionType: item.decisionType,
    route: item.route,
    tier: item.tier,
  };
}

function changed<R extends RecordsOf<'reviews.changed'>>(item: Case, record: R, value: EventTypes[R]): ReviewEvent {
  // The record and its value agree by the signature; a union of pairs cannot be built generically.
  return { topic: 'reviews.changed', record, key: decisionKey(item.system, item.decisionId), value } as ReviewEvent;
}

export function taskOpened(item: Case, task: OpenedTask): ReviewEvent {
  const facts = { ...task, fence: 0, claimant: null };
  return changed(item, 'TaskOpened', {
    ...envelope(item, item.policyVersion, null, task.openedAt),
    ...taskFields(item, facts, null),
    severity: item.severity,
    seat: task.seat,
    dueAt: task.dueAt,
    warnAt: task.lane === 'primary' ? item.warnAt : null,
    reasons: [...item.reasons],
    ruleIds: [...item.ruleIds],
  });
}

export function taskClaimed(item: Case, task: Task, reviewer: string, now: number, expiresAt: number): ReviewEvent {
  return changed(item, 'TaskClaimed', { ...envelope(item, item.policyVersion, reviewer, now), ...taskFields(item, task, reviewer), expiresAt, prefetched: task.prefetchEndsAt !== null });
}

export function taskReleased(item: Case, task: Task, actor: string | null, reason: string, now: number): ReviewEvent {
  return changed(item, 'TaskReleased', { ...envelope(item, item.policyVersion, actor, now), ...taskFields(item, task, task.claimant), reason });
}

export function taskHeld(item: Case, task: Task, reason: string, until: number, now: number): ReviewEvent {
  return changed(item, 'TaskHeld', { ...envelope(item, item.policyVersion, task.claimant, now), ...taskFields(item, task, task.claimant), until, reason });
}

/** `task` is as it was before. `reserved` is false where nobody was named, or somebody who may not work it. */
export type Reassignment = { to: string | null; until: number | null; reserved: boolean; reason: string };

export function taskReassigned(item: Case, task: Task, { to, until, reserved, reason }: Reassignment, actor: string, now: number): ReviewEvent {
  return changed(item, 'TaskReassigned', { ...envelope(item, item.policyVersion, actor, now), ...taskFields(item, task, task.claimant), to, reservedUntil: reserved ? until : null, reserved, reason });
}

/** By the holder, or by a deadline where `actor` is null. `task` is as it was before. */
export function taskEscalated(item: Case, task: Task, to: { queue: string; dueAt: number }, actor: string | null, note: string, now: number): ReviewEvent {
  return changed(item, 'TaskEscalated', {
    ...envelope(item, item.policyVersion, actor, now),
    ...taskFields(item, task, task.claimant),
    toRoute: 'senior',
    note,
    automatic: actor === null,
    toQueue: to.queue,
    dueAt: to.dueAt,
  });
}

export function taskWarned(item: Case, task: Task, now: number): ReviewEvent {
  return changed(item, 'TaskWarned', { ...envelope(item, item.policyVersion, null, now), ...taskFields(item, task, task.claimant), dueAt: task.dueAt });
}

export function taskPresented(item: Case, task: Task, reviewer: string, digest: string, now: number): ReviewEvent {
  return changed(item, 'TaskPresented', {
    ...envelope(item, item.policyVersion, reviewer, now),
    ...taskFields(item, task, reviewer),
    presentationDigest: digest,
    paintedAt: now,
  });
}

/** `task` is as it was before the rest was revealed. */
export function firstJudgementSubmitted(item: Case, task: Task, first: FirstJudgement, content: JudgementContent, outputLabel: string): ReviewEvent {
  return changed(item, 'FirstJudgementSubmitted', {
    ...envelope(item, item.policyVersion, first.personId, first.submittedAt),
    ...taskFields(item, task, first.personId),
    judgementId: first.judgementId,
    decision: content.answer === null ? first.decision : 'answer',
    answer: content.answer,
    reasonCodes: [...first.reasonCodes],
    reasoning: content.reasoning,
    presentationDigest: first.presentationDigest,
    activeTimeMs: first.activeMs,
    wallTimeMs: first.wallMs,
    fast: first.fast,
    repeated: first.repeated,
    override: first.override,
    outputLabel,
  });
}

export function judgementSubmitted(item: Case, task: Task, judgement: Judgement, content: JudgementContent, outputLabel: string): ReviewEvent {
  return changed(item, 'JudgementSubmitted', {
    ...envelope(item, item.policyVersion, judgement.personId, judgement.submittedAt),
    ...taskFields(item, task, judgement.personId),
    judgementId: judgement.judgementId,
    decision: content.answer === null ? judgement.decision : 'answer',
    answer: content.answer,
    reasonCodes: [...judgement.reasonCodes],
    reasoning: content.reasoning,
    modifiedOutput: content.output === null ? null : outputBytes(content.output),
    presentationDigest: judgement.presentationDigest,
    activeTimeMs: judgement.activeMs,
    wallTimeMs: judgement.wallMs,
    fast: judgement.fast,
    repeated: judgement.repeated,
    override: judgement.override,
    outputLabel,
    confidenceShown: judgement.confidenceShown,
    tierShown: judgement.tierShown,
    finalAt: judgement.finalAt,
  });
}

export function judgementWithdrawn(item: Case, task: Task, judgement: Judgement, now: number): ReviewEvent {
  return changed(item, 'JudgementWithdrawn', {
    ...envelope(item, item.policyVersion, judgement.personId, now),
    ...taskFields(item, task, judgement.personId),
    judgementId: judgement.judgementId,
  });
}

/**
 * `contradicts` is for monitored work only: does it differ from the verdict? `firstOverride` is for those who answered before
 * they saw the AI's output: did that answer differ from it?
 */
export function judgementFinalised(item: Case, task: Task, judgement: Judgement, marks: { contradicts: boolean | null; firstOverride: boolean | null }, now: number): ReviewEvent {
  return changed(item, 'JudgementFinalised', {
    ...envelope(item, item.policyVersion, judgement.personId, now),
    ...taskFields(item, task, judgement.personId),
    judgementId: judgement.judgementId,
    decision: judgement.decision,
    override: judgement.override,
    activeTimeMs: judgement.activeMs,
    fast: judgement.fast,
    slaMet: judgement.submittedAt <= task.dueAt,
    ruleIds: [...item.ruleIds],
    ...marks,
  });
}

/** For supervisors alone. */
export function calibrationScored(item: Case, task: Task, judgement: Judgement, score: { exerciseId: string; right: boolean; aiRight: boolean }, now: number): ReviewEvent {
  const { judgementId, personId } = judgement;
  return changed(item, 'CalibrationScored', { ...envelope(item, item.policyVersion, personId, now), ...taskFields(item, task, personId), judgementId, ...score });
}

export type CloseOutcome = 'judged' | 'expired' | 'lapsed' | 'superseded' | 'erased';

/** `judgedAt` says whether a judged task was in time: the undo window does not count against the reviewer. */
export function taskClosed(item: Case, task: Task, outcome: CloseOutcome, reason: string, now: number, judgedAt: number = now): ReviewEvent {
  return changed(item, 'TaskClosed', {
    ...envelope(item, item.policyVersion, null, now),
    ...taskFields(item, task, task.claimant),
    outcome,
    reason,
    slaMet: outcome === 'judged' ? judgedAt <= task.dueAt : outcome === 'superseded' || outcome === 'erased' ? null : false,
  });
}

/** `accepted` is what the verdict is on; `null` where it was erased. */
export function decisionResolved(item: Case, verdict: HumanVerdict, accepted: { contentDigest: string; output: { label: string } } | null, now: number): ReviewEvent {
  const label = verdict.verdict === 'rejected' ? null : verdict.output === null ? (accepted?.output.label ?? null) : verdict.output.label;
  return {
    topic: 'decisions.resolved',
    record: 'DecisionResolved',
    key: decisionKey(item.system, item.decisionId),
    value: {
      ...envelope(item, item.policyVersion, verdict.signers[0] ?? null, now, verdictEventId(item.system, item.decisionId)),
      decisionType: item.decisionType,
      verdict: verdict.verdict,
      resolvedBy: 'review',
      basis: verdict.basis,
      reason: verdict.reason,
      route: item.route,
      tier: item.tier,
      kind: item.kind,
      acceptedAt: item.acceptedAt,
      signers: [...verdict.signers],
      outputLabel: label,
      modifiedOutput: verdict.output === null ? null : outputBytes(verdict.output),
      taskIds: [...verdict.taskIds],
      contentDigest: accepted?.contentDigest ?? null,
    },
  };
}

export type Reversal = { reason: string; actor: string | null; taskId: string | null; withinWindow: boolean };

/** One reversal a decision, whoever orders it, so the id is derived. */
export function decisionReversed(item: Case, reversal: Reversal, now: number): ReviewEvent {
  return {
    topic: 'decisions.reversed',
    record: 'DecisionReversed',
    key: decisionKey(item.system, item.decisionId),
    value: {
      ...envelope(item, item.policyVersion, reversal.actor, now, derivedEventId(item.system, item.decisionId, 'reversal')),
      decisionType: item.decisionType,
      reason: reversal.reason,
      taskId: reversal.taskId,
      resolvedEventId: verdictEventId(item.system, item.decisionId),
      withinWindow: reversal.withinWindow,
    },
  };
}

export type OpenedFinding = Pick<Finding, 'findingId' | 'lane' | 'taskIds' | 'openedAt' | 'windowEndsAt'>;

export function findingOpened(item: Case, { findingId, lane, taskIds, openedAt, windowEndsAt }: OpenedFinding): ReviewEvent {
  const facts = { findingId, kind: lane, decisionType: item.decisionType, taskIds: [...taskIds], reversibleUntil: windowEndsAt };
  return changed(item, 'FindingOpened', { ...envelope(item, item.policyVersion, null, openedAt), ...facts });
}

/** With what the supervisor said and decided: the row is overwritten, the log is not. */
export function findingSettled(item: Case, { findingId, lane }: Pick<Finding, 'findingId' | 'lane'>, disposal: Disposal): ReviewEvent {
  const { state, note, owner, dueAt, disposition, disposedBy, disposedAt } = disposal;
  const facts = { findingId, kind: lane, decisionType: item.decisionType, state, note, owner, dueAt, disposition };
  return changed(item, 'FindingSettled', { ...envelope(item, item.policyVersion, disposedBy, disposedAt), ...facts });
}

export type ShownContent = { contentId: string; digest: string; kind: 'presentation' | 'part'; mediaType: string; bytes: Buffer };

/** A piece of content in chunks; one that is empty still has one chunk. */
export function contentRecorded(item: Case, reviewer: string, content: ShownContent, now: number): ReviewEvent[] {
  const chunkCount = Math.max(1, Math.ceil(content.bytes.length / chunkBytes));
  return Array.from({ length: chunkCount }, (_, chunkIndex) => ({
    topic: 'contents.recorded' as const,
    record: 'ContentRecorded' as const,
    key: decisionKey(item.system, item.decisionId),
    value: {
      ...envelope(item, item.policyVersion, reviewer, now, derivedEventId(content.contentId, String(chunkIndex))),
      contentId: content.contentId,
      digest: content.digest,
      kind: content.kind,
      mediaType: content.mediaType,
      chunkIndex,
      chunkCount,
      bytes: content.bytes.subarray(chunkIndex * chunkBytes, (chunkIndex + 1) * chunkBytes),
      subjectKind: item.subjectKind,
      subjectId: item.subjectId,
    },
  }));
}

/** The last state of a person is theirs. What the change left out is as for somebody new. */
export function personChanged(person: PersonChange, actor: string, now: number, reason: string | null = null): ReviewEvent {
  const { active, available = true, claimsMax = null } = person;
  return {
    topic: 'access.changed',
    record: 'PersonChanged',
    key: person.personId,
    value: {
      eventId: randomUUID(),
      occurredAt: now,
      system: null,
      decisionId: null,
      actor,
      policyVersion: null,
      personId: person.personId,
      displayName: person.name,
      roles: [...person.roles],
      queues: [...person.queues],
      available: active && available,
      active,
      claimsMax,
      reason,
    },
  };
}

/** The last state of a key is the key's, so it carries all there is to know of it; the secret is not known here. */
export function apiKeyChanged(key: StoredApiKey, actor: string, now: number): ReviewEvent {
  const { keyId, version, name, systems, createdBy, createdAt, expiresAt, replacedBy } = key;
  return {
    topic: 'access.changed',
    record: 'ApiKeyChanged',
    key: accessKeyOf(keyId),
    value: {
      eventId: randomUUID(),
      occurredAt: now,
      system: null,
      decisionId: null,
      actor,
      policyVersion: null,
      keyId,
      version,
      name,
      systems: [...systems],
      secretSha256: key.secretSha256.toString('hex'),
      state: publishedStateOf(key),
      createdBy,
      createdAt,
      expiresAt,
      replacedBy,
      reason: key.revokedReason,
    },
  };
}

function outputBytes(output: { label: string; content: string; mediaType: string }) {
  return { label: output.label, content: Buffer.from(output.content), mediaType: output.mediaType };
}
