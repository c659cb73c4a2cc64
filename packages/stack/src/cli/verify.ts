import type { Command, CommanderError } from 'commander';
import pg from 'pg';
import { beginReading, databaseEvidence } from '@countersign/audit/evidence';
import { exitCodes, keysOf, openBundle, originOf, verifyAndReport, BundleError, type VerifyArguments } from '@countersign/evidence';
import { isNetworkFault, openPool, readMasterKey, untilAnswered, Vault } from '@countersign/kit';
import { SetupError } from '../infrastructure/failure.ts';
import { explain } from './explain.ts';

type VerifyCliOptions = VerifyArguments & { database?: string; tiles?: string; vault?: string; masterKeyFile?: string };

/** `countersign audit verify`: a bundle, by anybody; live tables, by whoever may read them. */
export function addVerifyCommand(audit: Command): void {
  audit.command('verify [bundle]').description('check evidence: a bundle, or live tables; exit code 0 only when everything was checked and nothing found, 1 for findings, 2 where something could not be checked, 3 where nothing could')
    .requiredOption('--key <key...>', 'verifier keys of the log (NAME+ID+KEY), or files of them, from elsewhere than the evidence')
    .option('--checkpoints <file...>', 'checkpoints that were kept elsewhere: an anchor file, the statements of a witness, a note').option('--witness-key <key...>', 'keys of witnesses whose cosignatures you trust, or files of them')
    .option('--sampling-keys <file>', 'recompute the draws of samples and forms').option('--origin <name>', 'the name of the log, where its keys have other names')
    .option('--database <url>', 'check the live tables of audit instead of a bundle').option('--tiles <folder>', 'of the live log: with its tiles it can be told what was changed of a record')
    .option('--vault <url>', 'with --master-key-file: open what the live log keeps sealed').option('--master-key-file <file>', 'see --vault').option('--json', 'print the report as JSON')
    .exitOverride((error: CommanderError) => process.exit(error.exitCode === 0 ? 0 : exitCodes.unreadable)).action(verify);
}

/** Whatever keeps it from looking is no finding: who runs this by a program tells the two by the exit code. */
async function verify(bundle: string | undefined, options: VerifyCliOptions): Promise<void> {
  try {
    if ((bundle === undefined) === (options.database === undefined)) throw new SetupError('Nothing was named to check, or two things.', 'Name a bundle, or give --database with the URL of the live tables.');
    process.exitCode = bundle === undefined ? await verifyDatabase(options.database ?? '', options) : await verifyAndReport(openBundle(bundle), options);
  } catch (error) {
    process.stderr.write(`${error instanceof BundleError ? error.message : explain(error)}\n`);
    process.exitCode = exitCodes.unreadable;
  }
}

async function verifyDatabase(url: string, { vault, masterKeyFile, tiles, origin, ...rest }: VerifyCliOptions): Promise<number> {
  if ((vault === undefined) !== (masterKeyFile === undefined)) throw new SetupError('The vault opens with its master key.', 'Give both --vault and --master-key-file, or neither: content stays closed then.');
  const logOrigin = origin ?? originOf(keysOf(rest.key, 'ed25519'));
  await using owned = new AsyncDisposableStack();
  const pool = owned.use(openPool(url, 'audit', 1, untilAnswered));
  const keys = vault === undefined || masterKeyFile === undefined ? null : owned.use(new Vault(owned.use(openPool(vault, 'vault', 1)).pool, readMasterKey(masterKeyFile)));
  try {
    const client: pg.PoolClient = await pool.pool.connect();
    owned.defer(() => client.release(true));
    await beginReading(client);
    return await verifyAndReport(await databaseEvidence(client, { folder: tiles ?? null, vault: keys, origin: logOrigin }), { ...rest, origin: logOrigin });
  } catch (error) {
    throw unreadable(error);
  }
}

/** What the database says, in its own words, where it is the database that says no. */
function unreadable(error: unknown): unknown {
  if (!isNetworkFault(error) && !(error instanceof pg.DatabaseError)) return error;
  return new SetupError(`The database cannot be read: ${error.message || 'it does not answer'}.`, 'Look at the URL, and at what its role may read: docs/verifying.md says what it takes.', error);
}
