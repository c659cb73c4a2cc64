import type { RefusalCode } from '@countersign/core';
import { described, jsonAnswer, listOf } from '@countersign/kit';

const { instant, number, open, optionalText, text } = described;
const rate = (description: string) => ({ type: ['number', 'null'], description: `${description}; null where nothing was counted` }) as const;
const interval = { type: ['object', 'null'], additionalProperties: true, required: ['lower', 'upper'], properties: { lower: number('Lower bound'), upper: number('Upper bound') }, description: 'Clopper-Pearson, 95 %' } as const;

/** The report of `/v1/metrics/oversight`. */
export const oversightAnswer = jsonAnswer('Counts, rates and intervals', {
  from: instant('Accepted at or after'), to: instant('Accepted before'), system: optionalText('The AI system, if asked'), decisionType: optionalText('The decision type, if asked'),
  volumes: open('Decisions: accepted, resolved, approved, rejected, modified, reversed, unclassified, autoResolved'),
  routeMix: listOf('Decisions by route and kind of case', { route: text('Route'), kind: text('Kind of case'), count: number('Decisions'), share: rate('Of those accepted') }),
  overridesByTier: listOf('How often people overrode the AI, by confidence tier; without adjudications', { tier: text('Tier'), judgements: number('Judgements'), overrides: number('Overrides'), rate: rate('Overrides'), interval, fast: number('Judged in less than five seconds'), fastShare: rate('Fast ones'), meanActiveMs: rate('Mean active time') }),
  reviewers: listOf('By reviewer', { reviewer: text('Who'), judgements: number('Judgements'), approvals: number('Approvals'), approvalRate: rate('Approvals'), overrides: number('Overrides'), fast: number('Judged in less than five seconds'), fastShare: rate('Fast ones') }),
  samples: listOf('Spot checks and re-reviews by stratum', {
    kind: text('spot-check or re-review'), stratum: text('System, decision type and tier'), selected: number('Drawn'), judged: number('Judged'), missing: number('Not judged'), contradicted: number('Errors until a second judge says otherwise'),
    confirmed: number('Errors that two judges confirm'), errorRate: rate('Errors'), interval, confirmedRate: rate('Confirmed errors'), worstCase: { ...interval, description: 'Bounds if all missing were right, and if all were wrong' },
  }),
  outcomes: listOf('What turned out to be true, by confidence tier', { tier: text('Tier'), known: number('Decisions whose outcome was reported'), aiRight: number('Of these, the ones in which the AI was right'), aiRightShare: rate('AI right'), verdictRight: number('The ones whose verdict was right'), verdictRightShare: rate('Verdict right'), interval }),
  sla: listOf('Deadlines met, by route', { route: text('Route'), closed: number('Closed tasks'), met: number('In time'), share: rate('In time') }),
  rules: listOf('How often people left unchanged what a rule sent them', { ruleId: text('Rule'), judged: number('Decisions that people settled'), unchanged: number('Left unchanged'), unchangedShare: rate('Left unchanged'), interval }),
  firstJudgements: listOf('Who answered before they saw the answer of the AI: how often seeing it changed their mind', {
    decisionType: text('Decision type'), judged: number('Judgements'), differed: number('First answers that differed from the AI'), switched: number('Of these, the ones that went over to it'),
    turned: number('Judgements that left the AI after a first answer like its own'), switchedShare: rate('Went over'), interval,
  }),
  queues: listOf('What waits now', { queue: text('Queue'), depth: number('Open tasks'), oldestAgeSeconds: rate('Age of the oldest') }),
  timeToVerdict: listOf('From acceptance to verdict, by who gave it', { resolvedBy: text('routing or review'), count: number('Verdicts'), p50Ms: number('Median'), p95Ms: number('95th percentile') }),
  blindness: open('How much is hidden, and whether hidden work gives monitoring away: at most half of it may be monitored'),
  refusals: listOf('Refused proposals by code', { code: text('Code'), count: number('Refusals') }),
}, {
  from: '2026-01-04T00:00:00.000Z', to: '2026-02-04T00:00:00.000Z', system: null, decisionType: null,
  volumes: { accepted: 947, resolved: 947, approved: 901, rejected: 20, modified: 26, reversed: 1, unclassified: 0, autoResolved: 645 },
  routeMix: [{ route: 'auto', kind: 'auto-approved', count: 609, share: 0.643 }],
  overridesByTier: [{ tier: 'medium', judgements: 63, overrides: 8, rate: 0.127, interval: { lower: 0.056, upper: 0.235 }, fast: 1, fastShare: 0.016, totalActiveMs: 819_000, meanActiveMs: 13_000 }],
  reviewers: [{ reviewer: 'rita', judgements: 120, approvals: 98, approvalRate: 0.817, overrides: 14, fast: 1, fastShare: 0.008 }],
  samples: [{ kind: 'spot-check', stratum: 'mailroom/digits.routing/high', selected: 31, judged: 30, missing: 1, contradicted: 1, confirmed: 0, errorRate: 0.033, interval: { lower: 0.001, upper: 0.172 }, confirmedRate: 0, worstCase: { lower: 0.032, upper: 0.065 } }],
  outcomes: [{ tier: 'medium', known: 40, aiRight: 34, aiRightShare: 0.85, verdictRight: 39, verdictRightShare: 0.975, interval: { lower: 0.868, upper: 0.999 } }],
  sla: [{ route: 'standard', closed: 75, met: 75, share: 1 }], rules: [{ ruleId: 'cropped-scan', judged: 18, unchanged: 17, unchangedShare: 0.944, interval: { lower: 0.727, upper: 0.999 } }],
  firstJudgements: [{ decisionType: 'digits.routing', judged: 40, differed: 8, switched: 3, turned: 0, switchedShare: 0.375, interval: { lower: 0.085, upper: 0.755 } }],
  queues: [{ queue: 'digits.routing/standard', depth: 4, oldestAgeSeconds: 310 }], timeToVerdict: [{ resolvedBy: 'routing', count: 645, p50Ms: 14, p95Ms: 38 }],
  blindness: { hidden: 151, monitoredHidden: 31, ordinary: 260, ordinaryHidden: 120, ordinaryHiddenShare: 0.462, monitoredShareOfHidden: 0.205 }, refusals: [{ code: 'number-out-of-range' satisfies RefusalCode, count: 2 }],
});

