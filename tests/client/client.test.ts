import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verdictEventId } from '@countersign/contracts';
import { createClient, RefusedError, VerdictTimeoutError, type CountersignClient, type CountersignKafkaClient, type Verdict } from '../../packages/client/src/index.ts';
import { TestStack, until } from '../harness/stack.ts';
import { work } from '../erasure/world.ts';
import { digitsPolicy, sureReading } from './decision.ts';

let stack: TestStack;
let overKafka: CountersignKafkaClient;
let overHttp: CountersignClient;

const kafkaOptions = () => ({ brokers: stack.settings.brokers, registryUrl: stack.settings.registryUrl, topicPrefix: stack.settings.topicPrefix });
const connectHttp = async () => await createClient({ http: { url: stack.services?.url ?? '', token: () => stack.token('pipe', 'pipeline') } });

beforeAll(async () => {
  stack = await TestStack.prepare();
  await stack.start(['intake', 'risk', 'routing', 'sampling', 'review']);
  await stack.activatePolicy(digitsPolicy);
  await until('the policy on the topic', async () => ((await stack.query<{ count: string }>('select count(*) from risk.outbox'))[0]?.count === '0' ? true : undefined));
  overKafka = await createClient({ kafka: kafkaOptions() });
  overHttp = await connectHttp();
}, 120_000);

afterAll(async () => {
  await overKafka[Symbol.asyncDispose]();
  await overHttp[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
}, 60_000);

describe.each(['kafka', 'http'] as const)('over %s', (transport) => {
  const client = () => (transport === 'kafka' ? overKafka : overHttp);

  test('a proposal gets its verdict, and a repeat the same one', async () => {
    const proposal = sureReading(`${transport}-one`);
    const receipt = await client().propose(proposal);
    expect(receipt).toMatchObject({ system: 'mailroom', decisionId: `${transport}-one`, traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/) });
    const verdict = await client().verdict({ ...receipt, timeoutMs: 20_000 });
    expect(verdict).toMatchObject({ verdict: 'approved', resolvedBy: 'routing', eventId: verdictEventId('mailroom', `${transport}-one`) });
    await client().propose(proposal);
    expect(await client().verdict({ ...receipt, timeoutMs: 20_000 })).toEqual(verdict);
  });

  test('no verdict in time is an error, never an approval', async () => {
    await client().propose(sureReading(`${transport}-doubtful`, { confidence: 0.7 }));
    await expect(client().verdict({ system: 'mailroom', decisionId: `${transport}-doubtful`, timeoutMs: 500 })).rejects.toThrow(VerdictTimeoutError);
  });

  test('other content under a known id is refused as a conflict', async () => {
    const first = sureReading(`${transport}-twice`);
    await client().propose(first);
    await client().verdict({ ...first, timeoutMs: 20_000 });
    const refused = async () => {
      await client().propose({ ...first, confidence: 0.95 });
      await until('the refusal', async () => await client().verdict({ ...first, timeoutMs: 500 }).then(() => undefined));
    };
    await expect(refused()).rejects.toMatchObject({ name: 'RefusedError', refusal: 'conflict', field: 'decisionId' });
    // The original again is no conflict.
    await client().propose(first);
    expect((await client().verdict({ ...first, timeoutMs: 20_000 })).verdict).toBe('approved');
  });

  test('a verdict is never given for other content, though it is known already', async () => {
    const first = sureReading(`${transport}-other`);
    await client().propose(first);
    await client().verdict({ ...first, timeoutMs: 20_000 });
    const actOn = async (by: CountersignClient, change: object) => {
      await by.propose({ ...first, ...change });
      return await by.verdict({ ...first, timeoutMs: 20_000 });
    };
    await expect(actOn(client(), { confidence: 0.95 })).rejects.toMatchObject({ name: 'RefusedError', refusal: 'conflict' });
    // The next run of a pipeline, whose model changed its mind.
    await using later = transport === 'kafka' ? await createClient({ kafka: kafkaOptions() }) : await connectHttp();
    await expect(actOn(later, { output: { label: '5' }, alternatives: [] })).rejects.toMatchObject({ name: 'RefusedError', refusal: 'conflict' });
    await expect(actOn(later, { attributes: { ...first.attributes, inkShare: 0.31 } })).rejects.toMatchObject({ name: 'RefusedError', refusal: 'conflict' });
  });

  test('a receipt asks for the verdict on its content, in another process too', async () => {
    const receipt = await client().propose(sureReading(`${transport}-receipt`));
    await client().verdict({ ...receipt, timeoutMs: 20_000 });
    await using elsewhere = transport === 'kafka' ? await createClient({ kafka: kafkaOptions() }) : await connectHttp();
    expect(await elsewhere.verdict({ ...receipt, timeoutMs: 20_000 })).toMatchObject({ verdict: 'approved', contentDigest: receipt.contentDigest });
    await expect(elsewhere.verdict({ ...receipt, contentDigest: '0'.repeat(64), timeoutMs: 20_000 })).rejects.toMatchObject({ refusal: 'conflict' });
  });

  test('who does not wait for the acceptance of the first is refused on other content all the same', async () => {
    const [one, other] = [sureReading(`${transport}-raced`), sureReading(`${transport}-raced`, { confidence: 0.998 })];
    const receipts = await Promise.allSettled([client().propose(one), client().propose(other)]);
    const answers = await Promise.allSettled(receipts.map(async (receipt) => {
      if (receipt.status === 'rejected') throw receipt.reason;
      return await client().verdict({ ...receipt.value, timeoutMs: 20_000 });
    }));
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(answers.find((answer) => answer.status === 'rejected')?.reason).toMatchObject({ refusal: 'conflict' });
  });

  test('what is out of range is refused with its field', async () => {
    const wrong = sureReading(`${transport}-wrong`, { confidence: 1.5 });
    const refused = async () => {
      await client().propose(wrong);
      await client().verdict({ ...wrong, timeoutMs: 20_000 });
    };
    const error = await refused().catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({ field: 'confidence' });
  });

  test('after a restart of the client the verdict is still there', async () => {
    const other = transport === 'kafka' ? await createClient({ kafka: kafkaOptions() }) : await connectHttp();
    expect((await other.verdict({ system: 'mailroom', decisionId: `${transport}-one`, timeoutMs: 20_000 })).verdict).toBe('approved');
    await other[Symbol.asyncDispose]();
    await expect(other.propose(sureReading('late'))).rejects.toMatchObject({ code: 'closed' });
  });
});

