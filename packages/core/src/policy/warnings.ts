import type { Comparison } from './comparisons.ts';
import type { DocumentPath, Finding, PolicyDocument } from './document.ts';
import { nearestName } from './nearest-name.ts';

/** A comparison and the condition it stands in. */
export type PlacedComparison = Comparison & { path: DocumentPath };

/**
 * Conditions that are sound and cannot be meant: they compare the label with what is no answer, or an attribute that is compared
 * with answers elsewhere, as one that holds the next best answer is. What is proposed with another label fails closed before any
 * condition is looked at.
 */
export function unknownAnswers(document: PolicyDocument, comparisons: readonly PlacedComparison[]): Array<Finding & { offset: number }> {
  const answers = document.answers.map(({ label }) => label);
  const holdAnswers = new Set(['output.label', ...comparisons.filter(({ text }) => answers.includes(text)).map(({ subject }) => subject)]);
  return comparisons.filter(({ subject, text }) => holdAnswers.has(subject) && !answers.includes(text)).map(({ path, offset, subject, text }) => {
    const near = nearestName(text, answers);
    const choice = near === undefined ? `Compare with one of: ${answers.join(', ')}.` : `Did you mean ${near}?`;
    const isLabel = subject === 'output.label';
    return {
      path, offset, code: 'unknown-answer',
      message: isLabel ? `output.label is never ${JSON.stringify(text)}: that is none of the answers.` : `${subject} is compared with answers elsewhere, and ${JSON.stringify(text)} is none of them.`,
      remedy: isLabel ? choice : `${choice} Leave it if ${subject} can hold it.`,
    };
  });
}
