import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { SetupError } from '../infrastructure/failure.ts';
import { findJava } from '../infrastructure/java.ts';
import { runningPid } from '../infrastructure/lock.ts';
import { homeFolder, runningEndpoints } from './home.ts';

const run = promisify(execFile);
type Check = { name: string; check(): Promise<string> };

const checks: readonly Check[] = [
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
  const { bavail, bsize } = await statfs(existingFolder(homeFolder()));
  const megabytes = Math.round((bavail * bsize) / 1e6);
  if (megabytes < 1000) throw new SetupError(`${megabytes} MB free.`, 'Free some space: Kafka and Postgres need at least 1000 MB.');
  return `${megabytes} MB free`;
}

/** The disk that data will be on, also before the home is there. */
function existingFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existingFolder(dirname(folder));
}

function runningState(): string {
  const pid = runningPid(homeFolder());
  return pid === undefined ? `nothing runs from ${homeFolder()}` : `process ${pid} from ${homeFolder()}`;
}

async function serviceState(): Promise<string> {
  if (runningPid(homeFolder()) === undefined) return 'not started (npm start)';
  const { http } = runningEndpoints();
  const response = await fetch(`${http}/readyz`);
  const { services } = (await response.json()) as { services: Array<{ service: string; ready: boolean; reasons: string[] }> };
  const unready = services.filter((service) => !service.ready);
  if (unready.length > 0) throw new SetupError(unready.map(({ service, reasons }) => `${service}: ${reasons.join('; ')}`).join('\n      '), `Read ${homeFolder()}/logs.`);
  return `${services.length} ready at ${http}`;
}
