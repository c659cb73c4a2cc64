/** Turns what a reviewer submitted into a judgement, or says what is wrong with it. Pure. */

import type { Question } from '../presentation/form.ts';
import { judgesContent } from '../presentation/form.ts';
import type { Position } from './settlement.ts';

export type Submission = {
  decision?: 'approve' | 'reject' | 'modify';
  answer?: string;
  /** Content may be left out where the label says it all. */
  output?: { label: string; content?: string | null; mediaType?: string | null };
  reasonCodes: readonly string[];
  reasoning: string;
  presentationDigest: string;
};

export type JudgementProblem = { field: string; message: string };

export type ReadJudgement = {
  decision: 'approve' | 'reject' | 'modify';
  answer: string | null;
  position: Position;
  /** Differs from what the AI put out. */
  override: boolean;
};

export type JudgementReading = { ok: true; judgement: ReadJudgement } | { ok: false; problems: readonly JudgementProblem[] };

export type AiOutput = { label: string; content: string; mediaType: string };

/**
 * In the shown form a reviewer approves, rejects or modifies; in the hidden form they answer the question, or reject when
 * no answer can be given. What an answer means for the AI's output is worked out here and never told to the reviewer.
 */
export function readJudgement(screen: 'shown' | 'hidden', question: Question, ai: AiOutput, submission: Submission): JudgementReading {
  const meaning = screen === 'hidden' ? readAnswer(question, ai, submission) : readDecision(question, ai, submission);
  if (!meaning.ok) return meaning;
  const problems = checkReasonCodes(screen, question, meaning.judgement, submission);
  return problems.length > 0 ? { ok: false, problems } : meaning;
}

function readDecision(question: Question, ai: AiOutput, { decision, answer, output }: Submission): JudgementReading {
  if (answer !== undefined) return refuse('answer', 'This task shows the proposal: approve, reject or modify it instead of answering.');
  if (decision === undefined) return refuse('decision', 'Say whether to approve, reject or modify.');
  if (decision !== 'modify') {
    if (output !== undefined) return refuse('output', 'Only a modification carries a changed output.');
    return accept(decision, null, decision === 'approve' ? ai : noPosition, decision === 'reject');
  }
  if (output === undefined) return refuse('output', 'A modification needs the changed output.');
  if (!judgesContent(question) && !isAnswer(question, output.label.trim())) return refuse('output.label', `Not one of the answers: ${labelsOf(question)}.`);
  const changed = changedOutput(ai, output);
  const original = canonicalOutput(ai);
  const sameContent = isGiven(output.content) ? changed.content === original.content && changed.mediaType === original.mediaType : true;
  if (changed.label === original.label && sameContent) return refuse('output', 'The changed output is the same as the proposed one; approve it instead.');
  return accept('modify', null, changed, true);
}

/** A label alone stands for the same output as that answer in the hidden form, so that two people who mean it agree. */
function changedOutput(ai: AiOutput, { label, content, mediaType }: NonNullable<Submission['output']>): AiOutput {
  if (!isGiven(content)) return canonicalOutput({ label, content: label, mediaType: 'text/plain' });
  return canonicalOutput({ label, content, mediaType: mediaType ?? ai.mediaType });
}

/** Whether what is submitted says what was kept of an earlier judgement: where no changed output comes with it, there is none to differ. */
export function saysSameOutput({ label, content, mediaType }: Position, output: Submission['output']): boolean {
  if (output === undefined) return true;
  const read = changedOutput({ label: '', content: '', mediaType: mediaType ?? '' }, output);
  return read.label === label && read.content === content && read.mediaType === mediaType;
}

const isGiven = (text: string | null | undefined): text is string => text !== undefined && text !== null;
const labelsOf = ({ answers }: Question) => answers.map(({ label }) => label).join(', ');

/** A pipeline carries out a changed label: it must be one it knows. Without a policy nobody knows which there are. */
function isAnswer({ answers }: Question, label: string): boolean {
  return answers.length === 0 || answers.some((answer) => answer.label === label);
}

function readAnswer(question: Question, ai: AiOutput, { decision, answer, output }: Submission): JudgementReading {
  if (output !== undefined) return refuse('output', 'Answer the question; there is no output to change here.');
  if (answer === undefined) {
    if (decision === 'reject') return accept('reject', null, noPosition, true);
    // A decision type without a policy has no answers, so the hidden form offers a plain yes or no.
    if (question.answers.length === 0 && decision === 'approve') return accept('approve', null, ai, false);
    return refuse('answer', 'Choose one of the answers, or reject when none can be given.');
  }
  if (decision !== undefined) return refuse('decision', 'Give either an answer or a rejection.');
  const choice = question.answers.find((candidate) => candidate.label === answer);
  if (choice === undefined) return refuse('answer', `Not one of the answers: ${labelsOf(question)}.`);
  if (judgesContent(question)) {
    return choice.meaning === 'approve' ? accept('approve', answer, ai, false) : accept('reject', answer, noPosition, true);
  }
  if (answer === ai.label) return accept('approve', answer, ai, false);
  return accept('modify', answer, { label: answer, content: answer, mediaType: 'text/plain' }, true);
}

const noPosition: Position = { label: null, content: null, mediaType: null };

function accept(decision: ReadJudgement['decision'], answer: string | null, position: Position, override: boolean): JudgementReading {
  return { ok: true, judgement: { decision, answer, position: { ...position }, override } };
}

function refuse(field: string, message: string): JudgementReading {
  return { ok: false, problems: [{ field, message }] };
}

/**
 * Codes must be the policy's and fit the decision. A hidden answer accepts the codes of approval and of modification
 * alike: refusing one of them would tell whether the answer was the AI's.
 */
function checkReasonCodes(screen: 'shown' | 'hidden', question: Question, judgement: ReadJudgement, submission: Submission): JudgementProblem[] {
  const fitting = new Set<string>();
  const answered = screen === 'hidden' && judgement.answer !== null;
  for (const code of question.reasonCodes) {
    const fits = answered ? judgesContent(question) || code.for !== 'reject' : code.for === judgement.decision;
    if (fits) fitting.add(code.code);
  }
  if (fitting.size === 0) return [];
  if (submission.reasonCodes.length === 0) return [{ field: 'reasonCodes', message: `Choose at least one of: ${[...fitting].join(', ')}.` }];
  const wrong = submission.reasonCodes.filter((code) => !fitting.has(code));
  return wrong.length === 0 ? [] : [{ field: 'reasonCodes', message: `Not for this decision: ${wrong.join(', ')}. Choose from: ${[...fitting].join(', ')}.` }];
}

/** Line endings, surrounding blanks and, for JSON, key order are not differences of opinion. */
export function canonicalOutput(output: AiOutput): AiOutput {
  const mediaType = output.mediaType.toLowerCase().trim();
  const text = output.content.replaceAll('\r\n', '\n').trim();
  return { label: output.label.trim(), mediaType, content: isJson(mediaType) ? canonicalJson(text) : text };
}

function isJson(mediaType: string): boolean {
  const essence = mediaType.split(';')[0] ?? '';
  return essence === 'application/json' || essence.endsWith('+json');
}

function canonicalJson(text: string): string {
  try {
    return JSON.stringify(sortKeys(JSON.parse(text)));
  } catch {
    // Not JSON after all: then only equal text is equal.
    return text;
  }
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
