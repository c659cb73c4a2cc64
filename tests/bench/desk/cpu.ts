import { readdirSync, readFileSync } from 'node:fs';

/** Of `sysconf(_SC_CLK_TCK)`, which Linux fixes at 100 for what it shows in /proc. */
const ticksPerSecond = 100;

type Stat = { parent: number; seconds: number };

/** Processor seconds of a process so far, with those of its children that live. Linux only: elsewhere `NaN`. */
export function cpuSecondsOf(pid: number): number {
  const stats = new Map<number, Stat>();
  for (const name of readPids()) {
    const stat = readStat(name);
    if (stat !== undefined) stats.set(Number(name), stat);
  }
  const sum = (of: number): number => (stats.get(of)?.seconds ?? NaN) + [...stats].filter(([, { parent }]) => parent === of).reduce((total, [child]) => total + sum(child), 0);
  return sum(pid);
}

function readPids(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function readStat(pid: string): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold blanks.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), seconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond };
  } catch {
    return undefined;
  }
}
