/** `npm run bench -- NAME`: measures and prints ratios against a baseline of the same run; ends with one line of JSON. */
import { startInfrastructure } from '../../packages/stack/src/infrastructure/infrastructure.ts';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { benchPipeline } from './pipeline.ts';

const benches: Readonly<Record<string, () => Promise<Record<string, number>>>> = { pipeline: benchPipeline };
const name = process.argv[2] ?? 'pipeline';
const bench = benches[name];
if (bench === undefined) {
  process.stderr.write(`There is no benchmark ${name}; there are: ${Object.keys(benches).join(', ')}.\n`);
  process.exit(2);
}
const home = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
await chmod(home, 0o755);
const infrastructure = await startInfrastructure({ home, cache: resolve(process.env['COUNTERSIGN_CACHE'] ?? '.cache') });
const { kafka, registry, postgres } = infrastructure;
process.env['COUNTERSIGN_TEST_ENDPOINTS'] = join(home, 'endpoints.json');
await writeFile(process.env['COUNTERSIGN_TEST_ENDPOINTS'], JSON.stringify({ kafka, registry, postgres }));
const result = await bench();
await infrastructure[Symbol.asyncDispose]();
await rm(home, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
