/** The form of a judgement: what was chosen and written so far, and what may be sent. Pure. */

import type { Draft, Presentation, ReasonCode, Submission } from '../api/contract.ts';

export type Decision = 'approve' | 'reject' | 'modify';

export type JudgeForm = {
  decision: Decision | null;
  /** In the hidden form and in the first stage: the answer, or null. */
  answer: string | null;
  /** The changed label and, where the output has content of its own, the changed content. */
  label: string;
  content: string | null;
  reasonCodes: readonly string[];
  reasoning: string;
};

/** `answer`: the AI's output is not there, and the question is answered. `decision`: the proposal is judged. */
export function asks({ form, stage, answers }: Presentation): 'answer' | 'decision' | 'plain' {
  const blind = form === 'hidden' || stage === 'first';
  if (!blind) return 'decision';
  return answers.length > 0 ? 'answer' : 'plain';
}

/** True where a label does not say it all: then its content can be changed too. */
export function hasOwnContent({ proposal }: Pick<Presentation, 'proposal'>): boolean {
  if (proposal === undefined) return false;
  const { content, label, encoding } = proposal.output;
  return encoding === 'text' && content.trim() !== '' && content.trim() !== label.trim();
}

export function emptyForm(presentation: Presentation): JudgeForm {
  const output = presentation.proposal?.output;
  return { decision: null, answer: null, label: output?.label ?? '', content: hasOwnContent(presentation) ? (output?.content ?? null) : null, reasonCodes: [], reasoning: '' };
}

export function formOf(presentation: Presentation, draft: Draft | null): JudgeForm {
  const empty = emptyForm(presentation);
  if (draft === null) return empty;
  const form: JudgeForm = {
    decision: draft.decision ?? null,
    answer: asks(presentation) === 'answer' && draft.answer !== undefined && presentation.answers.includes(draft.answer) ? draft.answer : null,
    label: draft.output?.label ?? empty.label,
    content: draft.output?.content ?? empty.content,
    reasonCodes: draft.reasonCodes,
    reasoning: draft.reasoning,
  };
  return { ...form, reasonCodes: stillFitting(presentation, form) };
}

export function draftOf({ decision, answer, label, content, reasonCodes, reasoning }: JudgeForm): Draft {
  return {
    ...(decision === null ? {} : { decision }),
    ...(answer === null ? {} : { answer }),
    ...(decision === 'modify' ? { output: { label, ...(content === null ? {} : { content }) } } : {}),
    reasonCodes: [...reasonCodes],
    reasoning,
  };
}

export function isEmptyForm({ decision, answer, reasonCodes, reasoning }: JudgeForm): boolean {
  return decision === null && answer === null && reasonCodes.length === 0 && reasoning === '';
}

/** The name under which generated content is the case of a hidden form. */
const contentPartName = 'content to judge';

/** The codes that the server takes with what is chosen so far; before a choice, all that may come to fit. */
export function fittingCodes(presentation: Presentation, { decision, answer }: Pick<JudgeForm, 'decision' | 'answer'>): readonly ReasonCode[] {
  const { reasonCodes } = presentation;
  if (asks(presentation) === 'answer' && answer !== null) {
    const judgesContent = presentation.case.parts.some((part) => part.name === contentPartName);
    return reasonCodes.filter((code) => judgesContent || code.for !== 'reject');
  }
  return decision === null ? reasonCodes : reasonCodes.filter((code) => code.for === decision);
}

function stillFitting(presentation: Presentation, form: JudgeForm): readonly string[] {
  const fitting = fittingCodes(presentation, form).map(({ code }) => code);
  return form.reasonCodes.filter((code) => fitting.includes(code));
}

/** The only code there is for a choice needs no choosing. */
function settleCodes(presentation: Presentation, form: JudgeForm): JudgeForm {
  const kept = stillFitting(presentation, form);
  const fitting = fittingCodes(presentation, form);
  const [only] = fitting;
  return { ...form, reasonCodes: kept.length === 0 && fitting.length === 1 && only !== undefined ? [only.code] : kept };
}

export function decide(presentation: Presentation, form: JudgeForm, decision: Decision): JudgeForm {
  return settleCodes(presentation, { ...form, decision, answer: null });
}

export function answerWith(presentation: Presentation, form: JudgeForm, answer: string): JudgeForm {
  return settleCodes(presentation, { ...form, answer, decision: null });
}

/** Takes a code or gives it back. Taken before a decision, it brings its decision with it: one key says both. */
export function toggleCode(presentation: Presentation, form: JudgeForm, code: ReasonCode): JudgeForm {
  if (form.reasonCodes.includes(code.code)) return { ...form, reasonCodes: form.reasonCodes.filter((each) => each !== code.code) };
  const decided = asks(presentation) === 'answer' || form.decision === code.for ? form : { ...form, decision: code.for, reasonCodes: [] };
  return { ...decided, reasonCodes: [...decided.reasonCodes, code.code] };
}

/** So many answers fit as buttons; more are a list. */
const buttonsMax = 12;

export function areListed({ answers }: Pick<Presentation, 'answers'>): boolean {
  return answers.length > buttonsMax;
}

/** The answer a digit stands for: the one whose label it is, where labels are digits; else by its place. A list has no digits: nobody would see which. */
export function answerOfDigit({ answers }: Presentation, digit: number): string | undefined {
  if (areListed({ answers })) return undefined;
  if (answers.some((answer) => /^\d$/.test(answer))) return answers.find((answer) => answer === String(digit));
  return answers[digit === 0 ? 9 : digit - 1];
}

export type FormProblem = { field: 'decision' | 'answer' | 'reasonCodes' | 'reasoning' | 'output'; message: string };

/** What would be sent, or the first thing that is missing. Whether reasoning says enough is the server's to judge. */
export function submissionOf(presentation: Presentation, form: JudgeForm): Omit<Submission, 'presentationDigest' | 'activeMs'> | FormProblem {
  if (form.decision === null && form.answer === null) {
    return asks(presentation) === 'answer' ? { field: 'answer', message: 'Choose one of the answers, or reject when none can be given.' } : { field: 'decision', message: 'Choose approve, reject or modify.' };
  }
  if (fittingCodes(presentation, form).length > 0 && form.reasonCodes.length === 0) return { field: 'reasonCodes', message: 'Choose at least one reason that fits.' };
  if (form.reasoning.trim() === '') return { field: 'reasoning', message: 'Say in your own words what in this case decides it.' };
  const { decision, answer, output, reasonCodes, reasoning } = draftOf(form);
  return {
    ...(answer === undefined ? { ...(decision === undefined ? {} : { decision }) } : { answer }),
    ...(output === undefined ? {} : { output: changedOutput(presentation, form) }),
    reasonCodes, reasoning,
  };
}

/** Content goes along only where it was changed: a changed label alone stands for itself. */
function changedOutput({ proposal }: Presentation, { label, content }: JudgeForm): { label: string; content?: string } {
  return content === null || (content === proposal?.output.content && label !== proposal.output.label) ? { label } : { label, content };
}

/** What was said, for the line that offers to undo it. */
export function saidText({ decision, answer }: JudgeForm): string {
  if (answer !== null) return `Answered “${answer}”`;
  return decision === 'approve' ? 'Approved' : decision === 'reject' ? 'Rejected' : 'Modified';
}
