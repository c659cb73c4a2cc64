import type { Pool } from 'pg';
import type { ConsumerState } from '@countersign/kafka';
import { answerMsMax, inTime } from './in-time.ts';

export type Readiness = { ready: boolean; reasons: readonly string[] };

/** A service that runs: it can tell whether it is ready, and stops when disposed, after what is in hand is done. */
export type RunningService = AsyncDisposable & {
  readonly name: string;
  readiness(): Promise<Readiness> | Readiness;
  /** Resolves when everything that was in its topics when called is handled and published. */
  drain(deadlineMs: number): Promise<void>;
};

/** Behind by more than this, a service is not ready. */
export const lagSecondsMax = 60;

/** Why a consumer is not ready: no assignment, a partition that does not move, or too far behind. */
export function consumerReasons(group: string, state: ConsumerState): string[] {
  return [
    ...(state.running ? [] : [`${group} has no partitions assigned`]),
    ...state.stalled.map(({ topic, partition, error, attempts }) => `${group} cannot get past ${topic}/${partition} (try ${attempts}): ${error}`),
    ...state.lag.filter(({ seconds }) => seconds > lagSecondsMax).map(({ topic, partition, seconds }) => `${group} is ${Math.round(seconds)} s behind on ${topic}/${partition}`),
  ];
}

/** Why a database is not ready: it does not answer. */
export async function databaseReasons(pool: Pool): Promise<string[]> {
  try {
    await pool.query('select 1');
    return [];
  } catch (error) {
    return [`the database does not answer: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** The service's own answer; one that fails or does not come is a no. */
export async function readinessOf(service: RunningService): Promise<Readiness> {
  try {
    return await inTime<Readiness>(async () => await service.readiness(), { ready: false, reasons: [`no answer within ${answerMsMax / 1000} s`] });
  } catch (error) {
    return { ready: false, reasons: [error instanceof Error ? error.message : String(error)] };
  }
}
