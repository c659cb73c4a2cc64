import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { context, ROOT_CONTEXT, SpanKind, trace, TraceFlags } from '@opentelemetry/api';
import { decisionKey, derivedEventId, type EventTypes } from '@countersign/contracts';
import type { ConsumedRecord } from '@countersign/kafka';
import { uniformDraw } from '@countersign/core';
import { createLog, readSamplingKeys, startTracing } from '@countersign/kit';
import { proposalEvent } from '../../packages/client/src/proposal.ts';
import { sureReading } from '../client/decision.ts';
import { until } from '../harness/stack.ts';
import { readTopic } from '../harness/topics.ts';
import type { ReceivedSpan } from './receiver.ts';
import { TracedStack } from './traced-stack.ts';

let traced: TracedStack;
const traceIdOf = (traceparent: string) => traceparent.split('-')[1] ?? '';
/** Above the rate of the policy under test. */
const spotCheckRateMax = 0.1;
const spanIdOf = (traceparent: string) => traceparent.split('-')[2] ?? '';
const newTraceparent = (flags = '01') => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-${flags}`;

beforeAll(async () => {
  traced = await TracedStack.start();
}, 120_000);

afterAll(async () => await traced[Symbol.asyncDispose](), 60_000);

/** A decision id that no spot check is drawn for under this run's keys: one that is goes on to a task, in the same trace. */
function unchecked(name: string): string {
  const [key] = readSamplingKeys(traced.stack.settings.samplingKeysFile);
  if (key === undefined) throw new Error('The stack has no sampling key.');
  for (let index = 0; ; index += 1) {
    const decisionId = `${name}-${index}`;
    if (uniformDraw(key.key, 'spot-check', 'mailroom', decisionId) >= spotCheckRateMax) return decisionId;
  }
}

const fromAcceptance = [
  'audit: process decisions.accepted < intake: process decisions.proposed',
  'audit: process decisions.resolved < routing: process decisions.classified',
  'audit: process decisions.routed < routing: process decisions.classified',
  'intake: process decisions.resolved < routing: process decisions.classified',
  'metrics: process decisions.accepted < intake: process decisions.proposed',
  'metrics: process decisions.resolved < routing: process decisions.classified',
  'metrics: process decisions.routed < routing: process decisions.classified',
  'review: process decisions.routed < routing: process decisions.classified',
  'risk: process decisions.accepted < intake: process decisions.proposed',
  'routing: process decisions.classified < risk: process decisions.accepted',
  'sampling: process decisions.routed < routing: process decisions.classified',
];

test('an automatic approval over Kafka is one trace, from the proposal to everybody who reads the verdict', async () => {
  const receipt = await traced.kafka.propose(sureReading(unchecked('kafka')));
  await traced.kafka.verdict({ ...receipt, timeoutMs: 20_000 });
  const proposer = 'pipeline: send decisions.proposed';
  const spans = await traced.trace(traceIdOf(receipt.traceparent), 14);
  expect(spans).toEqual([...fromAcceptance, `${proposer} < nothing`, ...['audit', 'intake'].map((service) => `${service}: process decisions.proposed < ${proposer}`)].sort());
  const handled = traced.receiver.trace(traceIdOf(receipt.traceparent)).find(({ service, name }) => service === 'countersign-risk' && name.startsWith('process'));
  const prefix = traced.stack.settings.topicPrefix;
  expect(handled).toMatchObject({ name: `process ${prefix}decisions.accepted.v1`, kind: 5, failed: false, attributes: {
    'messaging.system': 'kafka', 'messaging.operation.type': 'process', 'messaging.destination.name': `${prefix}decisions.accepted.v1`, 'messaging.consumer.group.name': `${prefix}risk`, 'kafka.message.key': decisionKey('mailroom', receipt.decisionId),
  } });
});

test('over HTTP the request is part of it, and so is waiting for the verdict', async () => {
  const receipt = await traced.http.propose(sureReading(unchecked('http')));
  const traceId = traceIdOf(receipt.traceparent);
  await traced.http.verdict({ ...receipt, timeoutMs: 20_000 });
  const spans = await traced.trace(traceId, 15);
  const request = 'intake: POST /v1/decisions';
  expect(spans).toEqual([
    ...fromAcceptance, 'pipeline: POST /v1/decisions < nothing', `${request} < pipeline: POST /v1/decisions`, ...['audit', 'intake'].map((service) => `${service}: process decisions.proposed < ${request}`),
  ].sort());
  const waited = () => traced.receiver.trace(traceId).find(({ name }) => name === 'GET /v1/decisions/:system/:decisionId');
  expect(await until('the span of waiting', waited)).toMatchObject({ service: 'countersign-intake', kind: 2, parentSpanId: spanIdOf(receipt.traceparent), attributes: { 'http.response.status_code': 200, 'url.path': `/v1/decisions/mailroom/${receipt.decisionId}` } });
});

test('a proposal made in a trace of the application goes on in that one', async () => {
  const span = traced.pipeline.startSpan('sort the post');
  const receipt = await context.with(trace.setSpan(ROOT_CONTEXT, span), () => traced.kafka.propose(sureReading(unchecked('within'))));
  span.end();
  expect(traceIdOf(receipt.traceparent)).toBe(span.spanContext().traceId);
  const spans = await traced.trace(span.spanContext().traceId, 15);
  expect(spans).toEqual(expect.arrayContaining(['pipeline: sort the post < nothing', 'pipeline: send decisions.proposed < pipeline: sort the post', 'intake: process decisions.proposed < pipeline: send decisions.proposed']));
});

/** The records of a topic that are about one decision. */
async function recordsOf(topic: 'decisions.resolved' | 'decisions.accepted', decisionId: string): Promise<ConsumedRecord[]> {
  const all = await readTopic(traced.stack, topic);
  return all.map(({ record }) => record).filter(({ key }) => key?.toString() === decisionKey('mailroom', decisionId));
}

async function taskOf(decisionId: string): Promise<string> {
  return await until(`a task on ${decisionId}`, async () => (await traced.stack.query<{ task_id: string }>('select task_id from review.tasks where decision_id = $1', [decisionId]))[0]?.task_id);
}

/** Claims, looks and approves; every request carries the trace of the reviewer's page. */
async function approve(taskId: string, traceparent: string): Promise<void> {
  const call = async (method: string, path: string, body?: unknown, etag?: string) => await traced.stack.call('rita', 'senior', method, path, body, { traceparent, ...(etag === undefined ? {} : { 'if-match': etag }) });
  const claimed = await call('POST', '/v1/reviews/claims', { taskId });
  const { etag } = claimed.json['claim'] as { etag: string };
  const shown = await call('GET', `/v1/reviews/tasks/${taskId}/presentation`, undefined, etag);
  const presentationDigest = shown.headers.get('x-presentation-digest') ?? '';
  const { form, reasonCodes } = JSON.parse(shown.text) as { form: string; reasonCodes: Array<{ code: string; for: string }> };
  await call('POST', `/v1/reviews/tasks/${taskId}/painted`, { presentationDigest }, etag);
  const code = reasonCodes.find((reason) => reason.for === 'approve')?.code;
  const opinion = form === 'hidden' ? { answer: '7' } : { decision: 'approve' };
  const judged = await call('POST', `/v1/reviews/tasks/${taskId}/judgement`, { ...opinion, reasonCodes: [code], reasoning: `A seven with a bar through its stem, as in ${taskId}; nothing else has one.`, presentationDigest, activeMs: 1000 }, etag);
  expect(judged.status).toBe(202);
}

const linked = (spans: readonly ReceivedSpan[], traceId: string) => spans.filter(({ links }) => links.some((link) => link.traceId === traceId));

test('a person ends the trace: what they do is another one, linked to the first, and the verdict belongs to theirs', async () => {
  const receipt = await traced.kafka.propose(sureReading('doubtful', { confidence: 0.8 }));
  const decision = traceIdOf(receipt.traceparent);
  const page = newTraceparent();
  const taskId = await taskOf('doubtful');
  await approve(taskId, page);
  expect(await traced.kafka.verdict({ ...receipt, timeoutMs: 20_000 })).toMatchObject({ basis: 'human', verdict: 'approved' });

  const [verdict] = await recordsOf('decisions.resolved', 'doubtful');
  const own = verdict?.headers['traceparent']?.toString() ?? '';
  expect(traceIdOf(own)).toBe(traceIdOf(page));
  expect(traceIdOf(verdict?.headers['countersign-decision-traceparent']?.toString() ?? '')).toBe(decision);

  const readers = ['audit', 'intake', 'metrics'].map((service) => `${service}: process decisions.resolved < review: deadline finalise`);
  const judgement = 'review: POST /v1/reviews/tasks/:taskId/judgement';
  await until('the verdict is read', async () => {
    const described = traced.receiver.trace(traceIdOf(page)).map((span) => traced.describe(span));
    return await Promise.resolve(readers.every((reader) => described.includes(reader)) ? true : undefined);
  });
  const theirs = traced.receiver.trace(traceIdOf(page));
  expect(theirs.map((span) => traced.describe(span))).toEqual(expect.arrayContaining([
    'review: POST /v1/reviews/claims < outside', `${judgement} < outside`, `review: deadline finalise < ${judgement}`, ...readers,
  ]));
  expect(theirs.find(({ name }) => name === 'deadline finalise')?.spanId).toBe(spanIdOf(own));
  const links = new Set(linked(theirs, decision).map((span) => traced.describe(span)));
  expect([...links]).toEqual(expect.arrayContaining(['review: POST /v1/reviews/claims < outside', `${judgement} < outside`, `review: deadline finalise < ${judgement}`, ...readers]));
  // The link leads to where the first trace ended: the opening of the task.
  const opened = traced.receiver.trace(decision).find(({ service, name }) => service === 'countersign-review' && name.includes('decisions.routed'));
  expect(linked(theirs, decision).flatMap(({ links: all }) => all.map(({ spanId }) => spanId)).every((spanId) => spanId === opened?.spanId)).toBe(true);
  expect(traced.receiver.trace(decision).some(({ name }) => name.includes('decisions.resolved'))).toBe(false);
});

test('a deadline that nobody met is a new trace, linked too', async () => {
  const receipt = await traced.kafka.propose(sureReading('forgotten', { confidence: 0.8 }));
  const decision = traceIdOf(receipt.traceparent);
  const taskId = await taskOf('forgotten');
  await traced.stack.query('update review.tasks set due_at = 1 where task_id = $1', [taskId]);
  await traced.stack.query("update review.timers set due_at = 1 where kind = 'expire' and decision_id = 'forgotten'");
  expect(await traced.kafka.verdict({ ...receipt, timeoutMs: 20_000 })).toMatchObject({ basis: 'expiry', verdict: 'rejected' });
  const [verdict] = await recordsOf('decisions.resolved', 'forgotten');
  const own = verdict?.headers['traceparent']?.toString() ?? '';
  const expired = await until('the span of the deadline', () => traced.receiver.spans.find(({ spanId }) => spanId === spanIdOf(own)));
  expect(expired).toMatchObject({ service: 'countersign-review', name: 'deadline expire', traceId: traceIdOf(own), parentSpanId: '', links: [{ traceId: decision }] });
  expect(expired.traceId).not.toBe(decision);
});

test('the requests of a person who samples nothing are not recorded, what they do to a recorded decision is', async () => {
  const receipt = await traced.kafka.propose(sureReading('quietly', { confidence: 0.8 }));
  const decision = traceIdOf(receipt.traceparent);
  const page = newTraceparent('00');
  await approve(await taskOf('quietly'), page);
  await traced.kafka.verdict({ ...receipt, timeoutMs: 20_000 });
  const [verdict] = await recordsOf('decisions.resolved', 'quietly');
  const own = verdict?.headers['traceparent']?.toString() ?? '';
  const later = await until('the span of the end', () => traced.receiver.spans.find(({ spanId }) => spanId === spanIdOf(own)));
  expect(later).toMatchObject({ name: 'deadline finalise', parentSpanId: '', links: [{ traceId: decision }] });
  await until('the judgement', () => linked(traced.receiver.spans, decision).find(({ name, parentSpanId }) => name === 'review' && parentSpanId === ''));
  expect(traced.receiver.trace(traceIdOf(page))).toEqual([]);
});

test('the ratio bounds what outsiders sample; what continues a recorded decision is recorded', async () => {
  await using none = startTracing('intake', { otlpUrl: traced.receiver.url, traceRatio: 0 }, createLog('test', 'silent'), 'test');
  const outside = { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex'), traceFlags: TraceFlags.SAMPLED, isRemote: true };
  const started = (links: Array<{ context: typeof outside }>, parent = ROOT_CONTEXT) => {
    const span = none.tracer.startSpan('test', { kind: SpanKind.INTERNAL, links }, parent);
    span.end();
    return span.spanContext().traceFlags;
  };
  expect(started([], trace.setSpanContext(ROOT_CONTEXT, outside))).toBe(TraceFlags.NONE);
  expect(started([])).toBe(TraceFlags.NONE);
  expect(started([{ context: outside }])).toBe(TraceFlags.SAMPLED);
});

test('an address that is none is a wrong setting, and is said at the start', () => {
  expect(() => startTracing('intake', { otlpUrl: 'collector:4318', traceRatio: 1 }, createLog('test', 'silent'), 'test')).toThrow('COUNTERSIGN_OTLP_URL must be an http or https URL, not "collector:4318".');
});

const malformed: ReadonlyArray<readonly [string, Record<string, string | Buffer>]> = [
  ['words', { traceparent: 'not a trace' }],
  ['empty', { traceparent: '' }],
  ['zero ids', { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` }],
  ['upper case', { traceparent: newTraceparent().toUpperCase() }],
  ['version ff', { traceparent: `ff${newTraceparent().slice(2)}` }],
  ['too long', { traceparent: `${newTraceparent()}-${'a'.repeat(100_000)}` }],
  ['bytes', { traceparent: Buffer.from(Array.from({ length: 55 }, (_, index) => index * 37 & 255)), tracestate: Buffer.from([0, 255, 10]) }],
  ['no traceparent', { tracestate: 'vendor=1' }],
];

