import type { Pool } from 'pg';
import { proportionInterval, rate, worstCaseBounds } from '@countersign/core';
import {
  readHiddenShare, readLatency, readOutcomes, readOverridesByTier, readQueues, readRefusals, readReviewers, readRouteMix, readRules, readSamples, readSla, readSwitches, readVolumes, type OversightFilter,
} from './oversight-store.ts';

/** Does the oversight work? Every figure with its counts, and an interval where it is an estimate. */
export async function oversightReport(pool: Pool, filter: OversightFilter, now: number) {
  const [volumes, routeMix, tiers, reviewers, samples, sla, rules, queues, latency, hidden, refusals, switches, outcomes] = await Promise.all([
    readVolumes(pool, filter), readRouteMix(pool, filter), readOverridesByTier(pool, filter), readReviewers(pool, filter), readSamples(pool, filter), readSla(pool, filter),
    readRules(pool, filter), readQueues(pool), readLatency(pool, filter), readHiddenShare(pool, filter), readRefusals(pool, filter.from, filter.to), readSwitches(pool, filter), readOutcomes(pool, filter),
  ]);
  return {
    volumes,
    routeMix: routeMix.map((row) => ({ ...row, share: rate(row.count, volumes.accepted) })),
    overridesByTier: tiers.map((row) => ({ ...row, rate: rate(row.overrides, row.judgements), interval: proportionInterval(row.overrides, row.judgements), fastShare: rate(row.fast, row.judgements), meanActiveMs: rate(row.totalActiveMs, row.judgements) })),
    reviewers: reviewers.map((row) => ({ ...row, approvalRate: rate(row.approvals, row.judgements), fastShare: rate(row.fast, row.judgements) })),
    samples: samples.map((row) => {
      const missing = row.selected - row.judged;
      return {
        ...row, missing, errorRate: rate(row.contradicted, row.judged), interval: proportionInterval(row.contradicted, row.judged),
        confirmedRate: rate(row.confirmed, row.judged), worstCase: worstCaseBounds(row.contradicted, row.judged, missing),
      };
    }),
    outcomes: outcomes.map((row) => ({ ...row, aiRightShare: rate(row.aiRight, row.known), verdictRightShare: rate(row.verdictRight, row.known), interval: proportionInterval(row.verdictRight, row.known) })),
    sla: sla.map((row) => ({ ...row, share: rate(row.met, row.closed) })),
    rules: rules.map((row) => ({ ...row, unchangedShare: rate(row.unchanged, row.judged), interval: proportionInterval(row.unchanged, row.judged) })),
    firstJudgements: switches.map((row) => ({ ...row, switchedShare: rate(row.switched, row.differed), interval: proportionInterval(row.switched, row.differed) })),
    queues: queues.map((row) => ({ queue: row.queue, depth: row.depth, oldestAgeSeconds: row.oldestOpenedAt === null ? null : Math.max(0, Math.round((now - row.oldestOpenedAt) / 1e6)) })),
    timeToVerdict: latency,
    blindness: { ...hidden, ordinaryHiddenShare: rate(hidden.ordinaryHidden, hidden.ordinary), monitoredShareOfHidden: rate(hidden.monitoredHidden, hidden.hidden) },
    refusals,
  };
}
