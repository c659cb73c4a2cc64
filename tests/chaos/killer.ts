import { setTimeout as wait } from 'node:timers/promises';
import type { ChaosCluster } from './cluster.ts';
import type { Fleet } from './fleet.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';

export type KillCounts = { kafka: number; postgres: number };

const pauseMinMs = 300;
/** A service that just died is tried again until it lives. */
const missRetryMs = 200;
/** How long services may take to run into their crash points once the random kills are over. */
const pointsMsMax = 600_000;
const reviveTries = 5;

/** Kills by plan at random moments, and waits until every crash point was died by. */
export async function killAll(cluster: ChaosCluster, fleet: Fleet, plan: Plan, random: Random, pauseMaxMs: number, note: (line: string) => void): Promise<KillCounts> {
  const counts: KillCounts = { kafka: 0, postgres: 0 };
  for (const victim of plan.random) {
    await wait(random.between(pauseMinMs, pauseMaxMs));
    if (victim.what === 'service') {
      while (!fleet.kill(victim.service)) await wait(missRetryMs);
    } else {
      await cluster.infrastructure.kill(victim.name);
      counts[victim.name] += 1;
      note(`killed ${victim.name}`);
      await wait(random.between(0, 2000));
      await revive(cluster, victim.name);
    }
  }
  const deadline = Date.now() + pointsMsMax;
  while (fleet.pointsLeft().length > 0) {
    if (Date.now() > deadline) throw new Error(`Crash points not reached: ${JSON.stringify(fleet.pointsLeft())}`);
    await wait(missRetryMs);
  }
  return counts;
}

/** Postgres refuses its data while a backend of the killed server still lives: then it is asked again. */
async function revive(cluster: ChaosCluster, name: 'kafka' | 'postgres'): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await cluster.infrastructure.revive(name);
    } catch (error) {
      if (tries === reviveTries) throw error;
      await wait(500);
    }
  }
}
