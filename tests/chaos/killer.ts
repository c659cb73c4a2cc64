import { setTimeout as wait } from 'node:timers/promises';
import type { Infrastructure, Restartable } from '../../packages/stack/src/infrastructure/infrastructure.ts';
import type { Fleet } from './fleet.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';

const pauseMinMs = 300;
/** A service that just died is tried again until it lives. */
const missRetryMs = 200;
/** How long services may take to run into their crash points once the random kills are over: less than a test of it may, so that it is told which were not reached. */
const pointsMsMax = 600_000;
const reviveTries = 5;
const downMsMax = 2000;

export type KillCounts = Record<Restartable, number>;
const names: Readonly<Record<string, Restartable>> = { Kafka: 'kafka', PostgreSQL: 'postgres' };

/** Kills broker and Postgres and starts them again, also when they end by themselves, one thing at a time. */
export class Upkeep {
  readonly killed: KillCounts = { kafka: 0, postgres: 0 };
  readonly endedByThemselves: KillCounts = { kafka: 0, postgres: 0 };
  readonly #infrastructure: Infrastructure;
  #last: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(infrastructure: Infrastructure, note: (line: string) => void) {
    this.#infrastructure = infrastructure;
    infrastructure.onUnexpectedEnd((title) => {
      const name = names[title];
      if (name === undefined || this.#stopped) return;
      this.endedByThemselves[name] += 1;
      note(`${name} ended by itself`);
      this.#then(() => this.#revive(name)).catch(() => undefined);
    });
  }

  async kill(name: Restartable, downMs: number): Promise<void> {
    await this.#then(async () => {
      await this.#infrastructure.kill(name);
      this.killed[name] += 1;
      await wait(downMs);
      await this.#revive(name);
    });
  }

  /** Resolves when nothing is being started any more, and nothing will be. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#last;
  }

  #then(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Postgres refuses its data while a backend of the killed server still lives: then it is asked again. */
  async #revive(name: Restartable): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#infrastructure.revive(name);
      } catch (error) {
        if (tries === reviveTries) throw error;
        await wait(500);
      }
    }
  }
}

export type Killing = { upkeep: Upkeep; fleet: Fleet; plan: Plan; random: Random; pauseMaxMs: number; stopping: AbortSignal; note(line: string): void };

/** Kills by plan at random moments, services beside infrastructure, and waits until every crash point was died by. */
export async function killAll(killing: Killing): Promise<void> {
  const { fleet, plan, stopping, note } = killing;
  await Promise.all([killServices(killing), killInfrastructure(killing)]);
  note('the random kills are over');
  const deadline = Date.now() + pointsMsMax;
  while (fleet.pointsLeft().length > 0) {
    if (Date.now() > deadline) throw new Error(`Crash points not reached of ${plan.total} kills: ${JSON.stringify(fleet.pointsLeft())}. Not ready: ${JSON.stringify(await fleet.unready())}`);
    await wait(missRetryMs, undefined, { signal: stopping });
  }
}

async function killServices({ fleet, plan, random, pauseMaxMs, stopping }: Killing): Promise<void> {
  for (const service of plan.services) {
    await wait(random.between(pauseMinMs, pauseMaxMs), undefined, { signal: stopping });
    while (!fleet.kill(service)) await wait(missRetryMs, undefined, { signal: stopping });
  }
}

async function killInfrastructure({ upkeep, plan, random, pauseMaxMs, stopping, note }: Killing): Promise<void> {
  for (const name of plan.infrastructure) {
    await wait(random.between(pauseMinMs, pauseMaxMs), undefined, { signal: stopping });
    note(`killing ${name}`);
    await upkeep.kill(name, random.between(0, downMsMax));
  }
}
