import { beforeAll, describe, expect, test } from '@jest/globals';
import { check } from './checker.ts';
import { plantedBugs } from './planted-bugs.ts';
import { runRace, sizes, type RaceReport } from './run.ts';
import { violationKinds } from './world.ts';

const full = process.env['COUNTERSIGN_TEST_FULL'] === '1';
const size = full ? sizes.full : sizes.short;
const seed = Number(process.env['COUNTERSIGN_TEST_SEED'] ?? Date.now() % 1_000_000);
let report: RaceReport;

beforeAll(async () => {
  report = await runRace(size, seed);
  const { world, ...rest } = report;
  process.stderr.write(`race, seed ${seed}: ${JSON.stringify({ ...rest, acknowledged: world.told.judgements.length, judgements: world.judgements.length, events: world.events.length })}\n`);
}, full ? 5_400_000 : 300_000);

test('whoever dies or asks twice: no task has two holders, no judgement is lost or counted twice, none comes from a stale claim', () => {
  expect(check(report.world)).toEqual([]);
  const { counts, world } = report;
  expect(world.judgements.filter(({ state }) => state === 'final')).toHaveLength(size.tasks);
  // A race in which nobody crossed another would find nothing.
  expect(report.deaths).toBeGreaterThanOrEqual(size.kills + size.points.flat().length);
  for (const name of ['undone', 'released', 'held', 'escalated', 'repeated', 'doubled'] as const) expect([name, counts[name] > 0]).toEqual([name, true]);
  expect(counts.staleRefused).toBeGreaterThan(0);
});

describe('the checker', () => {
  test.each(plantedBugs)('$bug: $kind', ({ kind, plant }) => {
    const planted = structuredClone(report.world);
    plant(planted);
    expect([...new Set(check(planted).map((violation) => violation.kind))]).toContain(kind);
  });

  test('has a planted bug for every kind of violation', () => {
    expect(new Set(plantedBugs.map(({ kind }) => kind))).toEqual(new Set(violationKinds));
  });
});
