import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceName } from '@countersign/contracts';
import type { AcknowledgedJudgement } from './checker/world.ts';
import { check, type Counts } from './checker/check.ts';
import { readProposalLog } from './checker/proposal-log.ts';
import { readWorld } from './checker/reader.ts';
import type { Violation } from './checker/world.ts';
import { startCluster, type ChaosCluster } from './cluster.ts';
import { drained, outboxRows } from './drain.ts';
import { Fleet } from './fleet.ts';
import { killAll, Upkeep, type KillCounts } from './killer.ts';
import { PolicyOperator } from './operator.ts';
import { makePlan, type PlanSize } from './plan.ts';
import { propose, type Proposed } from './proposer.ts';
import { Random } from './random.ts';
import { ChaosReviewer, type ReviewerCounts } from './reviewer.ts';

export type ChaosOptions = {
  seed: number;
  size: PlanSize;
  /** Longest wait between two random kills, in milliseconds. */
  pauseMaxMs: number;
  proposalsPerSecond: number;
  reviewers: number;
  note(line: string): void;
  /** Where the logs of the processes are copied before the home is removed. */
  keepLogs?: string;
};

export type ChaosReport = {
  seed: number;
  kills: { total: number; kafka: number; postgres: number; services: Counts; points: Counts };
  /** Processes that ended by themselves, because what they depend on was gone for too long, and were started again. */
  endedByThemselves: Counts & KillCounts;
  proposed: Proposed;
  reviewed: ReviewerCounts;
  policyChanges: number;
  seconds: { chaos: number; drain: number; check: number };
  counts: Counts;
  violations: Violation[];
};

const policyEveryMs = 7000;
const drainMsMax = 600_000;
const people = ['rita', 'sam', 'tove', 'uma', 'vic', 'wil', 'xena', 'yuri', 'zoe', 'abe'];

/** One whole run: processes, load, people, kills, drain, check. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { note } = options;
  const random = new Random(options.seed);
  const plan = makePlan(random, options.size);
  await using cluster = await startCluster();
  const upkeep = new Upkeep(cluster.infrastructure, note);
  await using fleet = new Fleet(cluster, plan.points, ({ service, how, point, code }) => note(`${service} died ${how === 'point' ? `at ${point}` : how === 'killer' ? 'by the killer' : how === 'asked' ? 'as asked' : `by itself with code ${code}`}`));
  try {
    fleet.start();
    const operator = new PolicyOperator(cluster);
    await operator.enact(600_000);
    note('policies are in force');
    const began = Date.now();
    const worked = await withLoad(cluster, operator, options, (stopping) => killAll({ upkeep, fleet, plan, random, pauseMaxMs: options.pauseMaxMs, stopping, note }));
    const chaosEnded = Date.now();
    note('no more kills; draining');
    await settle(cluster, fleet);
    const drainEnded = Date.now();
    note('drained; checking');
    const world = await readWorld(cluster.sources, { proposals: readProposalLog(worked.logFile), acknowledged: worked.acknowledged });
    const { violations, counts } = check(world);
    const died = (how: string) => fleet.deaths.filter((death) => death.how === how);
    const points = tally(died('point').map(({ point }) => String(point)));
    const services = tally(died('killer').map(({ service }) => service));
    return {
      seed: options.seed,
      kills: { total: died('point').length + died('killer').length + upkeep.killed.kafka + upkeep.killed.postgres, ...upkeep.killed, services, points },
      endedByThemselves: { ...tally(died('itself').map(({ service }) => service)), ...upkeep.endedByThemselves },
      proposed: worked.proposed, reviewed: worked.reviewed, policyChanges: worked.policyChanges,
      seconds: { chaos: (chaosEnded - began) / 1000, drain: (drainEnded - chaosEnded) / 1000, check: (Date.now() - drainEnded) / 1000 },
      counts, violations,
    };
  } finally {
    await upkeep.stop();
    if (options.keepLogs !== undefined) await keepLogs(cluster, options.keepLogs);
  }
}

/** Proposer, reviewers and a changing policy all through `work`. */
async function withLoad(cluster: ChaosCluster, operator: PolicyOperator, options: ChaosOptions, work: (stopping: AbortSignal) => Promise<void>) {
  const stopping = new AbortController();
  const logFile = join(cluster.home, 'proposals.jsonl');
  const acknowledged: AcknowledgedJudgement[] = [];
  const reviewers = await Promise.all(people.slice(0, options.reviewers).map(async (person, index) =>
    new ChaosReviewer({ url: cluster.url('review'), token: await cluster.token(person, 'senior'), person, note: options.note, random: new Random(options.seed + index + 1), stopping: stopping.signal, acknowledged })));
  const loads = Promise.all([
    propose(cluster.sources, new Random(options.seed + 100), { logFile, perSecond: options.proposalsPerSecond, stopping: stopping.signal }),
    operator.alternate(policyEveryMs, stopping.signal),
    ...reviewers.map((reviewer) => reviewer.work()),
  ]);
  try {
    // A load that fails ends the run: without it no crash point is ever reached.
    const failed = loads.then(() => Promise.reject<void>(new Error('The load ended before the kills did.')));
    failed.catch(() => undefined);
    await Promise.race([work(stopping.signal), failed]);
    stopping.abort();
    const [proposed, policyChanges] = await loads;
    return { logFile, acknowledged, proposed, policyChanges, reviewed: sum(reviewers.map(({ counts }) => counts)) };
  } catch (error) {
    for (const reviewer of reviewers) options.note(reviewer.report());
    throw error;
  } finally {
    stopping.abort();
  }
}

/** Waits until everything went as far as it goes, then stops the services one after the other so that nothing is on its way. */
async function settle(cluster: ChaosCluster, fleet: Fleet): Promise<void> {
  const deadline = Date.now() + drainMsMax;
  const left = () => Math.max(1000, deadline - Date.now());
  await fleet.ready(left());
  await drained(cluster.sources, left());
  await quiet(cluster, fleet, ['risk', 'review'], left);
  await drained(cluster.sources, left());
  // Metrics raises alerts by the clock, and reads them itself: what it wrote last only audit has still to read.
  await quiet(cluster, fleet, ['metrics'], left);
  await drained(cluster.sources, left(), ['metrics']);
  await fleet.stop();
}

/** Stops services that start events by themselves, so that they leave none behind unpublished. */
async function quiet(cluster: ChaosCluster, fleet: Fleet, services: readonly ServiceName[], leftMs: () => number): Promise<void> {
  for (;;) {
    await fleet.stop(services);
    if ((await outboxRows(cluster.sources, services)) === 0) return;
    fleet.start(services);
    await fleet.ready(leftMs(), services);
  }
}

async function keepLogs(cluster: ChaosCluster, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of ['intake', 'risk', 'routing', 'sampling', 'review', 'audit', 'metrics', 'kafka', 'postgres', 'registry']) {
    await copyFile(join(cluster.home, 'logs', `${name}.log`), join(folder, `${name}.log`)).catch(() => undefined);
  }
}

function tally(names: readonly string[]): Counts {
  const counts: Counts = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function sum(all: readonly ReviewerCounts[]): ReviewerCounts {
  const total: ReviewerCounts = { judged: 0, undone: 0, released: 0, escalated: 0, refused: 0, lostClaims: 0, repeatedCalls: 0 };
  for (const counts of all) for (const name of Object.keys(total) as Array<keyof ReviewerCounts>) total[name] += counts[name];
  return total;
}
