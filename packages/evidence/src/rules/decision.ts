import { checkDraws } from './draws.ts';
import type { Fact } from './fact.ts';
import { checkReview, type Final } from './review.ts';
import { checkSignatures } from './signatures.ts';
import type { World } from './world.ts';

/** Holds everything that is on record of one decision against the rules. The facts are in the order of the log, in which those of one topic are in their own. */
export function checkDecision(facts: readonly Fact[], world: World): void {
  const { found } = world;
  const of = (record: string) => facts.filter((fact) => fact.record === record);
  const [accepted, acceptedAgain] = of('DecisionAccepted');
  const [routed] = of('DecisionRouted');
  const [resolved, ...resolvedAgain] = of('DecisionResolved');
  if (acceptedAgain !== undefined) found.find('rule-accepted-twice', acceptedAgain.index, 'one acceptance of a decision', `another one at index ${accepted?.index}`);
  if (accepted !== undefined) {
    found.check('decisions');
    world.checkPolicy(accepted.policyVersion, accepted.at, accepted.index, accepted.recordedAt);
    if (routed !== undefined && routed.policyVersion !== accepted.policyVersion) found.find('rule-policy', routed.index, `policy version ${accepted.policyVersion}, pinned when it was accepted`, String(routed.policyVersion));
  }
  for (const again of resolvedAgain) found.find('rule-verdict-twice', again.index, 'one verdict of a decision', `another one at index ${resolved?.index}`);
  checkTwoHats(facts, world);
  if (resolved !== undefined && accepted === undefined) world.absent('rule-verdict-unfounded', resolved.index, resolved.recordedAt, 'the acceptance of a decision with a verdict', 'none');
  if (facts.some(({ value }) => value === null)) return tellClosed(facts, world);
  const finals = checkReview(facts, world);
  if (resolved !== undefined) checkVerdict(resolved, { accepted, routed, finals }, world);
  if (routed !== undefined && accepted !== undefined) checkDraws(routed, of('SpotCheckSelected'), world);
}

/** Rows tell who judged, also where what they said is not disclosed. */
function checkTwoHats(facts: readonly Fact[], { found }: World): void {
  const judges = new Map<string, Fact>();
  for (const fact of facts) {
    if (fact.record !== 'JudgementFinalised' || fact.reviewer === null) continue;
    const other = judges.get(fact.reviewer);
    if (other !== undefined) found.find('rule-two-hats', fact.index, 'one final judgement of a person on a decision', `another one of ${fact.reviewer} at index ${other.index}`);
    judges.set(fact.reviewer, fact);
  }
}

function tellClosed(facts: readonly Fact[], { found }: World): void {
  const erased = facts.some(({ record }) => record === 'DecisionErased');
  if (erased) found.note('decisions whose content was erased', 'what was said and shown is gone for good; who did what, when and under which policy was checked');
  else found.skip('judgements, presentations and verdicts of decisions', 'their content is not disclosed: only who did what, when and under which policy could be checked');
}

type Basis = { accepted: Fact | undefined; routed: Fact | undefined; finals: readonly Final[] };

function checkVerdict(resolved: Fact, { accepted, routed, finals }: Basis, world: World): void {
  const { found } = world;
  const { verdict, basis, resolvedBy, contentDigest } = resolved.value ?? {};
  const place = resolved.index;
  found.check('verdicts');
  if (routed === undefined) return world.absent('rule-verdict-giver', place, resolved.recordedAt, 'the route of a decision with a verdict', 'none');
  const { verdictBy, point } = routed.value ?? {};
  if (verdictBy !== resolvedBy) found.find('rule-verdict-giver', place, `a verdict by ${String(verdictBy)}`, `one by ${String(resolvedBy)}`);
  const digest = accepted?.value?.['contentDigest'];
  const told = JSON.stringify;
  if (contentDigest != null && digest != null && contentDigest !== digest) found.find('rule-verdict-unfounded', place, `a verdict on the content ${told(digest)} that was accepted`, `one on ${told(contentDigest)}`);
  const byPeople = basis === 'human' || basis === 'expiry' || basis === 'veto-window';
  if (byPeople !== (resolvedBy === 'review')) found.find('rule-verdict-giver', place, `a basis that ${String(resolvedBy)} has`, String(basis));
  if (basis === 'expiry' && verdict !== 'rejected') found.find('rule-verdict-unfounded', place, 'a rejection where nobody judged in time', String(verdict));
  // Only the end of a hold that nobody vetoed approves by itself.
  if (basis === 'veto-window' && (verdict !== 'approved' || point !== 'hold')) found.find('rule-verdict-unfounded', place, 'an approval at the end of a hold', `${String(verdict)} of what was to be judged ${String(point)} the action`);
  if (basis === 'human') checkSignatures(resolved, routed, finals, world);
}
