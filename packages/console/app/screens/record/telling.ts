/** What is on record, told in a line each. Pure. */

import type { AuditEvent, Fields } from '../../api/audit-contract.ts';
import type { Tone } from '../../parts/badge.tsx';
import type { NameOf } from '../../parts/names.tsx';
import { fieldsOf, joined, spaced, textOf, textsOf } from './fields.ts';

export type Told = { title: string; detail: string; tone: Tone };

type Teller = (event: Fields, record: Pick<AuditEvent, 'reviewer' | 'actor'>, nameOf: NameOf) => { title: string; detail?: string; tone?: Tone };

const who = (reviewer: string | null) => reviewer ?? '';

const tellers: Readonly<Record<string, Teller>> = {
  DecisionProposed: (event) => ({ title: 'Proposed', detail: joined(textOf(fieldsOf(event['output'])['label']), confidenceOf(event['confidence'])) }),
  DecisionAccepted: (event) => ({ title: 'Accepted', detail: joined(named('through', event['channel']), 'policy pinned') }),
  DecisionRefused: (event) => ({ title: 'Refused', detail: textOf(event['message']), tone: 'bad' }),
  DecisionRouted: (event) => ({ title: `Routed: ${textOf(event['route'])}`, detail: joined(`${textOf(event['point'])} the action`, named('tier', event['tier']), ...textsOf(event['reasons'])), tone: 'accent' }),
  SpotCheckSelected: (event) => ({ title: event['kind'] === 're-review' ? 'Drawn for re-review' : 'Drawn for a spot check', detail: joined(`with probability ${textOf(event['probability'])}`, textOf(event['stratum'])) }),
  CalibrationPlanned: () => ({ title: 'Planned as an exercise', detail: 'its outcome is known' }),
  CalibrationScored: (event, { reviewer }) => ({ title: 'Exercise scored', detail: joined(who(reviewer), event['right'] === true ? 'right' : 'wrong') }),
  TaskOpened: (event) => ({ title: 'Task opened', detail: joined(textOf(event['kind']), textOf(event['queue']), `${textOf(event['form'])} form`) }),
  TaskClaimed: (_event, { reviewer }) => ({ title: 'Claimed', detail: who(reviewer) }),
  TaskPresented: (_event, { reviewer }) => ({ title: 'Shown', detail: `to ${reviewer ?? 'somebody'}, byte for byte on record` }),
  TaskReleased: (event, { reviewer }) => ({ title: 'Given back', detail: joined(who(reviewer), textOf(event['reason'])) }),
  TaskReassigned: (event, _record, nameOf) => ({ title: 'Reassigned', detail: joined(named('to', nameOf(textOf(event['to']))), textOf(event['reason'])) }),
  TaskHeld: (event, { reviewer }) => ({ title: 'Put aside', detail: joined(who(reviewer), textOf(event['reason'])) }),
  TaskEscalated: (event) => ({ title: 'Escalated', detail: joined(named('to', event['toRoute']), textOf(event['note'])), tone: 'warn' }),
  TaskWarned: () => ({ title: 'Deadline near', tone: 'warn' }),
  TaskClosed: (event) => ({ title: 'Task closed', detail: joined(textOf(event['outcome']), textOf(event['reason']), event['slaMet'] === false ? 'late' : '') }),
  FirstJudgementSubmitted: (event, { reviewer }) => ({ title: 'Judged before seeing the AI', detail: joined(who(reviewer), saidOf(event), textOf(event['reasoning'])), tone: 'accent' }),
  JudgementSubmitted: (event, { reviewer }) => ({ title: 'Judged', detail: joined(who(reviewer), saidOf(event), textOf(event['reasoning'])), tone: 'accent' }),
  JudgementWithdrawn: (_event, { reviewer }) => ({ title: 'Taken back', detail: who(reviewer) }),
  JudgementFinalised: (event, { reviewer }) => ({ title: 'Judgement final', detail: joined(who(reviewer), event['override'] === true ? 'differs from the AI' : '', event['contradicts'] === true ? 'contradicts the verdict' : '') }),
  DecisionResolved: (event, _record, nameOf) => ({ title: `Verdict: ${textOf(event['verdict'])}`, detail: joined(textOf(event['reason']), textsOf(event['signers']).length === 0 ? '' : `signed by ${textsOf(event['signers']).map(nameOf).join(' and ')}`), tone: event['verdict'] === 'rejected' ? 'bad' : 'good' }),
  DecisionReversed: (event) => ({ title: 'Reversed', detail: joined(textOf(event['reason']), event['withinWindow'] === false ? 'outside its window' : ''), tone: 'bad' }),
  FindingOpened: (event) => ({ title: 'Error confirmed', detail: joined('two hidden judges contradict the verdict', event['kind'] === 're-review' ? 'in a re-review' : 'in a spot check'), tone: 'bad' }),
  FindingSettled: (event, { actor }, nameOf) => ({ title: `Error settled: ${textOf(event['state'])}`, detail: joined(textOf(actor), textOf(event['note']), textOf(event['disposition']), named('seen to by', nameOf(textOf(event['owner'])))), tone: 'warn' }),
  DecisionErased: () => ({ title: 'Content erased', detail: 'the key to it was destroyed' }),
  ErasureApplied: (event) => ({ title: 'Erased from its rows', detail: named('by', event['service']) }),
  ContentRecorded: (event) => ({ title: 'What was shown, kept', detail: joined(textOf(event['kind']), textOf(event['mediaType']), `part ${Number(event['chunkIndex']) + 1} of ${textOf(event['chunkCount'])}`) }),
  OutcomeRecorded: (event) => ({ title: 'Outcome known', detail: joined(textOf(event['outcome']), named('from', event['source'])) }),
  AlertRaised: (event) => ({ title: 'Alert', detail: textOf(event['summary']), tone: 'bad' }),
  FeedbackRecorded: (event) => ({ title: 'Fed back to the pipeline', detail: joined(textOf(event['correctedLabel']) === '' ? `${textOf(event['outputLabel'])} was not right` : `${textOf(event['outputLabel'])} should be ${textOf(event['correctedLabel'])}`, textOf(event['source'])) }),
  ExportBegun: (event, { actor }) => ({ title: 'Export begun', detail: joined(textOf(actor), textOf(event['format']), event['disclosed'] === true ? 'with content' : 'without content', textOf(event['reason'])) }),
  ExportMade: (event, { actor }) => ({ title: 'Exported', detail: joined(textOf(actor), textOf(event['kind']), textOf(event['format']), `${textOf(event['records'])} records`, textOf(event['reason'])) }),
  PersonChanged: (event, { actor }) => ({ title: 'Person changed', detail: joined(textOf(event['displayName']), textsOf(event['roles']).join(', '), named('by', actor)) }),
  VerdictConflict: () => ({ title: 'A second, other verdict was refused', tone: 'bad' }),
};

