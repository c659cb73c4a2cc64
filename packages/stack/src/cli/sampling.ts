import { setTimeout as wait } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { readSamplingKeys } from '@countersign/kit';
import { secretFiles, signDevelopmentToken } from '../embedded/secrets.ts';
import { SetupError } from '../infrastructure/failure.ts';
import type { RecomputeFilter, RecomputeReport } from '../operations/recompute/recompute.ts';
import { fileSource, httpSource, type RecordSource } from '../operations/recompute/records.ts';
import { rotateSamplingKey, rotationLeadMsMin } from '../operations/rotate-key.ts';
import { callApi } from './api.ts';
import { durationArgument } from './duration.ts';
import { homeFolder, runningEndpoints } from './home.ts';

/** Accepted before its record was written; clocks differ by less than this. */
const clockSkewMs = 600_000;
const commitWaitMs = 30_000;

type RecomputeOptions = { keys: string; log?: string; url?: string; token?: string; from?: number; to?: number; system?: string; type?: string; json?: boolean };

/** `countersign sampling`: recompute for auditors, key rotation for operators. */
export function addSamplingCommands(program: Command): void {
  const sampling = program.command('sampling').description('check the draws of samples, change their keys');
  sampling.command('recompute').description('recompute every draw of the audit log from the keys; exit code 1 when one is not as it should be')
    .requiredOption('--keys <file>', 'the sampling keys').option('--log <file>', 'an audit export in JSON Lines, whole; otherwise a running Countersign is asked')
    .option('--url <url>', 'a running Countersign; otherwise the one of this home').option('--token <token>', 'a token with the role auditor', process.env['COUNTERSIGN_TOKEN'])
    .option('--from <time>', 'accepted at or after, ISO 8601', instant).option('--to <time>', 'accepted before, ISO 8601', instant)
    .option('--system <system>', 'decisions of one system').option('--type <type>', 'decisions of one type').option('--json', 'print the report as JSON')
    .action(recompute);
  sampling.command('rotate-key').description('add a key that becomes valid later; services take it up without a restart')
    .option('--file <file>', 'the sampling keys; otherwise those of this home', process.env['COUNTERSIGN_SAMPLING_KEYS_FILE'])
    .option('--starts-in <duration>', `when it becomes valid, at least ${rotationLeadMsMin / 60_000}m`, durationArgument, 15 * 60_000).option('--key-version <name>', 'its name; otherwise the next number')
    .action(rotate);
}

async function recompute(options: RecomputeOptions): Promise<void> {
  const { recomputeDraws } = await import('../operations/recompute/recompute.ts');
  const keys = readSamplingKeys(options.keys);
  const filter: RecomputeFilter = {
    ...(options.from === undefined ? {} : { from: options.from * 1000 }), ...(options.to === undefined ? {} : { to: options.to * 1000 }),
    ...(options.system === undefined ? {} : { system: options.system }), ...(options.type === undefined ? {} : { decisionType: options.type }),
  };
  const report = await recomputeDraws(await sourceOf(options), keys, filter);
  process.stdout.write(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : textOf(report));
  if (report.missing + report.unexpected + report.wrong > 0) process.exitCode = 1;
}

async function sourceOf(options: RecomputeOptions): Promise<RecordSource> {
  if (options.log !== undefined) return fileSource(options.log);
  const filter = {
    ...(options.from === undefined ? {} : { from: new Date(options.from - clockSkewMs).toISOString() }),
    ...(options.system === undefined ? {} : { system: options.system }), ...(options.type === undefined ? {} : { decisionType: options.type }),
  };
  if (options.url === undefined) return httpSource({ url: runningEndpoints().http, token: await signDevelopmentToken(homeFolder(), { subject: 'countersign-cli', roles: ['auditor'], ttlSeconds: 3600 }), filter });
  if (options.token === undefined) throw new SetupError('Reading over HTTP needs a token.', 'Give --token, or set COUNTERSIGN_TOKEN, to a token with the role auditor.');
  return httpSource({ url: options.url.replace(/\/$/, ''), token: options.token, filter });
}

function textOf(report: RecomputeReport): string {
  const draws = Object.entries(report.draws).map(([what, { drawn, selected, matched }]) => `  ${what.padEnd(11)}${drawn} drawn, ${selected} ${what === 'form' ? 'hidden' : 'selected'}, ${matched} as recorded\n`);
  const findings = report.findings.map(({ verdict, what, system, decisionId, detail }) => `  ${verdict} ${what}${decisionId === null ? '' : ` ${system}/${decisionId}`}: ${detail}\n`);
  const total = report.missing + report.unexpected + report.wrong;
  return [
    `Recomputed the draws of ${report.decisions} decisions with ${report.keys.length === 1 ? 'key' : 'keys'} ${report.keys.join(', ')}${report.erased === 0 ? '' : `; the content of ${report.erased} is erased`}.\n`,
    ...draws, total === 0 ? 'Every draw is as it should be.\n' : `${report.missing} missing, ${report.unexpected} unexpected, ${report.wrong} wrong:\n`, ...findings,
    ...(total > findings.length ? [`  and ${total - findings.length} more\n`] : []),
  ].join('');
}

async function rotate(options: { file?: string; startsIn: number; keyVersion?: string }): Promise<void> {
  const own = options.file === undefined;
  // A key that nobody sees while it is still ahead would be refused: the services of this home must run.
  if (own) runningEndpoints();
  const file = options.file ?? secretFiles(homeFolder()).samplingKeys;
  const { version, validFrom, commitment } = await rotateSamplingKey({ file, startsInMs: options.startsIn, nowMs: Date.now(), ...(options.keyVersion === undefined ? {} : { version: options.keyVersion }) });
  process.stdout.write(`Key ${version} becomes valid at ${validFrom}. Its commitment is ${commitment}.\n`);
  if (!own) {
    process.stdout.write('Services that read this file take it up within seconds; where it is mounted as a single file (docker-compose.yml does), restart routing and sampling now, at the latest ten minutes before that instant. Then see that the log holds the commitment (record SamplingKeyChanged).\n');
    return;
  }
  await untilCommitted(version);
  process.stdout.write('The services took it up, and the commitment is on record.\n');
}

async function untilCommitted(version: string): Promise<void> {
  const deadline = Date.now() + commitWaitMs;
  const { http } = runningEndpoints();
  const since = new Date(Date.now() - clockSkewMs).toISOString();
  while (Date.now() < deadline) {
    const { events } = await callApi<{ events: Array<{ event: { keyVersion: string } }> }>(http, { name: 'countersign-cli', role: 'auditor' }, 'GET', `/v1/audit/events?record=SamplingKeyChanged&from=${since}`);
    if (events.some(({ event }) => event.keyVersion === version)) return;
    await wait(500);
  }
  throw new SetupError(`The services did not take key ${version} up within ${commitWaitMs / 1000} s.`, `Run \`npx countersign doctor\`, and take the key out of the file before it becomes valid if they refuse it.`);
}

function instant(text: string): number {
  const value = Date.parse(text);
  if (Number.isNaN(value)) throw new InvalidArgumentError('It must be a time in ISO 8601.');
  return value;
}
