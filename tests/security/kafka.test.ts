/**
 * A broker that asks who somebody is and does what its list says: the set-up, all services, a pipeline and the command line, each as its own principal with
 * the rights of infra/kafka/acls.txt and no others, put decisions through to their verdicts. Nothing is refused that they need, and what the list keeps from them is.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serviceNames, type ServiceName } from '@countersign/contracts';
import { connectAdmin, connectProducer, readWholeTopic } from '@countersign/kafka';
import { createContext, createLog, kafkaConnection, kafkaSettings, readSettings, type CommonSettings } from '@countersign/kit';
import { createClient } from '../../packages/client/src/index.ts';
import { permitAll } from '../../packages/stack/src/embedded/setup.ts';
import { startServices, type ServiceStack } from '../../packages/stack/src/embedded/stack.ts';
import { judgeOne } from '../e2e/reviewer.ts';
import { guardRegistry, SecuredKafka, stranger } from '../harness/secured-kafka.ts';
import { TestStack, until, type Endpoints } from '../harness/stack.ts';

const repository = join(import.meta.dirname, '../..');
/** The list is of the prefix that deployments have unless they set another. */
const topicPrefix = 'countersign.';
const registryPassword = 'registry-hunter2';

let kafka: SecuredKafka;
let registry: Awaited<ReturnType<typeof guardRegistry>>;
let stack: TestStack;
const running = new Map<ServiceName, ServiceStack>();
const logged: string[] = [];
const said: string[] = [];
const log = createLog('test', 'debug', { write: (line) => void logged.push(line) });
const owned = new AsyncDisposableStack();

function commonEnv(): Record<string, string> {
  return { COUNTERSIGN_REGISTRY_URL: registry.http, COUNTERSIGN_TOPIC_PREFIX: topicPrefix };
}

function kafkaOf(name: string, change: Readonly<Record<string, string>> = {}) {
  return readSettings(kafkaSettings, { ...commonEnv(), ...kafka.as(name), ...change });
}

function settingsOf(service: ServiceName, change: Readonly<Record<string, string>> = {}): CommonSettings {
  return { ...stack.settings, ...kafkaOf(`countersign-${service}`, change) };
}

function connectionOf(name: string) {
  return kafkaConnection(kafkaOf(name), name, log);
}

beforeAll(async () => {
  kafka = owned.use(await SecuredKafka.start());
  const endpoints = JSON.parse(readFileSync(process.env['COUNTERSIGN_TEST_ENDPOINTS'] ?? '', 'utf8')) as Endpoints;
  registry = owned.use(await guardRegistry(endpoints.registry, kafka.folder, `countersign:${registryPassword}`));
  await permitAll(kafkaOf('admin'), log);
  stack = owned.use(await TestStack.prepare({ ...commonEnv(), ...kafka.as('countersign-setup') }, kafka.as('admin')));
  await Promise.all(serviceNames.map(async (name) => {
    const services = await startServices({ settings: settingsOf(name), services: [name], env: { COUNTERSIGN_REVIEW_OPEN_QUALIFICATIONS: 'true', COUNTERSIGN_REVIEW_UNDO_MS: '0', ...stack.logEnv }, log, onCrash: (_service, error) => stack.crashes.push(error) });
    running.set(name, owned.use(services));
  }));
}, 180_000);
afterAll(async () => await owned.disposeAsync(), 60_000);