/** Titles that need nothing of what was erased. */
const erasedTitles: Readonly<Record<string, string>> = {
  DecisionProposed: 'Proposed', DecisionAccepted: 'Accepted', DecisionRefused: 'Refused', DecisionRouted: 'Routed', DecisionResolved: 'Verdict', DecisionReversed: 'Reversed', OutcomeRecorded: 'Outcome known', SpotCheckSelected: 'Drawn for a check',
  TaskClaimed: 'Claimed', TaskPresented: 'Shown', TaskReleased: 'Given back', TaskHeld: 'Put aside', TaskEscalated: 'Escalated', TaskReassigned: 'Reassigned', TaskWarned: 'Deadline near', ContentRecorded: 'What was shown, kept',
  FirstJudgementSubmitted: 'Judged before seeing the AI', JudgementSubmitted: 'Judged', JudgementWithdrawn: 'Taken back', JudgementFinalised: 'Judgement final', FindingOpened: 'Error confirmed', FindingSettled: 'Error settled',
};

/** Whose ids are told of an event. */
export function peopleIn({ reviewer, actor, event }: AuditEvent): string[] {
  return [textOf(reviewer), textOf(actor), textOf(event?.['to']), textOf(event?.['owner']), ...textsOf(event?.['signers'])].filter((id) => id !== '');
}

/** One event in a line, people by their names where those are told. What is unknown here is named as it is on the log. */
export function tellEvent(recorded: AuditEvent, nameOf: NameOf = (id) => id): Told {
  const record = { ...recorded, reviewer: recorded.reviewer === null ? null : nameOf(recorded.reviewer), actor: recorded.actor === null ? null : nameOf(recorded.actor) };
  if (record.erased || record.event === null) return { title: erasedTitles[record.record] ?? spaced(record.record), detail: 'Its content was erased; that it happened stays on record.', tone: 'plain' };
  const { title, detail = '', tone = 'plain' } = tellers[record.record]?.(record.event, record, nameOf) ?? { title: spaced(record.record), detail: joined(textOf(record.decisionType), textOf(record.actor)) };
  return { title, detail, tone };
}

/** `approve`, or `answered 7`. */
export function saidOf(judgement: Fields): string {
  const answer = textOf(judgement['answer']);
  return answer === '' ? textOf(judgement['decision']) : `answered ${answer}`;
}

function confidenceOf(confidence: unknown): string {
  return typeof confidence === 'number' ? `confidence ${confidence}` : 'no confidence given';
}

/** `to senior`; nothing where it is not said. */
function named(word: string, value: unknown): string {
  return textOf(value) === '' ? '' : `${word} ${textOf(value)}`;
}
