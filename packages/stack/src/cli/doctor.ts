import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { requireDisk } from '../infrastructure/disk.ts';
import { SetupError } from '../infrastructure/failure.ts';
import { findJava } from '../infrastructure/java.ts';
import { runningPid } from '../infrastructure/lock.ts';
import { homeFolder, runningEndpoints } from './home.ts';

const run = promisify(execFile);
const answerMsMax = 5000;

/** `check` answers what is right, or throws what is wrong. */
type Check = { name: string; check(): Promise<string> };

export const checks: readonly Check[] = [
  { name: 'Node', check: () => Promise.resolve(process.version) },
  { name: 'Java', check: async () => `version ${(await findJava()).version}` },
  { name: 'Maven', check: mavenVersion },
  { name: 'Disk', check: freeDisk },
  { name: 'Running', check: () => Promise.resolve(runningState()) },
  { name: 'Services', check: serviceState },
];

/** Prints what is right and what is wrong with its remedy; false when anything is wrong. */
export async function doctor(): Promise<boolean> {
  let healthy = true;
  for (const { name, check } of checks) {
    try {
      process.stdout.write(`ok    ${name}: ${await check()}\n`);
    } catch (error) {
      healthy = false;
      const remedy = error instanceof SetupError ? `\n      ${error.remedy}` : '';
      process.stdout.write(`WRONG ${name}: ${error instanceof Error ? error.message : String(error)}${remedy}\n`);
    }
  }
  return healthy;
}

async function mavenVersion(): Promise<string> {
  try {
    return (await run('mvn', ['-v'])).stdout.split('\n')[0]?.replace(/\u001b\[[0-9;]*m/g, '') ?? '';
  } catch (error) {
    throw new SetupError('Maven is not installed.', 'Install Maven 3 so that `mvn` is on the PATH.', error);
  }
}

async function freeDisk(): Promise<string> {
  return `${await requireDisk(existingFolder(homeFolder()))} MB free`;
}

/** The disk that data will be on, also before the home is there. */
function existingFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existingFolder(dirname(folder));
}

/** `undefined`: nothing runs. Endpoints that are older than the process are those of an earlier run that was killed. */
function running(): { pid: number; startedMs: number; ready: boolean } | undefined {
  const pid = runningPid(homeFolder());
  if (pid === undefined) return undefined;
  const startedMs = statSync(join(homeFolder(), 'running.pid')).mtimeMs;
  const endpoints = statSync(join(homeFolder(), 'endpoints.json'), { throwIfNoEntry: false });
  return { pid, startedMs, ready: endpoints !== undefined && endpoints.mtimeMs >= startedMs };
}

function runningState(): string {
  const state = running();
  return state === undefined ? `nothing runs from ${homeFolder()}` : `process ${state.pid} from ${homeFolder()}`;
}

async function serviceState(): Promise<string> {
  const state = running();
  if (state === undefined) return 'not started (npm start)';
  if (!state.ready) return `starting for ${Math.max(0, Math.round((Date.now() - state.startedMs) / 1000))} s; ask again when \`npm start\` prints the addresses`;
  const { http } = runningEndpoints();
  const services = await readiness(http);
  const unready = services.filter(({ ready }) => !ready);
  if (unready.length > 0) throw new SetupError(unready.map(({ service, reasons }) => `${service}: ${reasons.join('; ')}`).join('\n      '), `Read ${homeFolder()}/logs.`);
  return `${services.length} ready at ${http}`;
}

type Readiness = { service: string; ready: boolean; reasons: string[] };

async function readiness(http: string): Promise<Readiness[]> {
  try {
    const { services } = (await (await fetch(`${http}/readyz`, { signal: AbortSignal.timeout(answerMsMax) })).json()) as { services?: Readiness[] };
    if (services === undefined) throw new RangeError('it names no services');
    return services;
  } catch (error) {
    const fault = error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);
    throw new SetupError(`${http}/readyz does not answer as it should: ${fault}.`, `Read ${homeFolder()}/logs, stop the process with Ctrl-C and start again; the data stays.`, error);
  }
}
