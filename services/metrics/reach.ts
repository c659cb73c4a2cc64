import type { Pool } from 'pg';
import type { ServiceContext } from '@countersign/kit';
import { measuredTopics } from './handlers.ts';
import { readPositions } from './rebuild-store.ts';

/**
 * Up to when everything is counted, whichever instance counts it: the ends of the topics at some instant are passed by the
 * positions that are kept with the facts. Of what is missing after it nobody can say that it did not happen.
 */
export class Reach {
  readonly #context: Pick<ServiceContext<'metrics'>, 'admin' | 'codec'>;
  readonly #pool: Pool;
  #ahead: { at: number; ends: ReadonlyMap<string, number> } | null = null;
  #until: number | null = null;

  constructor(context: Pick<ServiceContext<'metrics'>, 'admin' | 'codec'>, pool: Pool) {
    this.#context = context;
    this.#pool = pool;
  }

  /** In microseconds; `null` until it is known. */
  get until(): number | null {
    return this.#until;
  }

  /** Looks again at `now`; answers `until`. */
  async advance(now: number): Promise<number | null> {
    this.#ahead ??= { at: now, ends: await this.#readEnds() };
    const positions = new Map((await readPositions(this.#pool)).map(({ topic, partition, nextOffset }) => [`${topic}/${partition}`, nextOffset]));
    if ([...this.#ahead.ends].some(([place, end]) => (positions.get(place) ?? 0) < end)) return this.#until;
    this.#until = this.#ahead.at;
    this.#ahead = null;
    return this.#until;
  }

  /** Where each partition ends that there is something in. */
  async #readEnds(): Promise<Map<string, number>> {
    const ends = await Promise.all(measuredTopics.map(async (topic) => {
      const name = this.#context.codec.topicName(topic);
      return (await this.#context.admin.watermarks(name)).flatMap(({ partition, low, high }) => (high > low ? [[`${name}/${partition}`, Number(high)] as const] : []));
    }));
    return new Map(ends.flat());
  }
}
