import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { samplingKeysIn, verifyEvidence, type Report } from '@countersign/evidence';
import { openPool, readMasterKey, Vault } from '@countersign/kit';
import { beginReading, databaseEvidence } from '../../services/audit/log/evidence.ts';
import { readLogKeys } from '../../services/audit/log/keys.ts';
import { until, type TestStack } from '../harness/stack.ts';

/** Verifies what a stack has on record, everything opened, once all of it has its place in the log and is signed. */
export async function verifyLive(stack: TestStack): Promise<Report> {
  const { logEnv, settings } = stack;
  const inDatabase = (url: string) => Object.assign(new URL(stack.superuserUrl), { pathname: new URL(url).pathname }).href;
  await until('the log is signed to its end', async () => {
    const [state] = await stack.query<{ done: boolean }>('select anchored_size = size and not exists(select from audit.log_batches) as done from audit.log_state');
    return state?.done === true ? true : undefined;
  }, 60_000);
  const anchors = readFileSync(logEnv['COUNTERSIGN_AUDIT_ANCHOR_FILE'] ?? '', 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { checkpoint: string }).checkpoint);
  await using pool = openPool<unknown>(inDatabase(settings.databaseUrl), 'audit', 1);
  await using vaultPool = openPool<unknown>(inDatabase(settings.vaultDatabaseUrl), 'vault', 1);
  await using vault = new Vault(vaultPool.pool, readMasterKey(settings.masterKeyFile));
  const { origin, keys } = await readLogKeys(logEnv['COUNTERSIGN_AUDIT_LOG_KEY_FILE'] ?? '');
  const client: pg.PoolClient = await pool.pool.connect();
  try {
    await beginReading(client);
    const evidence = await databaseEvidence(client, { folder: logEnv['COUNTERSIGN_AUDIT_LOG_FOLDER'] ?? '', vault, origin });
    const { samplingKeysFile } = settings;
    return await verifyEvidence(evidence, { trust: { logKeys: keys.map(({ verifier }) => verifier), witnessKeys: [], held: anchors }, samplingKeys: samplingKeysIn(readFileSync(samplingKeysFile, 'utf8'), samplingKeysFile) });
  } finally {
    client.release(true);
  }
}
