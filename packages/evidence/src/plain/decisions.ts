import type { PlainEvent } from './events.ts';
import type { FinalJudgement } from './reviews.ts';
import { checkReviews } from './reviews.ts';
import type { Surroundings } from './world.ts';
import { drawWith } from './world.ts';

/** Work that is there to watch: no verdict comes of it, and whoever does it cannot tell it from other work. */
const watching: readonly string[] = ['spot-check', 're-review', 'calibration'];

/** Events about a decision that a rule looks at. */
export function isOfDecision({ row: { record } }: PlainEvent): boolean {
  return /^(Task(Opened|Claimed|Released|Held|Reassigned|Escalated|Presented|Closed)|(First)?JudgementSubmitted|Judgement(Withdrawn|Finalised)|Decision(Accepted|Routed|Resolved|Erased)|SpotCheckSelected|ContentRecorded)$/.test(record);
}

/** Holds what is on record of one decision against the rules. Events stand in the order of the log. */
export function checkOneDecision(events: readonly PlainEvent[], shown: ReadonlySet<string>, world: Surroundings): void {
  const { report } = world;
  const all = (record: string) => events.filter(({ row }) => row.record === record);
  const [accepted, acceptedAgain] = all('DecisionAccepted');
  const [routed] = all('DecisionRouted');
  const [resolved, ...resolvedAgain] = all('DecisionResolved');
  if (acceptedAgain !== undefined) report.find('rule-accepted-twice', acceptedAgain.index, 'one acceptance of a decision', `another one at index ${accepted?.index}`);
  for (const again of resolvedAgain) report.find('rule-verdict-twice', again.index, 'one verdict of a decision', `another one at index ${resolved?.index}`);
  if (accepted !== undefined) {
    report.check('decisions');
    world.checkInForce(accepted);
    if (routed !== undefined && routed.row.policyVersion !== accepted.row.policyVersion) report.find('rule-policy', routed.index, `policy version ${accepted.row.policyVersion}, pinned when it was accepted`, String(routed.row.policyVersion));
  }
  const judges = new Map<string, number>();
  for (const { index, row: { reviewer } } of all('JudgementFinalised')) {
    const other = judges.get(reviewer ?? '');
    if (reviewer !== null && other !== undefined) report.find('rule-two-hats', index, 'one final judgement of a person on a decision', `another one of ${reviewer} at index ${other}`);
    if (reviewer !== null) judges.set(reviewer, index);
  }
  if (resolved !== undefined && accepted === undefined) world.absent('rule-verdict-unfounded', resolved.index, resolved.row.recordedAt, 'the acceptance of a decision with a verdict', 'none');
  // The rest is about content.
  if (events.every(({ value }) => value !== null)) {
    const finals = checkReviews(events, shown, world);
    if (resolved !== undefined) checkResolved(resolved, accepted, routed, finals, world);
    if (routed !== undefined && accepted !== undefined) checkDrawn(routed, all('SpotCheckSelected'), world);
  } else if (all('DecisionErased').length > 0) report.note('decisions whose content was erased', 'what was said and shown is gone for good; who did what, when and under which policy was checked');
  else report.skip('judgements, presentations and verdicts of decisions', 'their content is not disclosed: only who did what, when and under which policy could be checked');
}

/** A verdict was given by whom the route says, on what was accepted, and for a reason that there was. */
function checkResolved(resolved: PlainEvent, accepted: PlainEvent | undefined, routed: PlainEvent | undefined, finals: readonly FinalJudgement[], world: Surroundings): void {
  const { report } = world;
  const { index, row: { recordedAt } } = resolved;
  const { verdict, basis, resolvedBy, contentDigest } = resolved.value ?? {};
  report.check('verdicts');
  if (routed === undefined) return world.absent('rule-verdict-giver', index, recordedAt, 'the route of a decision with a verdict', 'none');
  const { verdictBy, point } = routed.value ?? {};
  if (verdictBy !== resolvedBy) report.find('rule-verdict-giver', index, `a verdict by ${String(verdictBy)}`, `one by ${String(resolvedBy)}`);
  const digest = accepted?.value?.['contentDigest'] ?? null;
  if (contentDigest != null && digest !== null && contentDigest !== digest) report.find('rule-verdict-unfounded', index, `a verdict on the content ${JSON.stringify(digest)} that was accepted`, `one on ${JSON.stringify(contentDigest)}`);
  if (['human', 'expiry', 'veto-window'].includes(String(basis)) !== (resolvedBy === 'review')) report.find('rule-verdict-giver', index, `a basis that ${String(resolvedBy)} has`, String(basis));
  if (basis === 'expiry' && verdict !== 'rejected') report.find('rule-verdict-unfounded', index, 'a rejection where nobody judged in time', String(verdict));
  if (basis === 'veto-window' && (verdict !== 'approved' || point !== 'hold')) report.find('rule-verdict-unfounded', index, 'an approval at the end of a hold that nobody vetoed', `${String(verdict)} of what was to be judged ${String(point)} the action`);
  if (basis === 'human') checkSigned(resolved, routed, finals, world);
}