async function proposeRaw(decisionId: string, headers: Record<string, string | Buffer>): Promise<void> {
  const proposal = sureReading(decisionId);
  const event = proposalEvent(proposal, Date.now());
  const record = traced.stack.publisher.record('decisions.proposed', 'DecisionProposed', event, decisionKey('mailroom', decisionId));
  await traced.stack.producer.send([{ ...record, headers }]);
  await traced.kafka.verdict({ system: 'mailroom', decisionId, timeoutMs: 20_000 });
}

test.each(malformed)('a malformed header is ignored: %s', async (name, headers) => {
  await proposeRaw(`malformed ${name}`, headers);
  const [accepted] = await recordsOf('decisions.accepted', `malformed ${name}`);
  expect(Object.keys(accepted?.headers ?? {}).filter((header) => header.startsWith('trace'))).toEqual([]);
  const { traceparent } = headers;
  const posted = await traced.stack.call('pipe', 'pipeline', 'GET', `/v1/decisions/mailroom/${unchecked('kafka')}`, undefined, typeof traceparent === 'string' && traceparent.length < 1000 ? { traceparent, tracestate: '=,;=,' } : {});
  expect(posted.status).toBe(200);
});

test('a malformed tracestate is dropped, its trace goes on', async () => {
  const traceparent = newTraceparent();
  await proposeRaw('state', { traceparent, tracestate: Buffer.from([0, 1, 255]) });
  const [accepted] = await recordsOf('decisions.accepted', 'state');
  expect(traceIdOf(accepted?.headers['traceparent']?.toString() ?? '')).toBe(traceIdOf(traceparent));
  expect(accepted?.headers['tracestate']).toBeUndefined();
  await proposeRaw('good state', { traceparent: newTraceparent(), tracestate: 'vendor=some,other=thing' });
  expect((await recordsOf('decisions.accepted', 'good state'))[0]?.headers['tracestate']?.toString()).toBe('vendor=some,other=thing');
});

