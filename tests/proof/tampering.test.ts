import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FindingCode, Report } from '@countersign/evidence';
import { Random } from '../chaos/random.ts';
import { tamperings, type Tampering } from './tamperings.ts';
import { ProofWorld } from './world.ts';

const full = process.env['COUNTERSIGN_TEST_FULL'] === '1';
/** Logs that each tampering is tried on: 31 kinds of it, so 1,085 of them when all counts. */
const logs = full ? 35 : 2;
const cleanLogs = full ? 1000 : 6;
const decisions = 14;

let world: ProofWorld;
beforeAll(async () => {
  world = await ProofWorld.prepare();
}, 120_000);
afterAll(async () => await world[Symbol.asyncDispose](), 60_000);

/** Codes that say what was done to the log; a row that is gone or wrong breaks rules besides. */
const aboutLog = (report: Report) => (Object.keys(report.counts) as FindingCode[]).filter((code) => !code.startsWith('rule-'));

async function tried(tampering: Tampering, seed: number): Promise<{ name: string; seed: number; named: boolean; codes: FindingCode[]; verdict: string; strange: FindingCode[] }> {
  const held = tampering.held === true ? await world.anchors() : [];
  const report = await world.tamper(() => tampering.act(world, new Random(seed)), () => world.verify({ held }));
  const codes = aboutLog(report);
  const { name, expected, also = [] } = tampering;
  return { name, seed, verdict: report.verdict, named: codes.includes(expected), codes, strange: codes.filter((code) => code !== expected && !also.includes(code) && !code.startsWith('rule-')) };
}

describe('a superuser at the live tables', () => {
  test('is caught, whatever they do, and what they did is named', async () => {
    const counts = { tried: 0, missed: 0, misnamed: 0 };
    const wrong: unknown[] = [];
    for (let seed = 1; seed <= logs; seed += 1) {
      await world.fill(seed, decisions);
      for (const tampering of tamperings) {
        const result = await tried(tampering, seed * 1000 + counts.tried);
        counts.tried += 1;
        if (result.verdict !== 'findings') counts.missed += 1;
        if (!result.named || result.strange.length > 0) {
          counts.misnamed += 1;
          wrong.push(result);
        }
      }
      expect((await world.verify({ held: await world.anchors() })).verdict).toBe('verified');
    }
    expect({ counts, wrong }).toEqual({ counts: { tried: logs * tamperings.length, missed: 0, misnamed: 0 }, wrong: [] });
  }, full ? 3_600_000 : 300_000);

  test('without the tiles is caught all the same', async () => {
    await world.fill(77, decisions);
    const held = await world.anchors();
    const missed: string[] = [];
    for (const tampering of tamperings) {
      const report = await world.tamper(() => tampering.act(world, new Random(7)), () => world.verify({ tiles: false, held }));
      if (report.verdict !== 'findings') missed.push(tampering.name);
    }
    expect(missed).toEqual([]);
  }, 300_000);
});

test('clean logs give no alarm', async () => {
  const alarms: Report[] = [];
  for (let seed = 1; seed <= cleanLogs; seed += 1) {
    await world.fill(10_000 + seed, decisions);
    const report = await world.verify({ held: await world.anchors() });
    if (report.verdict !== 'verified') alarms.push(report);
  }
  expect(alarms).toEqual([]);
}, full ? 7_200_000 : 300_000);
