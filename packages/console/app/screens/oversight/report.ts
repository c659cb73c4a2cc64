/** The figures of `/v1/metrics/oversight`, in plain words. Pure. */

import { countText, intervalText, lengthText, shareText } from '../../parts/figures.ts';
import type { Interval } from '../../parts/figures.ts';

type Share = number | null;

export type Report = {
  volumes: { accepted: number; resolved: number; approved: number; rejected: number; modified: number; reversed: number; unclassified: number; autoResolved: number };
  overridesByTier: ReadonlyArray<{ tier: string; judgements: number; overrides: number; rate: Share; interval: Interval | null; fast: number; fastShare: Share; meanActiveMs: number | null }>;
  samples: ReadonlyArray<{ kind: string; stratum: string; selected: number; judged: number; missing: number; contradicted: number; confirmed: number; errorRate: Share; interval: Interval | null; confirmedRate: Share; worstCase: Interval | null }>;
  sla: ReadonlyArray<{ route: string; closed: number; met: number; share: Share }>;
  rules: ReadonlyArray<{ ruleId: string; judged: number; unchanged: number; unchangedShare: Share; interval: Interval | null }>;
  timeToVerdict: ReadonlyArray<{ resolvedBy: string; count: number; p50Ms: number; p95Ms: number }>;
  blindness: { hidden: number; monitoredHidden: number; ordinary: number; ordinaryHidden: number; ordinaryHiddenShare: Share; monitoredShareOfHidden: Share };
  refusals: ReadonlyArray<{ code: string; count: number }>;
};

function plural(count: number, one: string, many: string): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** What came in and what became of it. */
export function volumeText({ accepted, resolved, approved, rejected, modified, reversed, unclassified, autoResolved }: Report['volumes']): string[] {
  if (accepted === 0) return ['No decision was accepted in this time.'];
  const byPeople = resolved - autoResolved;
  const waiting = accepted - resolved;
  return [
    `${plural(accepted, 'decision was', 'decisions were')} accepted. ${waiting === 0 ? 'Every one has its verdict.' : `${plural(waiting, 'has', 'have')} no verdict yet.`}`,
    `Of the verdicts, ${countText(autoResolved)} (${shareText(resolved === 0 ? null : autoResolved / resolved)}) were given without waiting for anybody, ${countText(byPeople)} by people.`,
    `${countText(approved)} approved, ${countText(modified)} modified, ${countText(rejected)} rejected${reversed > 0 ? `; ${countText(reversed)} reversed later` : ''}.`,
    ...(unclassified > 0 ? [`${plural(unclassified, 'was', 'were')} of a type that no policy knew, and went to two people.`] : []),
  ];
}

/** What people changed, over all tiers. */
export function overrideText(tiers: Report['overridesByTier']): string {
  const judgements = tiers.reduce((sum, tier) => sum + tier.judgements, 0);
  if (judgements === 0) return 'Nobody judged anything in this time.';
  const overrides = tiers.reduce((sum, tier) => sum + tier.overrides, 0);
  const fast = tiers.reduce((sum, tier) => sum + tier.fast, 0);
  return `Of ${plural(judgements, 'judgement', 'judgements')}, ${countText(overrides)} (${shareText(overrides / judgements)}) went against the AI. ${fast === 0 ? 'None took' : `${countText(fast)} (${shareText(fast / judgements)}) took`} less than five seconds.`;
}

/** What random checks found. What was not judged counts as unknown, not as right. */
export function sampleText(samples: Report['samples']): string {
  const sum = (pick: (sample: Report['samples'][number]) => number) => samples.reduce((total, sample) => total + pick(sample), 0);
  const [selected, judged, missing, contradicted, confirmed] = [sum((each) => each.selected), sum((each) => each.judged), sum((each) => each.missing), sum((each) => each.contradicted), sum((each) => each.confirmed)];
  if (selected === 0) return 'No decision of this time was drawn for a check.';
  if (judged === 0) return `${plural(selected, 'decision was', 'decisions were')} drawn at random. None is judged again yet, so nothing is known of their errors.`;
  const found = contradicted === 0 ? 'none found an error' : `${countText(contradicted)} found an error, of which a second person confirmed ${countText(confirmed)} so far`;
  return `${plural(selected, 'decision was', 'decisions were')} drawn at random and ${countText(judged)} judged again unseen: ${found}.${missing > 0 ? ` ${plural(missing, 'is', 'are')} not judged and may hide errors; the bounds below allow for that.` : ''}`;
}

export function worstCaseText(bounds: Interval | null): string {
  return bounds === null ? '–' : intervalText(bounds);
}

/** Whether the form gives monitored work away: at most half of what is hidden may be monitored. */
export function blindnessText({ hidden, monitoredHidden, ordinaryHiddenShare, monitoredShareOfHidden }: Report['blindness']): { text: string; ok: boolean } {
  if (hidden === 0 || monitoredShareOfHidden === null) return { text: 'No work was shown hidden in this time.', ok: true };
  const ok = monitoredShareOfHidden <= 0.5;
  return {
    ok,
    text: `${shareText(ordinaryHiddenShare)} of ordinary work was shown hidden. Of ${plural(hidden, 'hidden task', 'hidden tasks')}, ${countText(monitoredHidden)} (${shareText(monitoredShareOfHidden)}) were checks: ${ok ? 'at most half, so the form gives nothing away.' : 'more than half, so the form hints at checks. Raise the hidden share of ordinary work.'}`,
  };
}

export function speedText(times: Report['timeToVerdict']): string[] {
  return times.map(({ resolvedBy, count, p50Ms, p95Ms }) => `${resolvedBy === 'routing' ? 'Without anybody' : 'By people'}: half of ${plural(count, 'verdict', 'verdicts')} within ${lengthText(p50Ms)}, 95 % within ${lengthText(p95Ms)}.`);
}

export function refusedText(refusals: Report['refusals']): string {
  const total = refusals.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return 'No proposal was refused.';
  return `${plural(total, 'proposal was', 'proposals were')} refused: ${[...refusals].sort((a, b) => b.count - a.count).map(({ code, count }) => `${code} ${countText(count)}`).join(', ')}.`;
}
