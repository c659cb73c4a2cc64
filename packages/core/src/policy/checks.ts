import { parseDuration } from '../duration.ts';
import { floorOf, quadrantOf } from '../matrix.ts';
import { points, routes, type Point, type Route, type Severity } from '../vocabulary.ts';
import { checkBlindness } from './blindness.ts';
import type { DocumentPath, Finding, PolicyDocument } from './document.ts';
import { reservedNames } from './expression.ts';

/** What the schema cannot say: gaps, duplicates, and everything that undercuts the matrix floor. */
export function checkDocument(document: PolicyDocument): Finding[] {
  return [
    ...duplicates(document.answers.map((answer) => answer.label), 'answers', 'label'),
    ...duplicates((document.rules ?? []).map((rule) => rule.id), 'rules', 'id'),
    ...duplicates(document.reasonCodes.map((reason) => reason.code), 'reasonCodes', 'code'),
    ...duplicates(document.tiers.map((tier) => tier.name), 'tiers', 'name'),
    ...checkBlindness(document),
    ...checkAttributes(document),
    ...checkBands(document),
    ...checkPlan(document),
    ...checkReasonCodes(document),
    ...checkDisagreement(document),
  ];
}

function duplicates(values: readonly string[], list: string, key: string): Finding[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) === index
      ? []
      : [{ path: [list, index, key], code: 'duplicate', message: `${value} stands twice in ${list}.`, remedy: 'Remove or rename one.' }],
  );
}

function checkAttributes(document: PolicyDocument): Finding[] {
  return reservedNames(document.attributes ?? {})
    .map((name) => ({ path: ['attributes', name], code: 'reserved-name', message: `${name} means something else in conditions.`, remedy: 'Give the attribute another name.' }));
}

function checkReasonCodes(document: PolicyDocument): Finding[] {
  return (['approve', 'reject'] as const)
    .filter((decision) => !document.reasonCodes.some((reason) => reason.for === decision))
    .map((decision) => ({
      path: ['reasonCodes'], code: 'reason-code-missing', message: `No reason code is for ${decision}.`, remedy: `Add one: a reviewer who wants to ${decision} could not.`,
    }));
}

/** An answer that itself approves or rejects is a decision, and never an answer other than the AI's. */
function checkDisagreement(document: PolicyDocument): Finding[] {
  if (document.hiddenDisagreement !== 'adjudicate' || document.answers.some((answer) => answer.meaning === undefined)) return [];
  return [{
    path: ['hiddenDisagreement'], code: 'disagreement-impossible', message: 'Every answer means approve or reject, so no hidden answer can differ from the one of the AI.',
    remedy: 'Leave hiddenDisagreement out.',
  }];
}

/** Bands must cover 0 to 1 exactly once. */
function checkBands(document: PolicyDocument): Finding[] {
  const bands = document.tiers.map((tier, index) => ({ ...tier, index })).sort((a, b) => a.from - b.from);
  const findings: Finding[] = [];
  let covered = 0;
  for (const band of bands) {
    const path: DocumentPath = ['tiers', band.index, 'from'];
    if (band.to <= band.from) findings.push({ path, code: 'tier-empty', message: `Tier ${band.name} ends where it begins or before.`, remedy: 'Let `to` be greater than `from`.' });
    if (band.from > covered) findings.push({ path, code: 'tier-gap', message: `No tier covers ${covered} to ${band.from}.`, remedy: `Let ${band.name} begin at ${covered}.` });
    if (band.from < covered) findings.push({ path, code: 'tier-overlap', message: `Tier ${band.name} begins at ${band.from}, but the one before ends at ${covered}.`, remedy: `Let ${band.name} begin at ${covered}.` });
    covered = Math.max(covered, band.to);
  }
  if (covered < 1) findings.push({ path: ['tiers'], code: 'tier-gap', message: `No tier covers ${covered} to 1.`, remedy: 'Let the highest tier end at 1.' });
  return findings;
}

type Stated = { path: DocumentPath; severity: Severity; point?: Point; route?: Route };

/** Every place that states a point or route, with the severity in force there. */
function statedPlans(document: PolicyDocument): Stated[] {
  const base = document.severity.level;
  return [
    { path: ['point'], severity: base, point: document.point },
    ...document.tiers.flatMap((tier, index): Stated[] => [
      { path: ['tiers', index, 'route'], severity: base, route: tier.route },
      ...(tier.point === undefined ? [] : [{ path: ['tiers', index, 'point'], severity: base, point: tier.point }]),
    ]),
    ...(document.rules ?? []).flatMap(({ set: { severity = base, point, route } }, index): Stated[] => [
      ...(point === undefined ? [] : [{ path: ['rules', index, 'set', 'point'], severity, point }]),
      ...(route === undefined ? [] : [{ path: ['rules', index, 'set', 'route'], severity, route }]),
    ]),
  ];
}

function checkPlan(document: PolicyDocument): Finding[] {
  const reversibility = document.reversibility.level;
  const findings: Finding[] = [];
  for (const stated of statedPlans(document)) {
    const quadrant = quadrantOf(stated.severity, reversibility);
    const floor = floorOf(quadrant);
    const at = { path: stated.path, code: 'below-floor' };
    if (stated.point === 'during') {
      findings.push({ path: stated.path, code: 'during-unsupported', message: 'Running actions cannot be watched yet.', remedy: 'Use before, hold or after.' });
    } else if (stated.point !== undefined && points.indexOf(stated.point) < points.indexOf(floor.point)) {
      findings.push({ ...at, message: `${quadrant} demands at least ${floor.point}, but this says ${stated.point}.`, remedy: `Use ${floor.point}${floor.point === 'before' ? '' : ' or stricter'}.` });
    }
    if (stated.route !== undefined && routes.indexOf(stated.route) < routes.indexOf(floor.route)) {
      findings.push({ ...at, message: `${quadrant} demands ${floor.oversight} oversight by a person, but this says ${stated.route}.`, remedy: `Use ${floor.route} or stricter.` });
    }
  }
  return [...findings, ...checkWindows(document)];
}

function checkWindows(document: PolicyDocument): Finding[] {
  const usesAfter = document.point === 'after' || document.tiers.some((tier) => tier.point === 'after') || (document.rules ?? []).some((rule) => rule.set.point === 'after');
  const windowMs = parseDuration(document.afterAction?.window ?? document.reversibility.window ?? '') ?? 0;
  if (usesAfter && windowMs === 0) {
    return [{ path: document.afterAction === undefined ? ['point'] : ['afterAction', 'window'], code: 'window-missing', message: 'What is looked at afterwards needs a window in which it can still be reversed.', remedy: 'Add afterAction: { window: 24h, lapse: alert }.' }];
  }
  return [];
}
