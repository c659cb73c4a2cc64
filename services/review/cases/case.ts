/** What review knows of one decision, and which work it asks of people. Pure. */

import type { Form } from '@countersign/core';

export const lanes = ['primary', 'spot-check', 're-review', 'calibration'] as const;
export type Lane = (typeof lanes)[number];

export const monitoredLanes = ['spot-check', 're-review'] as const;
export type MonitoredLane = (typeof monitoredLanes)[number];

export type TaskKind =
  | 'standard'
  | 'senior'
  | 'dual'
  | 'adjudication'
  | 'after-action'
  | 'unclassified'
  | 'spot-check'
  | 're-review'
  | 'calibration';

export type Seniority = 'any' | 'senior';
export type { Form };

/** A row of `cases`; instants in microseconds. */
export type Case = {
  system: string;
  decisionId: string;
  decisionType: string;
  policyVersion: string;
  acceptedAt: number;
  route: string;
  point: string;
  tier: string;
  /** Case kind as routing named it. */
  kind: string;
  severity: string;
  ruleIds: readonly string[];
  form: Form;
  queue: string;
  severityRank: number;
  known: boolean;
  verdictBy: 'routing' | 'review';
  reasons: readonly string[];
  confidence: number | null;
  onExpiry: 'reject' | 'escalate';
  dueAt: number | null;
  warnAt: number | null;
  holdUntil: number | null;
  windowEndsAt: number | null;
  lapse: 'alert' | 'reverse' | null;
  subjectKind: string | null;
  subjectId: string | null;
  openedAt: number;
  finishedAt: number | null;
};

/** With what was accepted, as the vault sealed it. */
export type SealedCase = Case & { sealedAccepted: Buffer };

/** What people, or a deadline of theirs, decided. */
export type HumanVerdict = {
  verdict: 'approved' | 'rejected' | 'modified';
  basis: 'human' | 'expiry' | 'veto-window' | 'erasure';
  signers: readonly string[];
  taskIds: readonly string[];
  output: { label: string; content: string; mediaType: string } | null;
  reason: string;
};

/** Names one decision; the two strings are never used apart. */
export type DecisionKey = { system: string; decisionId: string };

export type TaskOpening = {
  lane: Lane;
  seat: number;
  kind: TaskKind;
  queue: string;
  seniority: Seniority;
  form: Form;
  severityRank: number;
  openedAt: number;
  dueAt: number;
  /** The policy whose question is asked, where it is not the one the decision was accepted under. */
  askedPolicyVersion?: string;
};

export type TimerOpening = {
  kind: 'warn' | 'expire' | 'window-end' | 'hold-end';
  seat: number | null;
  dueAt: number;
};

export type CaseOpening = { tasks: readonly TaskOpening[]; timers: readonly TimerOpening[] };

export const severityRanks: Readonly<Record<string, number>> = { low: 0, moderate: 1, high: 2, catastrophic: 3 };

/** Used where routing states no deadline, so that no task can wait for ever. */
export const dueDefaultUs = 24 * 3_600_000_000;

/**
 * The work a routed decision asks for. An automatic one asks for nothing; one whose verdict routing gave is reviewed
 * after the action; a held one can be vetoed until the hold ends; every other waits for its verdict.
 */
export function openCase(item: Case): CaseOpening {
  if (item.route === 'auto') return { tasks: [], timers: [] };
  const seats = isDual(item) ? [1, 2] : [1];
  const dueAt = deadline(item);
  const tasks = seats.map((seat) => ({
    lane: 'primary' as const,
    seat,
    kind: primaryKind(item),
    queue: item.queue,
    seniority: seatSeniority(item, seat),
    form: item.form,
    severityRank: item.severityRank,
    openedAt: item.openedAt,
    dueAt,
  }));
  return { tasks, timers: openTimers(item, seats, dueAt) };
}

/** True where two distinct people must agree. */
export function isDual(item: Pick<Case, 'route'>): boolean {
  return item.route === 'dual';
}

/** True where the verdict is out already and people can only uphold or reverse it. */
export function isAfterAction(item: Pick<Case, 'verdictBy' | 'route'>): boolean {
  return item.verdictBy === 'routing' && item.route !== 'auto';
}

/** True while a decision is approved unless somebody vetoes it. */
export function isHold(item: Pick<Case, 'verdictBy' | 'holdUntil'>): boolean {
  return item.verdictBy === 'review' && item.holdUntil !== null;
}

function deadline(item: Case): number {
  if (isHold(item)) return item.holdUntil ?? item.openedAt + dueDefaultUs;
  return item.dueAt ?? item.openedAt + dueDefaultUs;
}

function primaryKind(item: Case): TaskKind {
  if (isAfterAction(item)) return 'after-action';
  if (!item.known) return 'unclassified';
  if (isDual(item)) return 'dual';
  return item.route === 'senior' ? 'senior' : 'standard';
}

/** The second seat of a dual is a senior's: dual is stricter than senior, so it must not be weaker in experience. */
function seatSeniority(item: Case, seat: number): Seniority {
  if (!item.known || item.route === 'senior') return 'senior';
  return isDual(item) && seat === 2 ? 'senior' : 'any';
}

function openTimers(item: Case, seats: readonly number[], dueAt: number): TimerOpening[] {
  const warnAt = item.warnAt;
  const warnings = warnAt === null || warnAt >= dueAt ? [] : seats.map((seat) => ({ kind: 'warn' as const, seat, dueAt: warnAt }));
  if (isAfterAction(item)) return [...warnings, { kind: 'window-end', seat: null, dueAt: item.windowEndsAt ?? dueAt }];
  return [...warnings, { kind: isHold(item) ? 'hold-end' : 'expire', seat: null, dueAt }];
}

/** Where an escalated task waits: with the seniors of its type, unless its queue is one for particular cases. */
export function escalatedQueue(queue: string): string {
  return queue.replace(/\/standard$/, '/senior');
}

export type MonitoredPlace = { lane: MonitoredLane; queue: string; seniority: Seniority; dueAfterUs: number };

/**
 * A monitored task looks like ordinary work: where that waits, hidden form, ordinary deadline. Ordinary work has had its time since it was accepted, and
 * has a little less of it left when it is opened; so has this.
 */
export function openMonitored(item: Case, { lane, queue, seniority, dueAfterUs }: MonitoredPlace, seat: 1 | 2, askedPolicyVersion: string, now: number): TaskOpening {
  return {
    lane,
    seat,
    kind: lane,
    queue,
    seniority,
    form: 'hidden',
    severityRank: item.severityRank,
    openedAt: now,
    dueAt: now + Math.max(dueAfterUs - Math.max(item.openedAt - item.acceptedAt, 0), Math.ceil(dueAfterUs / 2)),
    ...(askedPolicyVersion === item.policyVersion ? {} : { askedPolicyVersion }),
  };
}

/**
 * A third person, shown nothing of the first two, settles a disagreement; half of the original time is left to do it, but after the action no more
 * than can still be of use.
 */
export function openAdjudication(item: Case, now: number): TaskOpening {
  const spanUs = Math.max(deadline(item) - item.openedAt, 0);
  return {
    lane: 'primary',
    seat: 3,
    kind: 'adjudication',
    queue: item.queue,
    seniority: 'senior',
    form: item.form,
    severityRank: item.severityRank,
    openedAt: now,
    dueAt: Math.min(Math.max(deadline(item), now + Math.floor(spanUs / 2)), isAfterAction(item) ? (item.windowEndsAt ?? Infinity) : Infinity),
  };
}