const jeffreys = { ...interval, description: 'Jeffreys, 95 %' };
const counted = (trials: string, what: string) => ({ [trials]: number(what), right: number('Of these, answered rightly'), share: rate('Answered rightly'), interval: jeffreys });

/** The report of `/v1/metrics/calibration`. */
export const calibrationAnswer = jsonAnswer('Counts, shares and intervals', {
  from: instant('Scored at or after'), to: instant('Scored before'), system: optionalText('The AI system, if asked'), decisionType: optionalText('The decision type, if asked'),
  people: listOf('By person and decision type', {
    reviewer: text('Who'), decisionType: text('Decision type'), ...counted('exercises', 'Exercises scored'),
    aiRight: open('Of these, the ones in which the AI was right: exercises, right, share, interval'), aiWrong: open('And those in which it was wrong, which the person could not see'),
    live: open('Ordinary work in which they saw the output of the AI: judgements, agreed, share, interval'),
  }),
  types: listOf('By decision type', { decisionType: text('Decision type'), opened: number('Exercises opened'), scored: number('Scored'), missing: number('Closed without a judgement') }),
}, {
  from: '2026-01-04T00:00:00.000Z', to: '2026-02-04T00:00:00.000Z', system: null, decisionType: null,
  people: [{
    reviewer: 'rita', decisionType: 'digits.routing', exercises: 20, right: 17, share: 0.85, interval: { lower: 0.65, upper: 0.958 },
    aiRight: { exercises: 10, right: 10, share: 1, interval: { lower: 0.783, upper: 1 } }, aiWrong: { exercises: 10, right: 7, share: 0.7, interval: { lower: 0.392, upper: 0.905 } },
    live: { judgements: 181, agreed: 176, share: 0.972, interval: { lower: 0.941, upper: 0.989 } },
  }],
  types: [{ decisionType: 'digits.routing', opened: 42, scored: 40, missing: 1 }],
});
