import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { BundleError, keysOf } from '@countersign/evidence';
import type { VerifierKey } from '@countersign/merkle';
import { fileCheckpoints, httpLog, openWitnessKey, readStatements, StatementFile, UnavailableError, Witness, type Observation } from '@countersign/witness';
import { SetupError } from '../infrastructure/failure.ts';
import { lockHome } from '../infrastructure/lock.ts';
import { durationArgument } from './duration.ts';

type WitnessCliOptions = { log: string; logKey: string[]; name: string; folder: string; also: string[]; every: number; once?: boolean; submit: boolean };

const statementsFile = 'statements.jsonl';

/** `countersign audit witness`: runs anywhere, under another owner than the log. */
export function addWitnessCommand(audit: Command): void {
  audit.command('witness').description('follow a log, cosign what is consistent with all that was seen before, keep evidence of what is not')
    .requiredOption('--log <url>', 'the log, such as https://countersign.example/v1/audit/log').requiredOption('--log-key <key...>', 'its verifier keys (NAME+ID+KEY), or files of them, got from somewhere else than the log')
    .requiredOption('--name <name>', 'your name as a witness, such as auditor.example/witness').requiredOption('--folder <folder>', 'where your key and statements are kept')
    .option('--also <file...>', 'files of checkpoints of the same log to hold against it: its anchor file, statements of another witness', [])
    .option('--every <duration>', 'how often to look', durationArgument, 10_000).option('--once', 'look once; exit code 1 unless the log is well').option('--no-submit', 'do not send the cosignatures to the log')
    .action(witness);
}

async function witness(options: WitnessCliOptions): Promise<void> {
  mkdirSync(options.folder, { recursive: true });
  using _lock = lockHome(options.folder);
  const logKeys = logKeysOf(options.logKey);
  const origin = logKeys[0]?.name;
  if (origin === undefined || logKeys.some(({ name }) => name !== origin)) throw new SetupError('The keys are not of one log.', 'Give the keys of one log: their names are its origin.');
  const file = join(options.folder, statementsFile);
  using kept = new StatementFile(file);
  const { key, verifier, made } = openWitnessKey(join(options.folder, 'witness-key.pem'), options.name);
  process.stdout.write(`${made ? 'A new key was made. ' : ''}Witness key: ${verifier}\n`);
  const log = httpLog(options.log);
  const watch = new Witness({ origin, logKeys, key, log, others: options.also.map(fileCheckpoints), statements: readStatements(file), keep: (statement) => kept.append(statement) });
  process.stdout.write(`Following ${origin} at ${log.name}, from ${watch.size} leaves; statements go to ${file}.\n`);
  for (;;) {
    const seen = await watch.look(new Date());
    for (const observation of seen) report(observation);
    if (options.submit) await submit(log, seen);
    if (options.once === true) {
      if (seen.some(({ outcome }) => outcome === 'alarm' || outcome === 'unavailable')) process.exitCode = 1;
      return;
    }
    await wait(options.every);
  }
}

/** The newest cosigned one; the log not taking it does not lessen what we keep. */
async function submit(log: ReturnType<typeof httpLog>, seen: readonly Observation[]): Promise<void> {
  const newest = seen.findLast((observation) => observation.outcome === 'cosigned');
  if (newest === undefined) return;
  try {
    await log.submit(newest.note);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    process.stderr.write(`The log did not take the cosignature: ${error.message} It must know this witness's key.\n`);
  }
}

function report(observation: Observation): void {
  switch (observation.outcome) {
    case 'cosigned':
      process.stdout.write(`${new Date().toISOString()} cosigned ${observation.checkpoint.size} leaves (before: ${observation.from}), root ${Buffer.from(observation.checkpoint.root).toString('base64')}\n`);
      return;
    case 'alarm':
      if (!observation.repeated) process.stderr.write(`${observation.alarm.at} ALARM ${observation.alarm.alarm}: ${observation.alarm.reason} Source: ${observation.alarm.source}. Evidence is in ${statementsFile}; nothing was cosigned.\n`);
      return;
    case 'unavailable':
      process.stderr.write(`${new Date().toISOString()} ${observation.reason} Trying again.\n`);
      return;
    case 'unchanged':
      return;
    default:
      observation satisfies never;
  }
}

function logKeysOf(keysOrFiles: readonly string[]): VerifierKey[] {
  try {
    return keysOf(keysOrFiles, 'ed25519');
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    throw new SetupError(error.message, 'Ask the owner of the log for it, in the form NAME+ID+KEY.', error);
  }
}
