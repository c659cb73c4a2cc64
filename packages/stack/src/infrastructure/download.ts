import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SetupError } from './failure.ts';

const run = promisify(execFile);
export const kafkaVersion = '4.4.0';
export const registryVersion = '3.0.9';

const kafkaProject = `<project><modelVersion>4.0.0</modelVersion><groupId>io.countersign</groupId><artifactId>kafka</artifactId><version>1</version>
<dependencies>
  <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${kafkaVersion}</version></dependency>
  <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
</dependencies></project>
`;

/** The folder with Kafka's jars, fetched by Maven the first time. */
export async function kafkaJars(cache: string): Promise<string> {
  return await once(join(cache, `kafka-${kafkaVersion}`), async (folder) => {
    await writeFile(join(folder, 'pom.xml'), kafkaProject);
    await maven(folder, ['dependency:copy-dependencies', '-DoutputDirectory=libs']);
    return 'libs';
  });
}

/** The folder with the registry's runner jar and its libraries. */
export async function registryFolder(cache: string): Promise<string> {
  return await once(join(cache, `registry-${registryVersion}`), async (folder) => {
    await maven(folder, ['dependency:copy', `-Dartifact=io.apicurio:apicurio-registry-app:${registryVersion}:tar.gz:all`, '-DoutputDirectory=.']);
    const archive = (await readdir(folder)).find((name) => name.endsWith('.tar.gz'));
    await mkdir(join(folder, 'app'));
    await run('tar', ['xzf', archive ?? '', '-C', 'app'], { cwd: folder });
    await rm(join(folder, archive ?? ''));
    return 'app';
  });
}

/** Fetches into a folder beside and renames: a fetch that was cut off leaves nothing that looks complete. */
async function once(folder: string, fetch: (folder: string) => Promise<string>): Promise<string> {
  const part = folder.includes('kafka-') ? 'libs' : 'app';
  if (existsSync(join(folder, part))) return join(folder, part);
  await mkdir(join(folder, '..'), { recursive: true });
  const beside = await mkdtemp(`${folder}-fetching-`);
  try {
    await fetch(beside);
    await rm(folder, { recursive: true, force: true });
    await rename(beside, folder).catch(async () => await cp(beside, folder, { recursive: true }));
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
  return join(folder, part);
}

async function maven(cwd: string, args: readonly string[]): Promise<void> {
  try {
    await run('mvn', ['-q', '-B', ...args], { cwd, maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    const { code, stdout } = error as { code?: unknown; stdout?: string };
    if (code === 'ENOENT') throw new SetupError('Maven is not installed.', 'Install Maven 3 so that `mvn` is on the PATH.', error);
    throw new SetupError(`Maven could not fetch what is needed:\n${(stdout ?? '').split('\n').slice(0, 5).join('\n')}`, 'Check the network and Maven\'s settings, then try again.', error);
  }
}
