import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import avro from 'avsc';
import kafkajs, { type Message, type Producer } from 'kafkajs';
import { fingerprintOf, logLine } from './checker/proposal-log.ts';
import type { Sources } from './checker/reader.ts';
import { DecisionSource, type Decision } from './decisions.ts';
import type { Random } from './random.ts';

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/DecisionProposed.avsc'), 'utf8')) as avro.Schema;
const type = avro.Type.forSchema(schema);
const tickMs = 100;
/** After an outage it catches up in requests of this many. */
const batchMax = 200;
const repeatChance = 0.03;
const conflictChanceDefault = 0.01;
const rememberedMax = 2000;
const sureShareDefault = 0.9;

const isText = (mediaType: string) => mediaType.startsWith('text/') || mediaType === 'application/json';
const bytesOf = (content: string | null | undefined, mediaType: string | null | undefined) =>
  content === null || content === undefined ? null : Buffer.from(content, isText(mediaType ?? 'text/plain') ? 'utf8' : 'base64');

/** The Avro value of a decision, proposed at an instant; attributes sorted, as intake keeps them. */
function avroValue(decision: Decision, proposedAt: number): Record<string, unknown> {
  const { attributes, input, output, alternatives, action } = decision;
  return {
    ...decision, proposedAt,
    input: { parts: input.parts.map((part) => ({ ...part, content: bytesOf(part.content, part.mediaType), uri: part.uri ?? null, sha256: part.sha256 ?? null })) },
    output: { label: output.label, content: bytesOf(output.content, output.mediaType), mediaType: output.mediaType ?? null },
    alternatives: alternatives.map(({ label, content, probability }) => ({ label, content: bytesOf(content, 'text/plain'), probability })),
    attributes: Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))),
    action: { ...action, reversalDeadline: action.reversalDeadline === null ? null : Date.parse(action.reversalDeadline) * 1000 },
  };
}

/** Shares and chances from 0 to 1: of decisions that need nobody, and of an earlier id with other content. */
export type Proposing = { logFile: string; perSecond: number; sureShare?: number; conflictChance?: number; stopping: AbortSignal };
export type Proposed = { messages: number; repeats: number; conflicts: number; failedSends: number; seconds: number };

/**
 * Proposes decisions at a steady rate with a Kafka client of its own. Each is in the log before it is sent, and is sent
 * until it is acknowledged; a send whose answer was lost is sent again, so that real duplicates occur.
 */
export async function propose(sources: Sources, random: Random, options: Proposing): Promise<Proposed> {
  const topic = `${sources.prefix}decisions.proposed.v1`;
  const header = await frameHeader(sources, topic);
  const client = new kafkajs.Kafka({ clientId: 'chaos-proposer', brokers: [sources.kafka], logLevel: kafkajs.logLevel.NOTHING, connectionTimeout: 1000, requestTimeout: 5000, retry: { retries: 0 } });
  const log = openSync(options.logFile, 'a');
  const source = new DecisionSource(random, options.sureShare ?? sureShareDefault);
  const remembered: Decision[] = [];
  const counts = { messages: 0, repeats: 0, conflicts: 0, failedSends: 0 };
  const nextDecision = (): Decision => {
    if (remembered.length > 50 && random.chance(repeatChance)) {
      counts.repeats += 1;
      return random.pick(remembered);
    }
    if (remembered.length > 50 && random.chance(options.conflictChance ?? conflictChanceDefault)) {
      counts.conflicts += 1;
      const earlier = random.pick(remembered);
      return { ...earlier, reasoning: { ...earlier.reasoning, summary: `${earlier.reasoning.summary} Or so it seems, at ${counts.messages}.` } };
    }
    const decision = source.next();
    if (remembered.length < rememberedMax) remembered.push(decision);
    else remembered[random.between(0, rememberedMax - 1)] = decision;
    return decision;
  };
  const message = (): Message => {
    const decision = nextDecision();
    const value = avroValue(decision, Date.now() * 1000);
    writeSync(log, logLine({ system: decision.system, decisionId: decision.decisionId, fingerprint: fingerprintOf(type, value) }));
    counts.messages += 1;
    return { key: `${decision.system}/${decision.decisionId}`, value: Buffer.concat([header, type.toBuffer(value)]) };
  };
  const startedAt = Date.now();
  let producer: Producer | undefined;
  let endedAt = Infinity;
  for (;;) {
    if (options.stopping.aborted) endedAt = Math.min(endedAt, Date.now());
    const due = Math.floor(((Math.min(Date.now(), endedAt) - startedAt) / 1000) * options.perSecond) - counts.messages;
    // What an outage held up is still sent.
    if (due <= 0 && endedAt < Infinity) break;
    const messages = Array.from({ length: Math.min(batchMax, Math.max(0, due)) }, message);
    while (messages.length > 0) {
      try {
        producer ??= await connected(client.producer({ allowAutoTopicCreation: false, createPartitioner: kafkajs.Partitioners.DefaultPartitioner, retry: { retries: 0 } }));
        await producer.send({ topic, messages, acks: -1 });
        break;
      } catch {
        counts.failedSends += 1;
        await producer?.disconnect().catch(() => undefined);
        producer = undefined;
        await wait(tickMs);
      }
    }
    await wait(tickMs);
  }
  await producer?.disconnect().catch(() => undefined);
  closeSync(log);
  return { ...counts, seconds: (endedAt - startedAt) / 1000 };
}

async function connected(producer: Producer): Promise<Producer> {
  await producer.connect();
  return producer;
}

/** The first bytes of every message: what the registry calls our schema. */
async function frameHeader({ registry }: Sources, topic: string): Promise<Buffer> {
  const answer = await fetch(`${registry}/subjects/${topic}-io.countersign.DecisionProposed/versions`, {
    method: 'POST', headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' }, body: JSON.stringify({ schema: JSON.stringify(schema), schemaType: 'AVRO' }),
  });
  if (!answer.ok) throw new Error(`The registry refused the schema: ${await answer.text()}`);
  const header = Buffer.alloc(5);
  header.writeUInt32BE(((await answer.json()) as { id: number }).id, 1);
  return header;
}