const unsampled = newTraceparent('00');

test('what is not sampled stays so, hop by hop', async () => {
  await proposeRaw('unsampled', { traceparent: unsampled });
  await proposeRaw('untraced', {});
  const [verdict] = await recordsOf('decisions.resolved', 'unsampled');
  expect(verdict?.headers['traceparent']?.toString()).toBe(unsampled);
  expect((await recordsOf('decisions.resolved', 'untraced'))[0]?.headers['traceparent']).toBeUndefined();
});

test('what a service logs about a record says which trace it was in', async () => {
  const traceparent = newTraceparent();
  const [accepted] = await recordsOf('decisions.accepted', unchecked('kafka'));
  const [event] = await traced.stack.codec.decode('decisions.accepted', [accepted?.value ?? null]);
  if (event === undefined || 'undecodable' in event) throw new Error('The accepted event cannot be decoded.');
  // A version that nobody has read: risk waits for it, and says so.
  const value: EventTypes['DecisionAccepted'] = { ...event.value, eventId: derivedEventId('mailroom', 'unread', 'accepted'), decisionId: 'unread', policyVersion: 'f'.repeat(64), proposed: { ...event.value.proposed, decisionId: 'unread' } };
  const record = traced.stack.publisher.record('decisions.accepted', 'DecisionAccepted', value, decisionKey('mailroom', 'unread'), { traceparent });
  await traced.stack.producer.send([record]);
  const line = await until('the log line', () => traced.log.find(({ traceparents }) => Array.isArray(traceparents) && traceparents.includes(traceparent)));
  expect(line).toMatchObject({ service: 'risk', trace_id: traceIdOf(traceparent), span_id: expect.stringMatching(/^[0-9a-f]{16}$/) });
  const span = await until('its span', () => traced.receiver.spans.find(({ spanId }) => spanId === line['span_id']));
  expect(span).toMatchObject({ service: 'countersign-risk', parentSpanId: spanIdOf(traceparent), failed: true, attributes: { 'error.type': 'PolicyNotReadYetError' } });
});

test('what is not sampled, or malformed, made no spans at all, in no service', async () => {
  // Stopping sends every span there is.
  await traced.stack.stop();
  expect(traced.receiver.trace(traceIdOf(unsampled))).toEqual([]);
  const keys = new Set(traced.receiver.spans.map(({ attributes }) => attributes['kafka.message.key']));
  expect(keys.has(decisionKey('mailroom', unchecked('kafka')))).toBe(true);
  for (const decisionId of ['unsampled', 'untraced', ...malformed.map(([name]) => `malformed ${name}`)]) expect(keys.has(decisionKey('mailroom', decisionId))).toBe(false);
  expect(traced.receiver.problems).toEqual([]);
  expect(traced.stack.crashes).toEqual([]);
});
