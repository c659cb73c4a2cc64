import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runChaos } from './run.ts';
import { sizes } from './sizes.ts';

const full = process.env['COUNTERSIGN_TEST_FULL'] === '1';
const size = full ? sizes.full : sizes.short;
/** What the processes said is kept where the run fails. */
const keepLogs = join(tmpdir(), `countersign-chaos-logs-${process.pid}`);
const seed = Number(process.env['COUNTERSIGN_TEST_SEED'] ?? Date.now() % 1_000_000);

test('whatever is killed: nothing is lost, one verdict each, every replay the same bytes, and audit equals the log', async () => {
  const lines: string[] = [`seed ${seed}`];
  const { violations, ...report } = await runChaos({ ...size, seed, keepLogs, note: (line) => lines.push(line) }).catch((error: unknown) => {
    process.stderr.write(`${lines.join('\n')}\nThe logs are in ${keepLogs}\n`);
    throw error;
  });
  process.stderr.write(`chaos, seed ${seed}: ${JSON.stringify(report)}\nThe logs are in ${keepLogs} unless all is well\n`);
  expect(violations).toEqual([]);
  expect(report.kills.total).toBeGreaterThanOrEqual(size.size.total);
  expect(Object.keys(report.kills.points)).toHaveLength(12);
  expect(Math.min(...Object.values(report.kills.points))).toBeGreaterThanOrEqual(size.size.perPoint);
  // A run in which nothing happened would find nothing.
  expect(report.proposed.messages / report.proposed.seconds).toBeGreaterThanOrEqual(50);
  expect(report.reviewed.refused).toBe(0);
  for (const name of ['accepted', 'accepted again', 'refused', 'judgements final', 'routed auto', 'routed standard', 'routed senior', 'routed dual']) expect([name, (report.counts[name] ?? 0) > 0]).toEqual([name, true]);
  rmSync(keepLogs, { recursive: true });
}, full ? 7_200_000 : 900_000);
