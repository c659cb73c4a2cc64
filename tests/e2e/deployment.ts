import { EventCodec, SchemaRegistry, topology, type TopicName } from '@countersign/contracts';
import { connectAdmin, connectProducer, readWholeTopic, type KafkaAdmin, type KafkaLogger, type OutgoingRecord, type RecordProducer } from '@countersign/kafka';
import { until, type Answer, type TestStack } from '../harness/stack.ts';

/** A running Countersign, seen from outside: its API, its Kafka, its registry, and somebody who makes tokens. */
export type Endpoints = { url: string; brokers: readonly string[]; registry: string; topicPrefix: string; token(person: string, role: string): Promise<string> };

const silent: KafkaLogger = { debug() {}, info() {}, warn() {}, error() {} };
/** Nothing moved for this long, and every group is at the end: what starts in a database has left it. */
const quietMs = 1500;

/** What the end-to-end scenarios know of a deployment; they look into no database. */
export class Deployment implements AsyncDisposable {
  readonly codec: EventCodec;
  readonly #endpoints: Endpoints;
  readonly #producer: RecordProducer;
  readonly #admin: KafkaAdmin;
  readonly #policies = new Map<string, string>();

  private constructor(endpoints: Endpoints, codec: EventCodec, producer: RecordProducer, admin: KafkaAdmin) {
    this.#endpoints = endpoints;
    this.codec = codec;
    this.#producer = producer;
    this.#admin = admin;
  }

  static async connect(endpoints: Endpoints): Promise<Deployment> {
    const connection = { brokers: endpoints.brokers, clientId: 'e2e', logger: silent };
    const codec = await EventCodec.connect(new SchemaRegistry(endpoints.registry), endpoints.topicPrefix, Object.keys(topology) as TopicName[]);
    const [producer, admin] = await Promise.all([connectProducer(connection), connectAdmin(connection)]);
    return new Deployment(endpoints, codec, producer, admin);
  }

  /** The services of a test, from outside. */
  static async of(stack: TestStack): Promise<Deployment> {
    const { brokers, registryUrl, topicPrefix } = stack.settings;
    if (stack.services === undefined) throw new Error('Start the services first.');
    return await Deployment.connect({ url: stack.services.url, brokers, registry: registryUrl, topicPrefix, token: (person, role) => stack.token(person, role) });
  }

  /** Calls the API as a person with one role. */
  async call(person: string, role: string, method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const response = await fetch(`${this.#endpoints.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.#endpoints.token(person, role)}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true && !path.includes('export');
    return { status: response.status, headers: response.headers, text, json: isJson && text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {} };
  }

  /** Proposes, approves and activates a policy as two people, once, and waits until nothing moves any more. */
  async activatePolicy(text: string): Promise<string> {
    const known = this.#policies.get(text);
    if (known !== undefined) return known;
    const proposed = await this.call('ada', 'policy-author', 'POST', '/v1/policies/versions', { text, note: 'test' });
    if (proposed.status !== 201) throw new Error(proposed.text);
    const version = String(proposed.json['version']);
    for (const [step, body] of [['approval', { note: 'test' }], ['activation', {}]] as const) {
      const answer = await this.call('ben', 'policy-approver', 'POST', `/v1/policies/versions/${version}/${step}`, body);
      if (answer.status >= 300) throw new Error(answer.text);
    }
    await this.settle(60_000);
    this.#policies.set(text, version);
    return version;
  }

  async send(topic: TopicName, records: ReadonlyArray<Omit<OutgoingRecord, 'topic'>>): Promise<void> {
    await this.#producer.send(records.map((record) => ({ ...record, topic: this.codec.topicName(topic) })));
  }

  /** Records in a topic, gone ones left out. */
  async countOf(topic: TopicName): Promise<number> {
    return (await this.#admin.watermarks(this.codec.topicName(topic))).reduce((sum, { low, high }) => sum + Number(high - low), 0);
  }

  async readAll(topic: TopicName): Promise<Array<{ key: string | null; value: Buffer | null }>> {
    const records: Array<{ key: string | null; value: Buffer | null }> = [];
    await using reader = await readWholeTopic({ brokers: this.#endpoints.brokers, clientId: 'e2e-reader', logger: silent }, {
      topics: [this.codec.topicName(topic)], onRecord: ({ key, value }) => void records.push({ key: key?.toString() ?? null, value }), onCrash: (error) => { throw error; },
    });
    await reader.caughtUp;
    return records;
  }

  /** Events that audit keeps of one record type. */
  async audited(record: string): Promise<number> {
    const { text } = await this.call('olga', 'auditor', 'GET', `/v1/audit/export?record=${record}&reason=Counting+for+a+test`);
    return text.split('\n').filter((line) => line !== '').length;
  }

  /** Resolves when every service has handled what was in its topics, what that led to included. */
  async settle(deadlineMs: number): Promise<void> {
    let before = '';
    let changedAtMs = Date.now();
    await until('every group at the end of its topics, and nothing moves', async () => {
      const { ends, behind } = await this.#positions();
      if (ends !== before) changedAtMs = Date.now();
      before = ends;
      return behind === 0 && Date.now() - changedAtMs > quietMs ? true : undefined;
    }, deadlineMs);
  }

  async #positions(): Promise<{ ends: string; behind: number }> {
    const names = Object.keys(topology) as TopicName[];
    const ends = new Map<string, bigint>();
    await Promise.all(names.map(async (name) => {
      const topic = this.codec.topicName(name);
      for (const { partition, low, high } of await this.#admin.watermarks(topic)) if (high > low) ends.set(`${topic}/${partition}`, high);
    }));
    let behind = 0;
    await Promise.all(groupsOf(names).map(async ({ group, topics }) => {
      const committed = await this.#admin.committed(`${this.#endpoints.topicPrefix}${group}`, topics.map((name) => this.codec.topicName(name)));
      for (const { topic, partition, offset } of committed) {
        const end = ends.get(`${topic}/${partition}`);
        if (end !== undefined && (offset ?? 0n) < end) behind += 1;
      }
    }));
    return { ends: [...ends].map(([place, end]) => `${place}=${end}`).sort().join(' '), behind };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#producer[Symbol.asyncDispose]();
    await this.#admin[Symbol.asyncDispose]();
  }
}

/** The consumer groups and what they read. Policies and access are read whole by every instance, in no group; audit keeps them besides. */
function groupsOf(names: readonly TopicName[]): Array<{ group: string; topics: TopicName[] }> {
  const groups = new Map<string, TopicName[]>();
  for (const name of names) {
    for (const reader of topology[name].readers as readonly string[]) {
      const wholly = name === 'policies.changed' || name === 'access.changed';
      // Pipelines and witnesses are not here.
      if (reader === 'pipeline' || reader === 'witness' || (wholly && reader !== 'audit')) continue;
      for (const group of groupsReading(reader, name)) groups.set(group, [...(groups.get(group) ?? []), name]);
    }
  }
  return [...groups].map(([group, topics]) => ({ group, topics }));
}

/** Mostly one, of the service's name. Sampling draws in one and keeps the pool of exercises in another. */
function groupsReading(reader: string, name: TopicName): string[] {
  if (reader === 'intake' && name === 'decisions.resolved') return ['intake.verdicts'];
  if (reader !== 'sampling') return [reader];
  return name === 'decisions.routed' ? ['sampling', 'sampling.calibration'] : ['sampling.calibration'];
}
