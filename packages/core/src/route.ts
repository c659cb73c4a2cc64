import type { RiskClass } from './classify.ts';
import { parseDuration } from './duration.ts';
import type { PolicyDocument } from './policy/document.ts';
import type { CompiledPolicy } from './policy/policy.ts';
import { points, type CaseKind, type Form, type Point, type Route } from './vocabulary.ts';

/** What routing knows besides the class; instants in microseconds. */
export type RoutingFacts = {
  decisionType: string;
  acceptedAt: number;
  reversalDeadline: number | null;
  /** Uniform in [0, 1): draws the form. */
  formDraw: number;
};

export type ExpiryOutcome = 'escalate' | 'reject' | 'approve' | 'lapse' | 'reverse';

export type Routing = {
  route: Route;
  point: Point;
  form: Form;
  queue: string;
  /** Who gives the one verdict. */
  verdictBy: 'routing' | 'review';
  kind: CaseKind;
  dueAt: number | null;
  warnAt: number | null;
  onExpiry: ExpiryOutcome;
  escalateTo: Route | null;
  holdUntil: number | null;
  windowEndsAt: number | null;
  reasons: string[];
};

const msUs = 1000;
const hourMs = 3_600_000;
/** Unknown types wait this long for two seniors, then the answer is no. */
export const unclassifiedSlaMs = 4 * hourMs;
const holdDefaultMs = hourMs;
const slaDefaultsMs: Readonly<Record<Route, number>> = { auto: 24 * hourMs, standard: 24 * hourMs, senior: 4 * hourMs, dual: 4 * hourMs };
const unclassifiedQueue = 'unclassified';

/** Who looks, when, in which form, and what happens if nobody does. Pure. */
export function route(risk: RiskClass, policy: CompiledPolicy | null, facts: RoutingFacts): Routing {
  if (policy === null || !risk.known) return routeUnclassified(risk, facts);
  const { document } = policy;
  const windowUs = durationUs(document.afterAction?.window ?? document.reversibility.window);
  const late = lateReason(document.minimumReversalWindow, windowUs, risk, facts);
  const point: Point = late === null ? risk.point : 'before';
  // Nobody can veto or approve what nobody sees.
  const seen: Route = risk.route === 'auto' && points.indexOf(point) > points.indexOf('after') ? 'standard' : risk.route;
  const slaUs = durationUs(document.tiers.find((tier) => tier.name === risk.tier)?.slaMs) ?? slaDefaultsMs[seen] * msUs;
  const shape = shapeOf(point, seen, facts, { slaUs, windowUs, holdUs: durationUs(document.hold) ?? holdDefaultMs * msUs, lapse: document.afterAction?.lapse ?? 'alert', sla: document.sla });
  return {
    route: seen,
    point,
    form: formOf(seen, document, facts.formDraw),
    queue: risk.confidence === null ? `${facts.decisionType}/no-confidence` : `${facts.decisionType}/${seen}`,
    escalateTo: document.sla.onExpiry === 'escalate' && seen === 'standard' ? 'senior' : null,
    ...shape,
    warnAt: shape.dueAt === null ? null : Math.round(facts.acceptedAt + (shape.dueAt - facts.acceptedAt) * document.sla.warnAt),
    reasons: [...risk.reasons, ...(late === null ? [] : [late]), ...shape.reasons],
  };
}

/**
 * The hidden share is drawn before the policy's own form, and as often, whatever that is: hidden work is where monitored work
 * goes unnoticed.
 */
export function formOf(seen: Route, { hiddenShare, form }: Pick<PolicyDocument, 'hiddenShare' | 'form'>, formDraw: number): Form {
  if (seen === 'auto') return 'shown';
  return formDraw < hiddenShare ? 'hidden' : (form ?? 'shown');
}

type Shape = Pick<Routing, 'verdictBy' | 'kind' | 'dueAt' | 'onExpiry' | 'holdUntil' | 'windowEndsAt' | 'reasons'>;
type Times = { slaUs: number; windowUs: number | undefined; holdUs: number; lapse: 'alert' | 'reverse'; sla: { onExpiry: 'escalate' | 'reject' } };

function shapeOf(point: Point, seen: Route, facts: RoutingFacts, times: Times): Shape {
  const windowEndsAt = windowEnd(facts, times.windowUs);
  if (point === 'after' && seen === 'auto') {
    return { verdictBy: 'routing', kind: 'auto-approved', dueAt: null, onExpiry: 'lapse', holdUntil: null, windowEndsAt, reasons: ['Approved at once; a random share is checked afterwards.'] };
  }
  if (point === 'after') {
    const onExpiry = times.lapse === 'reverse' ? 'reverse' : 'lapse';
    const dueAt = Math.min(facts.acceptedAt + times.slaUs, windowEndsAt ?? Infinity);
    return { verdictBy: 'routing', kind: 'after-action', dueAt, onExpiry, holdUntil: null, windowEndsAt, reasons: ['Approved at once; a person reviews it while it can still be reversed.'] };
  }
  if (point === 'hold') {
    const holdUntil = facts.acceptedAt + times.holdUs;
    return { verdictBy: 'review', kind: 'hold', dueAt: holdUntil, onExpiry: 'approve', holdUntil, windowEndsAt: null, reasons: ['It waits for a veto; unvetoed it goes ahead when the hold ends.'] };
  }
  const onExpiry = times.sla.onExpiry === 'escalate' && seen === 'standard' ? 'escalate' : 'reject';
  const kind: CaseKind = seen === 'auto' ? 'standard' : seen;
  return { verdictBy: 'review', kind, dueAt: facts.acceptedAt + times.slaUs, onExpiry, holdUntil: null, windowEndsAt: null, reasons: ['Nothing happens until a person approves.'] };
}

/** Why an after-action review would come too late, or `null`. */
function lateReason(minimumText: string | undefined, windowUs: number | undefined, risk: RiskClass, facts: RoutingFacts): string | null {
  if (risk.point !== 'after') return null;
  const minimumUs = durationUs(minimumText) ?? 0;
  if (facts.reversalDeadline !== null && facts.reversalDeadline - facts.acceptedAt < minimumUs) {
    return 'It can be reversed for less time than the policy demands: a person approves first.';
  }
  if (risk.route !== 'auto' && windowUs === undefined) return 'The policy gives no reversal window: a person approves first.';
  return null;
}

function windowEnd(facts: RoutingFacts, windowUs: number | undefined): number | null {
  if (windowUs === undefined) return facts.reversalDeadline;
  return Math.min(facts.acceptedAt + windowUs, facts.reversalDeadline ?? Infinity);
}

function routeUnclassified(risk: RiskClass, facts: RoutingFacts): Routing {
  const slaUs = unclassifiedSlaMs * msUs;
  return {
    route: 'dual', point: 'before', form: 'shown', queue: unclassifiedQueue, verdictBy: 'review', kind: 'unclassified',
    dueAt: facts.acceptedAt + slaUs, warnAt: facts.acceptedAt + Math.round(slaUs * 0.75), onExpiry: 'reject', escalateTo: null, holdUntil: null, windowEndsAt: null,
    reasons: risk.reasons,
  };
}

function durationUs(text: string | undefined): number | undefined {
  const ms = text === undefined ? undefined : parseDuration(text);
  return ms === undefined ? undefined : ms * msUs;
}
