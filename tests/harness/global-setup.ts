import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { startInfrastructure, type Infrastructure } from '../../packages/stack/src/infrastructure/infrastructure.ts';

declare global {
  var countersignInfrastructure: Infrastructure | undefined;
}

/** Starts the infrastructure of a run, in a folder and on ports of its own, unless somebody offers theirs. */
export default async function globalSetup(): Promise<void> {
  if (process.env['COUNTERSIGN_TEST_ENDPOINTS'] !== undefined) return;
  const home = await mkdtemp(join(tmpdir(), 'countersign-test-'));
  await chmod(home, 0o755);
  const cache = resolve(process.env['COUNTERSIGN_CACHE'] ?? '.cache');
  const infrastructure = await startInfrastructure({ home, cache });
  globalThis.countersignInfrastructure = infrastructure;
  const { kafka, registry, postgres } = infrastructure;
  await forgoTheDisk(postgres);
  process.env['COUNTERSIGN_TEST_HOME'] = home;
  process.env['COUNTERSIGN_TEST_ENDPOINTS'] = join(home, 'endpoints.json');
  await writeFile(process.env['COUNTERSIGN_TEST_ENDPOINTS'], JSON.stringify({ kafka, registry, postgres }));
}

/**
 * A commit that waits for the disk is half of the time of many tests. This Postgres is thrown away after the run and nobody kills it; whoever tests
 * what a crash of Postgres leaves starts one of their own.
 */
async function forgoTheDisk(postgres: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres });
  await client.connect();
  try {
    for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) await client.query(`alter system set ${setting} = off`);
    await client.query('select pg_reload_conf()');
  } finally {
    await client.end();
  }
}
