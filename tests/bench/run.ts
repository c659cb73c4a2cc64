/** `npm run bench -- NAME`: measures and prints ratios against a baseline of the same run; ends with one line of JSON. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { benchAudit } from './audit.ts';
import { benchDesk } from './desk.ts';
import { benchPipeline } from './pipeline.ts';

const benches: Readonly<Record<string, (home: string, cache: string) => Promise<Record<string, number>>>> = { pipeline: benchPipeline, desk: benchDesk, audit: benchAudit };
const name = process.argv[2] ?? 'pipeline';
const bench = benches[name];
if (bench === undefined) {
  process.stderr.write(`There is no benchmark ${name}; there are: ${Object.keys(benches).join(', ')}.\n`);
  process.exit(2);
}
const home = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
await chmod(home, 0o755);
const result = await bench(home, resolve(process.env['COUNTERSIGN_CACHE'] ?? '.cache'));
await rm(home, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
