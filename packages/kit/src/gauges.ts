import { collectDefaultMetrics, Counter, Gauge, Histogram, register } from 'prom-client';

type LagSource = () => ReadonlyArray<{ group: string; topic: string; partition: number; records: number; seconds: number }>;
const states = new Set<{ service: string; lag: LagSource }>();

const labelled = ['service', 'group', 'topic', 'partition'] as const;
new Gauge({
  name: 'countersign_consumer_lag_records', help: 'Records between the next to handle and the end of the partition', labelNames: [...labelled],
  collect() {
    this.reset();
    for (const { service, lag } of states) for (const { group, topic, partition, records } of lag()) this.set({ service, group, topic, partition }, records);
  },
});
new Gauge({
  name: 'countersign_consumer_lag_seconds', help: 'Age of the oldest record that is fetched and not handled', labelNames: [...labelled],
  collect() {
    this.reset();
    for (const { service, lag } of states) for (const { group, topic, partition, seconds } of lag()) this.set({ service, group, topic, partition }, seconds);
  },
});

/** Records handled, by service, topic and what became of them. */
export const recordsHandled = new Counter({ name: 'countersign_records_handled_total', help: 'Records handled', labelNames: ['service', 'topic', 'result'] as const });
/** Seconds to handle one batch. */
export const batchSeconds = new Histogram({ name: 'countersign_batch_seconds', help: 'Time to handle a batch', labelNames: ['service', 'topic'] as const, buckets: [0.005, 0.02, 0.1, 0.5, 2, 10] });

/** Makes the lag of one consumer visible until the returned function is called. */
export function exposeLag(service: string, lag: LagSource): () => void {
  const source = { service, lag };
  states.add(source);
  return () => states.delete(source);
}

let collecting = false;

/** Everything this process measures, in the Prometheus text format. */
export async function prometheusText(): Promise<{ contentType: string; text: string }> {
  if (!collecting) collectDefaultMetrics();
  collecting = true;
  return { contentType: register.contentType, text: await register.metrics() };
}
