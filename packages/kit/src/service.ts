import type { ConsumerState } from '@countersign/kafka';

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

/** A probe waits no longer than this; probes of a load balancer give up about then. */
const readinessMsMax = 3000;

/** The service's own answer; one that fails or does not come is a no. */
export async function readinessOf(service: RunningService): Promise<Readiness> {
  const late = Promise.withResolvers<Readiness>();
  const timer = setTimeout(() => late.resolve({ ready: false, reasons: [`no answer within ${readinessMsMax / 1000} s`] }), readinessMsMax);
  try {
    return await Promise.race([Promise.resolve(service.readiness()), late.promise]);
  } catch (error) {
    return { ready: false, reasons: [error instanceof Error ? error.message : String(error)] };
  } finally {
    clearTimeout(timer);
  }
}
