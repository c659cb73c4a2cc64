import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SetupError } from './failure.ts';

const run = promisify(execFile);
export const javaVersionMin = 17;

/** The Java to run: `JAVA_HOME`'s, or the one on the PATH; at least 17. */
export async function findJava(): Promise<{ command: string; version: number }> {
  const home = process.env['JAVA_HOME'];
  const command = home === undefined ? 'java' : `${home}/bin/java`;
  const remedy = `Install Java ${javaVersionMin} (a JRE is enough), or set JAVA_HOME to one.`;
  let text: string;
  try {
    text = (await run(command, ['-version'])).stderr;
  } catch (error) {
    throw new SetupError(home === undefined ? 'Java is not installed.' : `JAVA_HOME is ${home}, and there is no Java in it.`, remedy, error);
  }
  const version = Number(/version "(\d+)/.exec(text)?.[1] ?? 0);
  if (version < javaVersionMin) throw new SetupError(`Java ${version} is too old.`, remedy);
  return { command, version };
}
