import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestStack, until } from '../harness/stack.ts';
import { check } from './checker/check.ts';
import { readProposalLog } from './checker/proposal-log.ts';
import { readWorld, type Sources } from './checker/reader.ts';
import { violationKinds, type AcknowledgedJudgement, type World } from './checker/world.ts';
import { drained } from './drain.ts';
import { PolicyOperator } from './operator.ts';
import { plantedBugs } from './planted-bugs.ts';
import { deleteAuditRow, forgeVerdict, rewriteVerdictRow } from './planted-live.ts';
import { propose } from './proposer.ts';
import { Random } from './random.ts';
import { ChaosReviewer } from './reviewer.ts';

let stack: TestStack;
let folder: string;
let sources: Sources;
let given: Pick<World, 'proposals' | 'acknowledged'>;
let world: World;

const inDatabase = (superuserUrl: string, other: string) => Object.assign(new URL(superuserUrl), { pathname: new URL(other).pathname }).href;

/** People and pipelines at work for a little while on the real thing, until everything the planted bugs need has happened. */
async function makeHistory(): Promise<AcknowledgedJudgement[]> {
  const cluster = { url: () => stack.services?.url ?? '', token: (person: string, role: string) => stack.token(person, role) };
  await new PolicyOperator(cluster).enact(30_000);
  const stopping = new AbortController();
  const acknowledged: AcknowledgedJudgement[] = [];
  const reviewers = await Promise.all(['rita', 'sam', 'tove', 'uma'].map(async (person, index) =>
    new ChaosReviewer({ url: cluster.url(), token: await stack.token(person, 'senior'), person, random: new Random(index), stopping: stopping.signal, acknowledged, note: () => undefined })));
  const proposing = new AbortController();
  const pipeline = propose(sources, new Random(1), { logFile: join(folder, 'proposals.jsonl'), perSecond: 60, sureShare: 0.5, conflictChance: 0.1, stopping: proposing.signal });
  const people = Promise.all(reviewers.map((reviewer) => reviewer.work()));
  try {
    await until('200 decisions are pinned, one with two signatures', async () => {
      const [row] = await stack.query<{ pins: number; dual: number }>(`select (select count(*)::int from intake.pins) as pins, (select count(*)::int from intake.verdicts where basis = 'human') as dual`);
      if ((row?.pins ?? 0) >= 200) proposing.abort();
      const signed = await stack.query(`select 1 from review.judgements j join review.cases using (system, decision_id) where route = 'dual' and j.state = 'final' and finished_at is not null group by system, decision_id having count(distinct person_id) >= 2`);
      return (row?.pins ?? 0) >= 200 && (row?.dual ?? 0) > 0 && signed.length > 0 ? true : undefined;
    }, 90_000);
  } finally {
    proposing.abort();
    stopping.abort();
  }
  await Promise.all([pipeline, people]);
  return acknowledged;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-checker-'));
  stack = await TestStack.prepare();
  const { settings, superuserUrl } = stack;
  sources = {
    kafka: settings.brokers[0] ?? '', registry: settings.registryUrl, prefix: settings.topicPrefix, masterKey: (await readFile(settings.masterKeyFile, 'utf8')).trim(),
    database: inDatabase(superuserUrl, settings.databaseUrl), vault: inDatabase(superuserUrl, settings.vaultDatabaseUrl),
  };
  await stack.start();
  const acknowledged = await makeHistory();
  await drained(sources, 60_000);
  await stack.stop();
  // Deadlines that passed while it stopped may have left something on its way: then once more.
  while (!(await drained(sources, 0).then(() => true, () => false))) {
    await stack.start();
    await drained(sources, 60_000);
    await stack.stop();
  }
  given = { proposals: readProposalLog(join(folder, 'proposals.jsonl')), acknowledged };
  world = await readWorld(sources, given);
}, 480_000);

afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const kindsOf = (found: World) => [...new Set(check(found).violations.map(({ kind }) => kind))];

describe('the checker', () => {
  test('finds nothing wrong with what really happened, and looked at a lot', () => {
    const { violations, counts } = check(world);
    expect(violations).toEqual([]);
    expect(counts['accepted']).toBeGreaterThanOrEqual(200);
    expect(Math.min(...['refused', 'judgements final', 'verdicts human', 'routed auto', 'routed dual', 'routed standard'].map((name) => counts[name] ?? 0))).toBeGreaterThan(0);
    expect(world.audit.every(({ keptSha256 }) => keptSha256 !== null)).toBe(true);
  });

  test.each(plantedBugs)('$bug: $kind, and nothing else', ({ kind, plant }) => {
    const planted = structuredClone(world);
    plant(planted);
    expect(kindsOf(planted)).toEqual([kind]);
  });

  test('has a planted bug for every kind of violation', () => {
    expect(new Set(plantedBugs.map(({ kind }) => kind))).toEqual(new Set(violationKinds));
  });

  test('finds what is planted into the real topics and tables', async () => {
    await forgeVerdict(sources);
    await deleteAuditRow(sources);
    await rewriteVerdictRow(sources);
    expect(kindsOf(await readWorld(sources, given)).sort()).toEqual(['audit-missing', 'two-verdicts', 'verdict-model-differs']);
  }, 60_000);
});
