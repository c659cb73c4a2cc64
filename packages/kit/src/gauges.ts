import { collectDefaultMetrics, Counter, Gauge, Histogram, register } from 'prom-client';
import type { ConsumerState } from '@countersign/kafka';
import { inTime } from './in-time.ts';
import { readinessOf, type RunningService } from './service.ts';

/** What is asked at each scrape; each source answers as long as it is exposed. */
class Sources<S> {
  readonly #sources = new Set<S>();

  add(source: S): () => void {
    this.#sources.add(source);
    return () => this.#sources.delete(source);
  }

  [Symbol.iterator](): IterableIterator<S> {
    return this.#sources.values();
  }
}

type ExposedConsumer = { service: string; consumer: { readonly groupId: string; state(): ConsumerState } };
type ExposedOutbox = { service: string; behindMs(): number };
type ExposedDatabase = { service: string; database: string; ask(): Promise<unknown> };

const consumers = new Sources<ExposedConsumer>();
const servers = new Sources<() => readonly RunningService[]>();
const outboxes = new Sources<ExposedOutbox>();
const databases = new Sources<ExposedDatabase>();

const partitionLabels = ['service', 'group', 'topic', 'partition'] as const;

function partitionGauge(name: string, help: string, valuesOf: (state: ConsumerState) => ReadonlyArray<{ topic: string; partition: number; value: number }>): void {
  new Gauge({
    name, help, labelNames: [...partitionLabels],
    collect() {
      this.reset();
      for (const { service, consumer } of consumers) {
        for (const { topic, partition, value } of valuesOf(consumer.state())) this.set({ service, group: consumer.groupId, topic, partition }, value);
      }
    },
  });
}

partitionGauge('countersign_consumer_lag_records', 'Records between the next to handle and the end of the partition, as the broker said at most ten seconds ago', ({ lag }) => lag.map(({ records, ...place }) => ({ ...place, value: records })));
partitionGauge('countersign_consumer_lag_seconds', 'Age of the oldest record that is not handled, or, of one that was never fetched, how long it is known of', ({ lag }) => lag.map(({ seconds, ...place }) => ({ ...place, value: seconds })));
partitionGauge('countersign_partition_failed_attempts', 'Times in a row that the batch of a partition failed; 0 where it moves', ({ assigned, stalled }) => assigned.map(({ topic, partition }) => ({
  topic, partition, value: stalled.find((place) => place.topic === topic && place.partition === partition)?.attempts ?? 0,
})));

new Gauge({
  name: 'countersign_ready', help: 'Whether the service is ready, as /readyz says: 1 or 0', labelNames: ['service'] as const,
  async collect() {
    this.reset();
    await Promise.all([...servers].flatMap((services) => services()).map(async (service) => {
      this.set({ service: service.name }, (await readinessOf(service)).ready ? 1 : 0);
    }));
  },
});

/** The answer, or undefined where it fails or does not come in time: what hangs must not take the other figures with it. */
async function answerOf<T>(ask: () => Promise<T>): Promise<T | undefined> {
  return await inTime<T | undefined>(ask, undefined).catch(() => undefined);
}

new Gauge({
  name: 'countersign_outbox_behind_seconds', help: 'How long a range of the outbox has waited to be published to its end; 0 where nothing waits', labelNames: ['service'] as const,
  collect() {
    this.reset();
    for (const { service, behindMs } of outboxes) this.set({ service }, behindMs() / 1000);
  },
});

new Gauge({
  name: 'countersign_database_up', help: 'Whether the database answers this service: 1 or 0', labelNames: ['service', 'database'] as const,
  async collect() {
    this.reset();
    await Promise.all([...databases].map(async ({ service, database, ask }) => this.set({ service, database }, (await answerOf(ask)) === undefined ? 0 : 1)));
  },
});

/** Records handled, by service, topic and what became of them. */
export const recordsHandled = new Counter({ name: 'countersign_records_handled_total', help: 'Records handled', labelNames: ['service', 'topic', 'result'] as const });
/** Seconds to handle one batch. */
export const batchSeconds = new Histogram({ name: 'countersign_batch_seconds', help: 'Time to handle what was fetched together', labelNames: ['service', 'group'] as const, buckets: [0.005, 0.02, 0.1, 0.5, 2, 10] });

/**
 * Makes lag, stalls and counts of one consumer visible until the returned function is called. Its counters begin at
 * 0, since a rate sees nothing in the first sight of a series.
 */
export function exposeConsumer(service: string, topics: readonly string[], consumer: ExposedConsumer['consumer']): () => void {
  for (const topic of topics) for (const result of ['handled', 'dead-letter', 'failed']) recordsHandled.inc({ service, topic, result }, 0);
  return consumers.add({ service, consumer });
}

/** Makes readiness visible until the returned function is called. */
export function exposeReadiness(services: () => readonly RunningService[]): () => void {
  return servers.add(services);
}

/** Makes visible how long an outbox is behind until the returned function is called. */
export function exposeOutbox(service: string, behindMs: () => number): () => void {
  return outboxes.add({ service, behindMs });
}

/** Makes visible whether a database answers `ask` in time until the returned function is called. */
export function exposeDatabase(service: string, database: string, ask: () => Promise<unknown>): () => void {
  return databases.add({ service, database, ask });
}

/** A count that a service reads at each scrape, summed over whoever exposes it; where nobody can tell, it is absent, not 0. */
export function createCountGauge(name: string, help: string): (read: () => Promise<number>) => () => void {
  const reads = new Sources<() => Promise<number>>();
  new Gauge({
    name, help,
    async collect() {
      const counts = (await Promise.all([...reads].map(answerOf))).filter((count) => count !== undefined);
      if (counts.length === 0) this.remove();
      else this.set(counts.reduce((sum, count) => sum + count, 0));
    },
  });
  return (read) => reads.add(read);
}

let collecting = false;

/** Everything this process measures, in the Prometheus text format. */
export async function prometheusText(): Promise<{ contentType: string; text: string }> {
  if (!collecting) collectDefaultMetrics();
  collecting = true;
  return { contentType: register.contentType, text: await register.metrics() };
}