describe('with the rights of the list', () => {
  test('every service is ready', async () => {
    const states = await Promise.all([...running].map(async ([name, { url }]) => await until(`${name} is ready`, async () => {
      const response = await fetch(`${url}/readyz`);
      return response.ok ? response.status : undefined;
    })));
    expect(states).toEqual(serviceNames.map(() => 200));
  }, 60_000);

  test('a pipeline gets the verdict of routing, and that of two people', async () => {
    stack.services = running.get('risk');
    await stack.activatePolicy(readFileSync(join(repository, 'examples/policies/digits.routing.yaml'), 'utf8'));
    const { brokers, tls, sasl } = connectionOf('countersign-pipeline');
    await using client = await createClient({ kafka: { brokers, registryUrl: registry.http, topicPrefix, ...(tls === undefined ? {} : { tls }), ...(sasl === undefined ? {} : { sasl }) } });
    const propose = async (decisionId: string, decisionType: string) => await client.propose({
      system: 'mailroom', decisionId, decisionType, input: { parts: [{ name: 'scan', mediaType: 'text/plain', content: 'a seven' }] }, output: { label: '7' },
      reasoning: { summary: 'Read as 7 with probability 0.998.' }, confidence: 0.998, provenance: { model: { name: 'reader', version: '1' } },
      attributes: { inkShare: 0.31, margin: 0.996, runnerUp: '1', touchesEdge: false }, action: { description: 'Sort the form' },
    });
    const automatic = await client.verdict({ ...(await propose('secured-1', 'digits.routing')), timeoutMs: 30_000 });
    expect(automatic).toMatchObject({ verdict: 'approved' });
    const unknown = await propose('secured-2', 'nobody.knows');
    stack.services = running.get('review');
    for (const person of ['sami', 'sofia']) await until(`${person} judged`, async () => ((await judgeOne(stack, person)) === 'judged' ? true : undefined), 30_000);
    expect(await client.verdict({ ...unknown, timeoutMs: 30_000 })).toMatchObject({ verdict: 'approved' });
    stack.services = undefined;
  }, 120_000);

  test('all of it is on record, and its checkpoint reaches the witness', async () => {
    await until('both verdicts are on record', async () => ((await stack.query(`select 1 from audit.events where record = 'DecisionResolved'`)).length === 2 ? true : undefined), 30_000);
    const seen = Promise.withResolvers<void>();
    await using _reader = await readWholeTopic(connectionOf('countersign-witness'), { topics: [`${topicPrefix}audit.checkpointed.v1`], onRecord: () => seen.resolve(), onCrash: seen.reject });
    await seen.promise;
  }, 60_000);

  test('the command line sends a dead letter back, over a registry whose authority Node was told of', async () => {
    const topic = `${topicPrefix}decisions.proposed.v1`;
    {
      await using producer = await connectProducer(connectionOf('countersign-pipeline'));
      await producer.send([{ topic, key: 'mailroom/none', value: Buffer.from('no event') }]);
    }
    await until('it died', async () => ((await stack.query(`select 1 from audit.events where record = 'DeadLetter'`)).length > 0 ? true : undefined), 30_000);
    const replayed = await command(['dead-letters', 'replay', '--all', '--as', 'olga'], { ...kafka.as('countersign-cli'), COUNTERSIGN_TOPIC_PREFIX: topicPrefix, COUNTERSIGN_REGISTRY_URL: registry.https, NODE_EXTRA_CA_CERTS: join(kafka.folder, 'server.crt') });
    expect(replayed).toMatchObject({ status: 0, output: expect.stringContaining('1 of 1 replayed') });
  }, 120_000);

  test('the broker refused nobody anything', () => {
    expect(kafka.denials()).toEqual([]);
    expect(stack.crashes).toEqual([]);
  });
});

describe('without them', () => {
  const checkpoints = `${topicPrefix}audit.checkpointed.v1`;

  test.each(['countersign-routing', 'countersign-review', 'countersign-cli', 'countersign-pipeline'])('%s does not write checkpoints', async (name) => {
    await using producer = await connectProducer(connectionOf(name));
    await expect(producer.send([{ topic: checkpoints, key: null, value: Buffer.from('a forged checkpoint') }])).rejects.toThrow(/[Nn]ot authorized/);
    expect(kafka.denials().some((line) => line.includes(`User:${name} is Denied`) && line.includes(checkpoints))).toBe(true);
  }, 60_000);

  test('the set-up changes nobody’s rights', async () => {
    await using admin = await connectAdmin(connectionOf('countersign-setup'));
    await expect(admin.permit([{ principal: 'countersign-routing', operation: 'Write', resource: { kind: 'topic', name: checkpoints, prefixed: false } }])).rejects.toThrow(/[Aa]uthoriz/);
  });
});

describe('who is not let in', () => {
  test('a user without rights ends a start, with a reason', async () => {
    const settings = { ...stack.settings, ...kafkaOf(stranger) };
    await expect(createContext('risk', settings, () => undefined, log)).rejects.toThrow(/authoriz/);
  }, 30_000);

  test.each<[string, Record<string, string>, RegExp]>([
    ['a wrong password', { COUNTERSIGN_KAFKA_SASL_PASSWORD: 'wrong-hunter2' }, /[Aa]uthentication failed/],
    ['a mechanism that they are not known by', { COUNTERSIGN_KAFKA_SASL_MECHANISM: 'plain' }, /[Aa]uthentication failed/],
  ])('%s ends a start at once, with a reason', async (_what, change, reason) => {
    await expect(createContext('risk', settingsOf('risk', change), () => undefined, log)).rejects.toThrow(reason);
  }, 30_000);

  test('a command says so, and what it was', async () => {
    const { status, output } = await command(['dead-letters', 'list'], { ...kafka.as('countersign-cli'), COUNTERSIGN_KAFKA_SASL_PASSWORD: 'wrong-hunter2', COUNTERSIGN_TOPIC_PREFIX: topicPrefix, COUNTERSIGN_REGISTRY_URL: registry.http });
    expect([status, /uthentication failed/.test(output)]).toEqual([1, true]);
    said.push(output);
  }, 120_000);
});

test('no secret was said: not in a log, a readiness, a document or an error', async () => {
  const answers = await Promise.all([...running.values()].flatMap(({ url }) => ['/readyz', '/metrics', '/openapi.json'].map(async (path) => await (await fetch(`${url}${path}`)).text())));
  const everything = [...logged, ...said, ...answers, ...stack.crashes.map(({ stack: trace }) => trace ?? '')].join('\n');
  expect(everything).toContain('"ready":true');
  for (const secret of [...(await kafka.secrets()), registryPassword, 'wrong-hunter2']) expect(everything).not.toContain(secret);
}, 30_000);

async function command(args: readonly string[], env: Readonly<Record<string, string>>): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [join(repository, 'packages/stack/src/cli/main.ts'), ...args], { env: { PATH: process.env['PATH'], ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { status: await new Promise<number | null>((resolve) => child.once('close', resolve)), output };
}