/**
 * A verdict of people follows from their judgements: one of a single review; both of a dual one, by two people, and where they disagree that of a third, which
 * counts. A change that its author was not shown before may have needed a second person, who then settled it.
 */
function checkSigned({ index, row: { occurredAt, recordedAt }, value }: PlainEvent, routed: PlainEvent, finals: readonly FinalJudgement[], world: Surroundings): void {
  const { report } = world;
  const list = (name: string) => (Array.isArray(value?.[name]) ? value[name].map(String) : []);
  const [signers, taskIds] = [list('signers'), list('taskIds')];
  report.check('verdicts of people, each against its signatures');
  const watched = finals.find(({ kind, taskId }) => watching.includes(kind) && taskIds.includes(taskId));
  if (watched !== undefined) return report.find('rule-verdict-unfounded', index, 'a verdict from ordinary work', `one from the ${watched.kind} ${watched.taskId}`);
  // A verdict is dated by the judgement that settled it; of one seat the last counts.
  const inSeat = (seat: number) => finals.findLast((final) => final.seat === seat && final.at <= occurredAt && !watching.includes(final.kind));
  const needed = routed.value?.['route'] === 'dual' ? [inSeat(1), inSeat(2)] : [inSeat(1)];
  const given = needed.filter((final) => final !== undefined);
  if (given.length < needed.length) return world.absent('rule-signatures', index, recordedAt, `${needed.length} final judgements of distinct people for a verdict`, `${given.length}`);
  const third = inSeat(3);
  const people = [...given, third].flatMap((final) => (final === undefined ? [] : [final.person]));
  if (new Set(people).size < people.length) return report.find('rule-signatures', index, `${people.length} distinct people`, people.join(', '));
  if (third === undefined && given.some(({ position }) => position !== given[0]?.position)) return report.find('rule-signatures', index, 'a third person where two disagree', 'two');
  if (signers.length !== people.length || !signers.every((signer) => people.includes(signer))) return report.find('rule-signatures', index, `the signatures of ${people.join(', ')}`, signers.length === 0 ? 'none' : signers.join(', '));
  const deciding = third ?? given[0];
  const verdict = new Map([['approve', 'approved'], ['reject', 'rejected'], ['modify', 'modified']]).get(deciding?.decision ?? '');
  if (value?.['verdict'] !== verdict) report.find('rule-verdict-unfounded', index, `${verdict}, as ${deciding?.person} judged`, String(value?.['verdict']));
}

/** Recomputes the draws of a decision with the keys that the auditor has: the form in which its work was shown, and whether it was to be looked at again. */
function checkDrawn({ index, row, value }: PlainEvent, selections: readonly PlainEvent[], world: Surroundings): void {
  const { report } = world;
  const { acceptedAt, formDraw, formKeyVersion, kind } = value ?? {};
  if (world.keys.length === 0) return;
  const key = world.keys.findLast(({ start }) => start <= Number(acceptedAt));
  if (key === undefined) return report.find('rule-sampling-key', index, 'a key that was valid when the decision was accepted', 'none in the file');
  report.check('draws of forms, recomputed');
  const form = drawWith(key, 'form', row);
  if (formDraw !== null && (formDraw !== form || formKeyVersion !== key.version)) report.find('rule-draw', index, `${form} under key ${key.version} for the form`, `${JSON.stringify(formDraw)} under key ${String(formKeyVersion)}`);
  const purpose = kind === 'auto-approved' ? 'spot-check' : 're-review';
  const rates = world.ratesOf(row.policyVersion);
  const rate = purpose === 'spot-check' ? rates?.spotCheck : rates?.reReview;
  const draw = drawWith(key, purpose, row);
  for (const selected of selections) {
    const { purpose: given, draw: drawn, probability, keyVersion } = selected.value ?? {};
    if (given !== purpose || drawn !== draw || keyVersion !== key.version) report.find('rule-draw', selected.index, `${purpose} with ${draw} under key ${key.version}`, `${String(given)} with ${String(drawn)} under key ${String(keyVersion)}`);
    else if (!(draw < Number(probability)) || (rate !== undefined && probability !== rate)) report.find('rule-draw', selected.index, `a draw below the rate ${rate ?? 'of its policy'}`, `${draw} at the rate ${String(probability)}`);
  }
  if (row.policyVersion === 'fail-closed') return;
  if (rate === undefined) return report.skip('whether decisions should have been selected', `the rates of policy version ${row.policyVersion} are not in the evidence`);
  report.check('draws of samples, recomputed');
  if (draw < rate && selections.length === 0) world.absent('rule-draw', index, row.recordedAt, `a selection for ${purpose}, since a draw is below its rate`, `none: ${draw} is below ${rate}`);
}
