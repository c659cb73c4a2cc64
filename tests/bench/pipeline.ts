import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decisionKey, readerType, type ServiceName } from '@countersign/contracts';
import { connectConsumer, connectProducer, type KafkaConnection } from '@countersign/kafka';
import { TestStack, until } from '../harness/stack.ts';
import { startInfrastructure } from '../../packages/stack/src/infrastructure/infrastructure.ts';
import { countOf, policyText, proposal, proposals, sendAll } from './load.ts';
import { Product } from './product.ts';

const throughputCount = Number(process.env['BENCH_DECISIONS'] ?? 60_000);
const warmUpCount = 4000;
const latencyRate = 200;
const latencySeconds = 20;
const partitions = '12';
/** It takes some 6 s. */
const stockMsMax = 60_000;
const stockAttempts = 3;

type Figures = Record<string, number>;

/** Hop baseline, stateless and audited throughput, latency of automatic verdicts at 200 decisions a second, start and memory. */
export async function benchPipeline(home: string, cache: string): Promise<Figures> {
  process.stdout.write('acks=all, idempotent producers; PostgreSQL with fsync and synchronous_commit on\n');
  // Before the disk has the throughput runs to write back.
  const product = await measureProduct(join(home, 'product'), cache);
  const { hops, stateless, audited } = await measureThroughput(join(home, 'services'), cache);
  process.stdout.write(`d  at ${latencyRate} decisions/s: p50 ${product.p50.toFixed(1)} ms, p99 ${product.p99.toFixed(1)} ms\n`);
  process.stdout.write(`e  ready ${product.warmStartMs} ms after a warm start; Node process ${product.startRssMb} MB then, ${product.rssMb} MB after ${latencyRate * latencySeconds} decisions\n`);
  return {
    stateless_ratio: round(stateless / hops), audited_ratio: round(audited / hops), auto_p50_ms: round(product.p50), auto_p99_ms: round(product.p99),
    warm_start_ms: product.warmStartMs, rss_mb: product.rssMb,
  };
}

async function measureThroughput(home: string, cache: string): Promise<{ hops: number; stateless: number; audited: number }> {
  await mkdir(home, { recursive: true });
  await using infrastructure = await startInfrastructure({ home, cache });
  const { kafka, registry, postgres } = infrastructure;
  process.env['COUNTERSIGN_TEST_ENDPOINTS'] = join(home, 'endpoints.json');
  await writeFile(process.env['COUNTERSIGN_TEST_ENDPOINTS'], JSON.stringify({ kafka, registry, postgres }));
  const stock = await measureStockHops(kafka);
  report('   three hops with kafkajs as published, for scale', stock);
  const hops = await measureHops();
  report('a  three hops with our client', hops);
  const stateless = await measurePipeline(['intake', 'risk', 'routing', 'sampling', 'review']);
  report('b  proposed to verdict', stateless.perSecond, hops);
  const audited = await measurePipeline(['intake', 'risk', 'routing', 'sampling', 'review', 'audit', 'metrics']);
  report('c  with audit and metrics caught up', audited.perSecond, hops);
  process.stdout.write(`   against kafkajs as published: b ${(stateless.perSecond / stock).toFixed(3)}, c ${(audited.perSecond / stock).toFixed(3)}\n`);
  return { hops, stateless: stateless.perSecond, audited: audited.perSecond };
}

/** What the client costs before our hardening replaced parts of it: the ratios below are against our own, which is faster. */
async function measureStockHops(broker: string): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, join(import.meta.dirname, 'stock-hops.ts'), broker, String(throughputCount)], { timeout: stockMsMax });
      return Number(stdout);
    } catch (error) {
      // A consumer of it may stand still for ever.
      if (attempt === stockAttempts) throw error;
      process.stderr.write(`kafkajs as published failed, or did not end within ${stockMsMax / 1000} s, attempt ${attempt}: ${String(error)}\n`);
    }
  }
}

