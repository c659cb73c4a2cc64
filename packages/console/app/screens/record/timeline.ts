/** What is on record of a decision, told as it happened. Pure. */

import type { Tone } from '../../parts/badge.tsx';

export type AuditEvent = {
  recordedAt: string; eventId: string; topic: string; partition: number; offset: number; record: string; occurredAt: string; publishedAt: string | null; decisionType: string | null; actor: string | null;
  policyVersion: string | null; kind: string | null; reviewer: string | null; valueDigest: string | null; commitment: string | null; event: Readonly<Record<string, unknown>> | null; erased: boolean;
};

export type Told = { title: string; detail: string; tone: Tone };

type Teller = (event: Readonly<Record<string, unknown>>, record: AuditEvent) => { title: string; detail?: string; tone?: Tone };

const tellers: Readonly<Record<string, Teller>> = {
  DecisionProposed: (event) => ({ title: 'Proposed', detail: joined(labelOf(event['output']), confidenceOf(event['confidence'])) }),
  DecisionAccepted: (event) => ({ title: 'Accepted', detail: joined(through(event['channel']), 'policy pinned') }),
  DecisionRefused: (event) => ({ title: 'Refused', detail: joined(text(event['message'])), tone: 'bad' }),
  DecisionRouted: (event) => ({ title: `Routed: ${text(event['route'])}`, detail: joined(`${text(event['point'])} the action`, tierOf(event['tier']), ...list(event['reasons'])), tone: 'accent' }),
  SpotCheckSelected: (event) => ({ title: event['kind'] === 're-review' ? 'Drawn for re-review' : 'Drawn for a spot check', detail: joined(`with probability ${text(event['probability'])}`, text(event['stratum'])) }),
  TaskOpened: (event) => ({ title: 'Task opened', detail: joined(text(event['kind']), text(event['queue']), `${text(event['form'])} form`) }),
  TaskClaimed: (_event, { reviewer }) => ({ title: 'Claimed', detail: joined(reviewer ?? '') }),
  TaskPresented: (_event, { reviewer }) => ({ title: 'Shown', detail: joined(`to ${reviewer ?? 'somebody'}, byte for byte on record`) }),
  TaskReleased: (event, { reviewer }) => ({ title: 'Given back', detail: joined(reviewer ?? '', text(event['reason'])) }),
  TaskReassigned: (event) => ({ title: 'Reassigned', detail: joined(text(event['to']), text(event['reason'])) }),
  TaskHeld: (event, { reviewer }) => ({ title: 'Put aside', detail: joined(reviewer ?? '', text(event['reason'])) }),
  TaskEscalated: (event) => ({ title: 'Escalated', detail: joined(`to ${text(event['toRoute'])}`, text(event['note'])), tone: 'warn' }),
  TaskWarned: () => ({ title: 'Deadline near', tone: 'warn' }),
  TaskClosed: (event) => ({ title: 'Task closed', detail: joined(text(event['outcome']), text(event['reason']), event['slaMet'] === false ? 'late' : '') }),
  JudgementSubmitted: (event, { reviewer }) => ({ title: 'Judged', detail: joined(reviewer ?? '', text(event['answer']) === '' ? text(event['decision']) : `answered ${text(event['answer'])}`, text(event['reasoning'])), tone: 'accent' }),
  JudgementWithdrawn: (_event, { reviewer }) => ({ title: 'Taken back', detail: joined(reviewer ?? '') }),
  JudgementFinalised: (event, { reviewer }) => ({ title: 'Judgement final', detail: joined(reviewer ?? '', event['override'] === true ? 'differs from the AI' : '', event['contradicts'] === true ? 'contradicts the verdict' : '') }),
  DecisionResolved: (event) => ({ title: `Verdict: ${text(event['verdict'])}`, detail: joined(text(event['reason']), list(event['signers']).length === 0 ? '' : `signed by ${list(event['signers']).join(' and ')}`), tone: event['verdict'] === 'rejected' ? 'bad' : 'good' }),
  DecisionReversed: (event) => ({ title: 'Reversed', detail: joined(text(event['reason']), event['withinWindow'] === false ? 'outside its window' : ''), tone: 'bad' }),
  ContentRecorded: (event) => ({ title: 'What was shown, kept', detail: joined(`${text(event['kind'])}, ${text(event['mediaType'])}`, `part ${Number(event['chunkIndex']) + 1} of ${text(event['chunkCount'])}`) }),
  OutcomeRecorded: (event) => ({ title: 'Outcome known', detail: joined(text(event['outcome']), `from ${text(event['source'])}`) }),
  AlertRaised: (event) => ({ title: 'Alert', detail: joined(text(event['summary'])), tone: 'bad' }),
  FeedbackRecorded: (event) => ({ title: 'Fed back to the pipeline', detail: joined(`${text(event['outputLabel'])} should be ${text(event['correctedLabel'])}`) }),
  VerdictConflict: () => ({ title: 'A second, other verdict was refused', tone: 'bad' }),
};

/** One event in a line. What is unknown here is named as it is on the log. */
export function tellEvent(record: AuditEvent): Told {
  if (record.erased || record.event === null) return { title: spaced(record.record), detail: 'Its content was erased; that it happened stays on record.', tone: 'plain' };
  const { title, detail = '', tone = 'plain' } = tellers[record.record]?.(record.event, record) ?? { title: spaced(record.record) };
  return { title, detail, tone };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text).filter((each) => each !== '') : [];
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

function labelOf(output: unknown): string {
  return typeof output === 'object' && output !== null && 'label' in output ? text(output.label) : '';
}

function confidenceOf(confidence: unknown): string {
  return typeof confidence === 'number' ? `confidence ${confidence}` : 'no confidence given';
}

function tierOf(tier: unknown): string {
  return text(tier) === '' ? '' : `tier ${text(tier)}`;
}

function through(channel: unknown): string {
  return text(channel) === '' ? '' : `through ${text(channel)}`;
}

/** `VerdictConflict` as `Verdict conflict`. */
function spaced(name: string): string {
  const words = name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
