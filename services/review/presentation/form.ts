/**
 * What a reviewer is shown. The hidden form is built from an allow-list, never by removing things from the shown one, so
 * that a new field of the contract stays invisible until somebody decides otherwise. Pure.
 */

import type { Form } from '../cases/case.ts';

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
  dueAt: string;
  question: Question;
  proposed: ProposedCase;
  /** Why a person is asked at all; part of the shown form only. */
  policy: { tier: string | null; reasons: readonly string[] };
  /** What whoever handed the task to a senior wrote; part of the shown form only. */
  escalationNote: string | null;
};

/** True where the output is content to be judged, so that every answer means approve or reject. */
export function judgesContent(question: Question): boolean {
  return question.answers.length > 0 && question.answers.every((answer) => answer.meaning !== undefined);
}

/** The presentation as plain data, in a fixed key order: the same input gives the same bytes. */
export function buildPresentation(input: PresentationInput): Record<string, unknown> {
  return input.form === 'hidden' ? hiddenForm(input) : shownForm(input);
}

function hiddenForm({ taskId, dueAt, question, proposed }: PresentationInput): Record<string, unknown> {
  const content = judgesContent(question) ? [contentToJudge(proposed)] : [];
  return {
    taskId,
    form: 'hidden',
    dueAt,
    decisionType: proposed.decisionType,
    question: question.question,
    answers: question.answers.map((answer) => answer.label),
    case: { parts: [...proposed.parts, ...content] },
    reasonCodes: question.reasonCodes,
  };
}

function shownForm({ taskId, dueAt, question, proposed, policy, escalationNote }: PresentationInput): Record<string, unknown> {
  return {
    taskId,
    form: 'shown',
    dueAt,
    decisionType: proposed.decisionType,
    question: question.question,
    answers: question.answers.map((answer) => answer.label),
    case: { parts: proposed.parts },
    reasonCodes: question.reasonCodes,
    proposal: {
      system: proposed.system,
      decisionId: proposed.decisionId,
      output: proposed.output,
      ...proposed.shownOnly,
    },
    policy,
    ...(escalationNote === null ? {} : { escalation: { note: escalationNote } }),
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
