import type { Fact } from './fact.ts';
import { failClosedVersion, uniformDraw, type World } from './world.ts';

/** Recomputes the draws of a decision, where the auditor has the keys: in which form its work was shown, and whether it was to be looked at again. */
export function checkDraws(routed: Fact, selections: readonly Fact[], world: World): void {
  const { found } = world;
  const { acceptedAt, formDraw, formKeyVersion, kind } = routed.value ?? {};
  if (world.keys.length === 0) return;
  const key = world.keyAt(Number(acceptedAt));
  const place = routed.index;
  if (key === undefined) return found.find('rule-sampling-key', place, 'a key that was valid when the decision was accepted', 'none in the file');
  const drawOf = (purpose: string) => uniformDraw(key.key, purpose, routed.system ?? '', routed.decisionId ?? '');
  found.check('draws of forms, recomputed');
  if (formDraw !== null && (formDraw !== drawOf('form') || formKeyVersion !== key.version)) found.find('rule-draw', place, `${drawOf('form')} under key ${key.version} for the form`, `${JSON.stringify(formDraw)} under key ${String(formKeyVersion)}`);
  const purpose = kind === 'auto-approved' ? 'spot-check' : 're-review';
  const rates = world.ratesOf(routed.policyVersion);
  const rate = purpose === 'spot-check' ? rates?.spotCheck : rates?.reReview;
  const draw = drawOf(purpose);
  for (const selected of selections) checkSelection(selected, purpose, draw, key.version, rate, world);
  if (routed.policyVersion === failClosedVersion) return;
  if (rate === undefined) return found.skip('whether decisions should have been selected', `the rates of policy version ${routed.policyVersion} are not in the evidence`);
  found.check('draws of samples, recomputed');
  if (draw < rate && selections.length === 0) world.absent('rule-draw', place, routed.recordedAt, `a selection for ${purpose}, since a draw is below its rate`, `none: ${draw} is below ${rate}`);
}

function checkSelection(selected: Fact, purpose: string, draw: number, version: string, rate: number | undefined, { found }: World): void {
  const place = selected.index;
  const { purpose: given, draw: drawn, probability, keyVersion } = selected.value ?? {};
  if (given !== purpose || drawn !== draw || keyVersion !== version) found.find('rule-draw', place, `${purpose} with ${draw} under key ${version}`, `${String(given)} with ${String(drawn)} under key ${String(keyVersion)}`);
  else if (!(draw < Number(probability)) || (rate !== undefined && probability !== rate)) found.find('rule-draw', place, `a draw below the rate ${rate ?? 'of its policy'}`, `${draw} at the rate ${String(probability)}`);
}