/** Three consume-decode-encode-produce hops of the same message with the same client in one process. */
async function measureHops(): Promise<number> {
  await using stack = await TestStack.prepare({ COUNTERSIGN_PARTITIONS: partitions });
  const topics = Array.from({ length: 4 }, (_, hop) => `${stack.settings.topicPrefix}hop${hop}`);
  await stack.admin.ensureTopics(topics.map((topic) => ({ topic, partitions: Number(partitions), replicationFactor: 1, config: {} })));
  const type = readerType('DecisionProposed');
  const connection: KafkaConnection = { brokers: stack.settings.brokers, clientId: 'hops', logger: { debug() {}, info() {}, warn() {}, error() {} } };
  await using running = new AsyncDisposableStack();
  for (let hop = 0; hop < 3; hop += 1) {
    const producer = running.use(await connectProducer(connection));
    running.use(await connectConsumer(connection, {
      groupId: `${topics[hop]}-${randomUUID()}`, topics: [topics[hop] ?? ''], onCrash: (error) => { throw error; },
      handle: (batch) => producer.send(batch.records.map(({ key, value }) => ({ topic: topics[hop + 1] ?? '', key, value: type.toBuffer(type.fromBuffer((value ?? Buffer.alloc(0)).subarray(hop === 0 ? 5 : 0))) }))),
    }));
  }
  const run = async (prefix: string, count: number, before: number) => {
    const records = proposals(stack, prefix, count).map((record) => ({ ...record, topic: topics[0] ?? '' }));
    const startedMs = performance.now();
    await sendAll(stack, records);
    await until('all hopped', async () => ((await countOf(stack, topics[3] ?? '')) >= before + count ? true : undefined), 120_000);
    return (count / (performance.now() - startedMs)) * 1000;
  };
  await run('warm', warmUpCount, 0);
  return await run('hop', throughputCount, warmUpCount);
}

/** From the first proposal sent to the last verdict in Kafka, and to the last row where audit and metrics run. */
async function measurePipeline(services: readonly ServiceName[]): Promise<{ perSecond: number }> {
  await using stack = await TestStack.prepare({ COUNTERSIGN_PARTITIONS: partitions });
  await stack.start(services);
  await stack.activatePolicy(policyText);
  const resolved = stack.codec.topicName('decisions.resolved');
  let before = 0;
  const run = async (prefix: string, count: number) => {
    const records = proposals(stack, prefix, count);
    const startedMs = performance.now();
    await sendAll(stack, records);
    await until('all resolved', async () => ((await countOf(stack, resolved)) >= before + count ? true : undefined), 240_000);
    for (const name of ['audit', 'metrics'] as const) await stack.services?.services.get(name)?.drain(240_000);
    before += count;
    return (count / (performance.now() - startedMs)) * 1000;
  };
  await run('warm', warmUpCount);
  return { perSecond: await run('load', throughputCount) };
}

/** What `npm start` runs, in a process of its own: started cold once, then warm, loaded, and asked for its memory. */
async function measureProduct(home: string, cache: string): Promise<{ warmStartMs: number; startRssMb: number; rssMb: number; p50: number; p99: number }> {
  await (await Product.start(home, cache))[Symbol.asyncDispose]();
  await using product = await Product.start(home, cache);
  const startRssMb = product.rssMb();
  await product.deployment.activatePolicy(policyText);
  const latency = await measureLatency(product);
  return { warmStartMs: Math.round(product.readyMs), startRssMb, rssMb: product.rssMb(), ...latency };
}

/** Open loop: a decision is due every 5 ms whether or not the last one is answered; a late start counts as waiting. */
async function measureLatency({ deployment, kafka }: Product): Promise<{ p50: number; p99: number }> {
  const due = new Map<string, number>();
  const latencies: number[] = [];
  const connection: KafkaConnection = { brokers: [kafka], clientId: 'latency', logger: { debug() {}, info() {}, warn() {}, error() {} } };
  await using _reader = await connectConsumer(connection, {
    groupId: `latency-${randomUUID()}`, topics: [deployment.codec.topicName('decisions.resolved')], fetchWaitMs: 5, onCrash: (error) => { throw error; },
    handle: async (batch) => {
      const seenMs = performance.now();
      for (const { key } of batch.records) {
        const dueMs = due.get(key?.toString() ?? '');
        if (dueMs !== undefined) latencies.push(seenMs - dueMs);
      }
      await Promise.resolve();
    },
  });
  const records = Array.from({ length: latencyRate * latencySeconds }, (_, index) => {
    const value = proposal(`latency-${index}`);
    return { key: decisionKey(value.system, value.decisionId), value: deployment.codec.encode('decisions.proposed', 'DecisionProposed', value) };
  });
  const startMs = performance.now() + 500;
  await Promise.all(records.map(async (record, index) => {
    const dueMs = startMs + (index * 1000) / latencyRate;
    due.set(record.key, dueMs);
    await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()));
    await deployment.send('decisions.proposed', [record]);
  }));
  await until('all verdicts seen', () => (latencies.length >= records.length ? true : undefined), 30_000);
  // The first second warms the path up.
  const sorted = latencies.slice(latencyRate).sort((x, y) => x - y);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

function report(what: string, perSecond: number, baseline?: number): void {
  process.stdout.write(`${what}: ${Math.round(perSecond)} decisions/s${baseline === undefined ? '' : `, ratio ${(perSecond / baseline).toFixed(3)}`}\n`);
}

const round = (value: number) => Math.round(value * 1000) / 1000;
