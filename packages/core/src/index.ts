export * from './vocabulary.ts';
export { floorOf, quadrantOf, type Floor } from './matrix.ts';
export { parseDuration } from './duration.ts';
export { nearestName } from './policy/nearest-name.ts';
export { keyAt, keyCommitment, samplingKeyLeadMs, stratumOf, uniformDraw, type DrawPurpose, type SamplingKey, type SamplingKeySource } from './draws.ts';
export {
  aiRightBy, byDraw, chooseExercise, dayOf, exerciseRate, exerciseSeats, imbalanceMax, reservoir, type Balance, type Drawn, type ExerciseSeat, type PoolCase,
} from './calibration/calibration.ts';
export { failClosedVersion, parsePolicy, type CompiledPolicy, type PolicyResult } from './policy/policy.ts';
export { reReviewRateDefault } from './policy/blindness.ts';
export { policySchema } from './policy/schema.ts';
export type { PolicyDocument, PolicyProblem } from './policy/document.ts';
export { classify, type DecisionFacts, type MatchedRule, type RiskClass } from './classify.ts';
export { formOf, route, unclassifiedSlaMs, type ExpiryOutcome, type Routing, type RoutingFacts } from './route.ts';
export { jeffreysInterval, proportionInterval, rate, worstCaseBounds, type Interval } from './statistics.ts';
export { pressingAt, severityBonusMaxUs, severityBonusUs } from './queue-order.ts';
export { reasoningLengthMax, reasoningLettersMin, reasoningProblem, reasoningSimilarity, repeatedSimilarityMin, similarReasoning } from './reasoning.ts';
export { decisionLimits, refusalCodes, type Refusal, type RefusalCode } from './decision/limits.ts';
export { validateProposal, type ProposalFacts, type ValidationFacts } from './decision/validate.ts';
export { fatigueOf, type Fatigue, type FatigueRule, type QueueLoad, type WorkSpell } from './fatigue.ts';
export { forecastQueue, type DueWork, type Forecast } from './forecast.ts';
