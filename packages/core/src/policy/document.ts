import type { HiddenDisagreement, Point, PolicyForm, Reversibility, Route, Severity, TierName } from '../vocabulary.ts';

export const attributeTypes = ['string', 'double', 'boolean'] as const;
export type AttributeType = (typeof attributeTypes)[number];

/** What a matching rule sets; the floor still takes the stricter. */
export type RuleEffect = { severity?: Severity; point?: Point; route?: Route };

export type ExpiryAction = 'escalate' | 'reject';

/** A policy file as written: one decision type. Durations are texts such as `24h`. */
export type PolicyDocument = {
  decisionType: string;
  systems: string[];
  illustrative?: boolean;
  question: string;
  answers: Array<{ label: string; meaning?: 'approve' | 'reject' }>;
  instantaneous?: boolean;
  attributes?: Record<string, AttributeType>;
  severity: { level: Severity; consequence95: string; rationale: string };
  reversibility: { level: Reversibility; how: string; window?: string };
  point: Point;
  hold?: string;
  afterAction?: { window: string; lapse: 'alert' | 'reverse' };
  minimumReversalWindow?: string;
  tiers: Array<{ name: TierName; from: number; to: number; route: Route; point?: Point; slaMs?: string; extendedContext?: boolean }>;
  dual?: { below?: number; when?: string };
  rules?: Array<{ id: string; when: string; because: string; set: RuleEffect }>;
  sla: { warnAt: number; onExpiry: ExpiryAction; escalateTo?: 'senior' };
  spotCheckRate: number;
  reReviewRate?: number;
  hiddenShare: number;
  /** How the reviews are shown that were not drawn for the hidden form; `shown` unless given. */
  form?: PolicyForm;
  /** `modify` unless given. */
  hiddenDisagreement?: HiddenDisagreement;
  /** Share of a reviewer's work that are exercises with a known outcome. */
  calibration?: { share: number };
  /** After how many judgements in an hour a reviewer is asked to slow down. */
  fatigue?: { softCapPerHour: number };
  reasonCodes: Array<{ code: string; label: string; for: 'approve' | 'reject' | 'modify' }>;
};

/** One thing wrong with a policy file, with where it stands (from 1) and what to do. */
export type PolicyProblem = { line: number; column: number; code: string; message: string; remedy: string };

/** A path into the document: `['tiers', 0, 'from']`. */
export type DocumentPath = ReadonlyArray<string | number>;

/** A problem before it knows its line: the checks work on plain data. */
export type Finding = { path: DocumentPath; code: string; message: string; remedy: string };
