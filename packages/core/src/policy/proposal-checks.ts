import { parseDuration } from '../duration.ts';
import { severities } from '../vocabulary.ts';
import { checkReReviews } from './blindness.ts';
import type { DocumentPath, Finding, PolicyDocument } from './document.ts';

/**
 * What is refused of a text that somebody drafts or proposes, and not of a version on record: policies were in force before it was
 * known to be wrong, and decisions are still judged and checked by them.
 */
export function checkProposal(document: PolicyDocument): Finding[] {
  return [...checkReReviews(document), ...checkDurations(document), ...checkReversal(document), ...checkSeverities(document)];
}

/** CEL's patterns are RE2, which takes linear time; what evaluates them here goes back and forth, for hours on a text made for it. */
export const linearTimeProblem = { code: 'pattern', message: 'matches() is not supported.', remedy: 'Use ==, in, startsWith, endsWith or contains.' };

function checkDurations(document: PolicyDocument): Finding[] {
  const stated: Array<[path: DocumentPath, text: string | undefined]> = [
    [['hold'], document.hold],
    ...document.tiers.map(({ slaMs }, index): [DocumentPath, string | undefined] => [['tiers', index, 'slaMs'], slaMs]),
  ];
  return stated.filter(([, text]) => text !== undefined && parseDuration(text) === 0)
    .map(([path, text]) => ({ path, code: 'no-time', message: `${text} leaves nobody the time to look.`, remedy: 'Give people minutes at the least, or leave it out.' }));
}

/** `after` would be promised, and a person asked first each time. */
function checkReversal(document: PolicyDocument): Finding[] {
  const minimumMs = parseDuration(document.minimumReversalWindow ?? '') ?? 0;
  const windowMs = parseDuration(document.afterAction?.window ?? document.reversibility.window ?? '') ?? Infinity;
  if (minimumMs <= windowMs) return [];
  return [{ path: ['minimumReversalWindow'], code: 'window-too-short', message: 'It is longer than the window in which a decision can be reversed.', remedy: 'Shorten it, or lengthen the window.' }];
}

/** Of several levels the strictest counts: one below the policy's own would stand on the record and do nothing. */
function checkSeverities(document: PolicyDocument): Finding[] {
  const base = document.severity.level;
  return (document.rules ?? []).flatMap(({ set: { severity } }, index) => (severity === undefined || severities.indexOf(severity) >= severities.indexOf(base) ? [] : [{
    path: ['rules', index, 'set', 'severity'], code: 'severity-lowered', message: `A rule cannot lower the severity from ${base} to ${severity}.`,
    remedy: `Leave it out, or state ${severity} as the severity of the policy and raise it by rules.`,
  }]));
}
