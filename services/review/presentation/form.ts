/**
 * What a reviewer is shown. The hidden form is built from an allow-list, never by removing things from the shown one, so
 * that a new field of the contract stays invisible until somebody decides otherwise. Pure.
 */

import type { Background } from '../background/background.ts';
import type { Form } from '../cases/case.ts';
import { isoOf, isoOrNull } from '../http-shapes.ts';
import { screenOf } from '../judgements/stage.ts';
import type { Stage } from '../judgements/stage.ts';

export type CasePart = { name: string; mediaType: string; content?: string; encoding?: 'text' | 'base64'; uri?: string; sha256?: string; missing?: boolean };

export type AnswerChoice = { label: string; meaning?: 'approve' | 'reject' };
export type ReasonCode = { code: string; label: string; for: 'approve' | 'reject' | 'modify' };

/** The part of a policy that a reviewer sees. */
export type Question = {
  question: string;
  answers: readonly AnswerChoice[];
  reasonCodes: readonly ReasonCode[];
};

/** The proposal as a presentation needs it: bytes already turned into text or base64. */
export type ProposedCase = {
  system: string;
  decisionId: string;
  decisionType: string;
  parts: readonly CasePart[];
  output: { label: string; content: string; encoding: 'text' | 'base64'; mediaType: string };
  shownOnly: Readonly<Record<string, unknown>>;
};

export type PresentationInput = {
  taskId: string;
  form: Form;
  stage: Stage;
  dueAt: string;
  question: Question;
  proposed: ProposedCase;
  background: Background;
  /** From when the case came in to when the task was opened, in microseconds. */
  waitedUs: number;
  /** Why a person is asked at all; shown with the proposal only. */
  policy: { tier: string | null; reasons: readonly string[] };
  /** What whoever handed the task to a senior wrote; shown with the proposal only. */
  escalationNote: string | null;
  /** What this person answered before the proposal was shown; `null` where they could give none. */
  firstAnswer: string | null;
};

/** True where the output is content to be judged, so that every answer means approve or reject. */
export function judgesContent(question: Question): boolean {
  return question.answers.length > 0 && question.answers.every((answer) => answer.meaning !== undefined);
}

/** True where the same can be answered, and means the same. */
export function haveSameAnswers(one: Question, other: Question): boolean {
  const told = ({ answers }: Question) => JSON.stringify(answers.map(({ label, meaning = null }) => [label, meaning]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
  return told(one) === told(other);
}

/** The presentation as plain data, in a fixed key order: the same input gives the same bytes. */
export function buildPresentation(input: PresentationInput): Record<string, unknown> {
  return screenOf(input.form, input.stage) === 'hidden' ? hiddenScreen(input) : shownScreen(input);
}

function headOf({ taskId, form, stage, dueAt, question, proposed }: PresentationInput): Record<string, unknown> {
  return {
    taskId,
    form,
    ...(stage === 'only' ? {} : { stage }),
    dueAt,
    decisionType: proposed.decisionType,
    question: question.question,
    answers: question.answers.map((answer) => answer.label),
  };
}

function hiddenScreen(input: PresentationInput): Record<string, unknown> {
  const { question, proposed, background, waitedUs } = input;
  const content = judgesContent(question) ? [contentToJudge(proposed)] : [];
  return {
    ...headOf(input),
    case: { parts: [...proposed.parts, ...content] },
    reasonCodes: question.reasonCodes,
    earlier: background.earlier.map(({ decisionType, proposedAt }) => ({ decisionType, proposedAt: dayOf(proposedAt + waitedUs) })),
  };
}

/**
 * Counted back from when the task was opened, and to the day: what is checked long after it came in would give itself away by
 * the age of all that is beside it. For the same reason there are no ids.
 */
function dayOf(micros: number): string {
  return `${new Date(micros / 1000).toISOString().slice(0, 10)}T00:00:00.000Z`;
}

function shownScreen(input: PresentationInput): Record<string, unknown> {
  const { question, proposed, policy, escalationNote, background, stage, firstAnswer } = input;
  return {
    ...headOf(input),
    case: { parts: proposed.parts },
    reasonCodes: question.reasonCodes,
    proposal: {
      system: proposed.system,
      decisionId: proposed.decisionId,
      output: proposed.output,
      ...proposed.shownOnly,
    },
    policy,
    trackRecord: background.trackRecord,
    earlier: background.earlier.map((each) => ({ ...each, proposedAt: isoOf(each.proposedAt) })),
    ...(background.similar === null ? {} : { similar: background.similar.map((each) => ({ ...each, proposedAt: isoOrNull(each.proposedAt) })) }),
    ...(escalationNote === null ? {} : { escalation: { note: escalationNote } }),
    ...(stage === 'second' ? { firstAnswer } : {}),
  };
}

/** Generated content is itself the case: without it there would be nothing to answer. Its label stays hidden. */
function contentToJudge({ output }: ProposedCase): CasePart {
  return { name: 'content to judge', mediaType: output.mediaType, content: output.content, encoding: output.encoding };
}

/** Reason codes and answers for a decision whose type no policy knows. */
export const builtInQuestion: Question = {
  question: 'No policy covers this decision. May it take effect?',
  answers: [],
  reasonCodes: [
    { code: 'sound', label: 'The output is right and harmless', for: 'approve' },
    { code: 'wrong', label: 'The output is wrong', for: 'reject' },
    { code: 'unclear', label: 'Not enough to decide on', for: 'reject' },
    { code: 'corrected', label: 'The output is right once changed as stated', for: 'modify' },
  ],
};