test('one decision gets the same verdict over both', async () => {
  const decision = { system: 'mailroom', decisionId: 'kafka-one', timeoutMs: 20_000 };
  expect(await overHttp.verdict(decision)).toEqual(await overKafka.verdict(decision));
});

async function take(client: CountersignKafkaClient, groupId: string, count: number): Promise<Verdict[]> {
  const taken: Verdict[] = [];
  for await (const verdict of client.verdicts({ groupId, systems: ['mailroom'] })) {
    taken.push(verdict);
    if (taken.length === count) break;
  }
  return taken;
}

test('iteration gives each verdict once; what was not finished comes again to the next reader', async () => {
  const verdicts = await take(overKafka, `${stack.settings.topicPrefix}all`, 4);
  expect(new Set(verdicts.map((verdict) => verdict.eventId)).size).toBe(4);
  const again = await take(overKafka, `${stack.settings.topicPrefix}all`, 1);
  expect(again).toHaveLength(1);
});

test('content that was changed at the desk is on Kafka; over HTTP it is an error, and not what was proposed', async () => {
  let count = 0;
  const change = await until('a change in the shown form', async () => {
    const doubtful = sureReading(`changed-${count++}`, { confidence: 0.7 });
    const receipt = await overKafka.propose(doubtful);
    const verdict = await until('the verdict', async () => {
      await work(stack, 'cara', 'modified', 'desk');
      return await overKafka.verdict({ ...receipt, timeoutMs: 500 }).catch(() => undefined);
    }, 40_000);
    return verdict.modifiedOutput?.content?.toString() === '3' ? undefined : verdict;
  }, 90_000);
  expect(change).toMatchObject({ verdict: 'modified', outputLabel: '3', modifiedOutput: { content: Buffer.from('desk-changed') } });
  const { resolvedAt, eventId } = change;
  await expect(overHttp.verdict({ ...change, contentDigest: change.contentDigest ?? '', timeoutMs: 20_000 })).rejects.toMatchObject({
    name: 'ChangedContentError', code: 'content-elsewhere', verdict: { verdict: 'modified', outputLabel: '3', modifiedOutput: null, eventId, resolvedAt },
  });
}, 120_000);

test('survives a restart of the services: a waiting caller gets its verdict', async () => {
  await stack.stop();
  const waiting = sureReading('over-a-restart');
  await overKafka.propose(waiting);
  const verdict = overKafka.verdict({ ...waiting, timeoutMs: 40_000 });
  await stack.start(['intake', 'risk', 'routing', 'sampling', 'review']);
  expect((await verdict).verdict).toBe('approved');
}, 60_000);

test('says so when Countersign cannot be reached', async () => {
  await expect(createClient({ http: { url: 'localhost:8080', token: 'none' } })).rejects.toThrow('"localhost:8080" is no http or https address');
  await expect(createClient({ kafka: { ...kafkaOptions(), registryUrl: 'http://127.0.0.1:9/' } })).rejects.toMatchObject({ name: 'CountersignClientError', code: 'unavailable' });
  await using nowhere = await createClient({ http: { url: 'http://127.0.0.1:9', token: 'none', proposeTimeoutMs: 200 } });
  await expect(nowhere.propose(sureReading('nowhere'))).rejects.toMatchObject({ code: 'unavailable' });
  await expect(nowhere.verdict({ system: 'mailroom', decisionId: 'nowhere', timeoutMs: 200 })).rejects.toThrow(VerdictTimeoutError);
});

test.each<[string, (secret: string) => string | (() => Promise<string>)]>([
  ['as it is', (secret) => secret],
  ['fetched for each request', (secret) => async () => secret],
])('over HTTP an API key is a token: %s', async (how, tokenOf) => {
  const made = await stack.call('root', 'admin', 'POST', '/v1/api-keys', { name: `client ${how}`, systems: ['mailroom'], expiresInDays: 1 });
  const secret = String(made.json['secret']);
  const decisionId = `key-${how.replaceAll(' ', '-')}`;
  await until('the key is known', async () => ((await fetch(`${stack.services?.url ?? ''}/v1/decisions/mailroom/none`, { headers: { authorization: `Bearer ${secret}` } })).status === 404 ? true : undefined));
  await using client = await createClient({ http: { url: stack.services?.url ?? '', token: tokenOf(secret) } });
  const receipt = await client.propose(sureReading(decisionId));
  expect(await client.verdict({ ...receipt, timeoutMs: 20_000 })).toMatchObject({ verdict: 'approved', resolvedBy: 'routing' });
  await expect(client.propose(sureReading(decisionId, { system: 'elsewhere' }))).rejects.toMatchObject({ code: 'unauthorised' });
  await stack.call('root', 'admin', 'POST', `/v1/api-keys/${String(made.json['keyId'])}/revoke`, { reason: 'test' });
  await until('the revocation is known', async () => await client.propose(sureReading(decisionId)).then(() => undefined, (error: Error) => (/was revoked/.test(error.message) ? true : undefined)));
}, 60_000);
