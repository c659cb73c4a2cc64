import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { EventCodec, SchemaRegistry, topology, type ServiceName, type TopicName } from '@countersign/contracts';
import { connectAdmin, connectProducer, type KafkaAdmin, type RecordProducer } from '@countersign/kafka';
import { commonSettings, createLog, kafkaConnection, Publisher, readSettings, type CommonSettings, type Log } from '@countersign/kit';
import { auditLogEnvironment, ensureSecrets, secretFiles, signDevelopmentToken } from '../../packages/stack/src/embedded/secrets.ts';
import { prepareAll } from '../../packages/stack/src/embedded/setup.ts';
import { startServices, type ServiceStack } from '../../packages/stack/src/embedded/stack.ts';

export type Endpoints = { kafka: string; registry: string; postgres: string };
/** Roles are shared by a whole Postgres: every test file must use the same password for them. */
const password = 'test-password';

export type Answer = { status: number; headers: Headers; text: string; json: Record<string, unknown> };

/** Services over the run's infrastructure, with topics and databases of their own. */
export class TestStack implements AsyncDisposable {
  readonly settings: CommonSettings;
  readonly superuserUrl: string;
  readonly codec: EventCodec;
  readonly producer: RecordProducer;
  readonly admin: KafkaAdmin;
  readonly publisher: Publisher<'intake'>;
  readonly crashes: Error[] = [];
  services: ServiceStack | undefined;
  readonly #home: string;
  readonly #log: Log;

  private constructor(parts: { settings: CommonSettings; superuserUrl: string; codec: EventCodec; producer: RecordProducer; admin: KafkaAdmin; home: string; log: Log }) {
    this.settings = parts.settings;
    this.superuserUrl = parts.superuserUrl;
    this.codec = parts.codec;
    this.producer = parts.producer;
    this.admin = parts.admin;
    this.publisher = new Publisher('intake', parts.codec);
    this.#home = parts.home;
    this.#log = parts.log;
  }

  /** Prepares topics, schemas and databases; starts nothing yet. The clients of the test itself may be somebody else than the set-up is. */
  static async prepare(change: Readonly<Record<string, string>> = {}, own: Readonly<Record<string, string>> = {}): Promise<TestStack> {
    const endpoints = JSON.parse(await readFile(process.env['COUNTERSIGN_TEST_ENDPOINTS'] ?? '', 'utf8')) as Endpoints;
    const name = `t_${randomUUID().slice(0, 8)}`;
    const home = await mkdtemp(join(tmpdir(), 'countersign-test-'));
    await chmod(home, 0o755);
    const files = await ensureSecrets(home);
    const { host } = new URL(endpoints.postgres);
    const env = {
      COUNTERSIGN_ENVIRONMENT: 'development', COUNTERSIGN_KAFKA_BROKERS: endpoints.kafka, COUNTERSIGN_REGISTRY_URL: endpoints.registry,
      COUNTERSIGN_DATABASE_URL: `postgres://${host}/${name}`, COUNTERSIGN_VAULT_DATABASE_URL: `postgres://${host}/${name}_vault`, COUNTERSIGN_DATABASE_PASSWORD: password,
      COUNTERSIGN_TOPIC_PREFIX: `${name}.`, COUNTERSIGN_PARTITIONS: '3', COUNTERSIGN_MASTER_KEY_FILE: files.masterKey, COUNTERSIGN_SAMPLING_KEYS_FILE: files.samplingKeys,
      COUNTERSIGN_JWKS: files.jwks, COUNTERSIGN_SESSION_JWKS: files.sessionJwks, COUNTERSIGN_HTTP_PORT: '0', COUNTERSIGN_LOG_LEVEL: process.env['COUNTERSIGN_LOG_LEVEL'] ?? 'silent', ...change,
    };
    const settings = readSettings(commonSettings, env);
    const log = createLog('test', settings.logLevel);
    await prepareAll({ settings, superuserUrl: endpoints.postgres, log });
    const connection = kafkaConnection(readSettings(commonSettings, { ...env, ...own }), 'test', log);
    const codec = await EventCodec.connect(new SchemaRegistry(settings.registryUrl), settings.topicPrefix, Object.keys(topology) as TopicName[]);
    const [producer, admin] = await Promise.all([connectProducer(connection), connectAdmin(connection)]);
    return new TestStack({ settings, superuserUrl: endpoints.postgres, codec, producer, admin, home, log });
  }

  /** Where audit keeps its Merkle log: what every start of it reads besides the settings. */
  get logEnv(): Record<string, string> {
    return auditLogEnvironment(this.#home);
  }

  /** With the development provider, where people sign in (`harness/browser.ts`); `env` is over what the services read besides. */
  async start(services?: readonly ServiceName[], env: Readonly<Record<string, string | undefined>> = {}): Promise<ServiceStack> {
    this.services = await startServices({
      settings: this.settings, env: { COUNTERSIGN_REVIEW_OPEN_QUALIFICATIONS: 'true', COUNTERSIGN_REVIEW_WATCHED_DELAY_MAX_MS: '0', COUNTERSIGN_ISSUER_KEY_FILE: secretFiles(this.#home).sessionKey, ...this.logEnv, COUNTERSIGN_AUDIT_EXPORT_FOLDER: join(this.#home, 'exports'), ...env }, developmentProvider: this.settings.environment === 'development', log: this.#log, onCrash: (_service, error) => this.crashes.push(error), ...(services === undefined ? {} : { services }),
    });
    return this.services;
  }

  async stop(): Promise<void> {
    await this.services?.[Symbol.asyncDispose]();
    this.services = undefined;
  }

  /** A pipeline's token covers every system unless told which. */
  async token(person: string, role: string, systems?: string[]): Promise<string> {
    return await signDevelopmentToken(this.#home, { subject: person, roles: [role], ...(systems === undefined ? {} : { systems }) });
  }

  /** Calls the API as a person with one role. */
  async call(person: string, role: string, method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const token = await this.token(person, role);
    const response = await fetch(`${this.services?.url ?? ''}${path}`, {
      method, headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = /^application\/(problem\+)?json(;|$)/.test(response.headers.get('content-type') ?? '') && text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
    return { status: response.status, headers: response.headers, text, json };
  }

  /** Proposes, approves and activates a policy as two people, and waits until it is in force at intake. */
  async activatePolicy(text: string): Promise<string> {
    const proposed = await this.call('ada', 'policy-author', 'POST', '/v1/policies/versions', { text, note: 'test' });
    if (proposed.status !== 201) throw new Error(proposed.text);
    const version = String(proposed.json['version']);
    await this.call('ben', 'policy-approver', 'POST', `/v1/policies/versions/${version}/approval`, { note: 'test' });
    await this.call('ben', 'policy-approver', 'POST', `/v1/policies/versions/${version}/activation`, {});
    await this.services?.services.get('risk')?.drain(10_000);
    return version;
  }

  /** Runs SQL as the superuser in the services' database. */
  async query<R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    const url = new URL(this.superuserUrl);
    url.pathname = new URL(this.settings.databaseUrl).pathname;
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    try {
      return (await client.query<R>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.producer[Symbol.asyncDispose]();
    await this.admin[Symbol.asyncDispose]();
    const client = new pg.Client({ connectionString: this.superuserUrl });
    await client.connect();
    for (const url of [this.settings.databaseUrl, this.settings.vaultDatabaseUrl]) await client.query(`drop database if exists ${client.escapeIdentifier(new URL(url).pathname.slice(1))} with (force)`);
    await client.end();
    await rm(this.#home, { recursive: true, force: true });
  }
}

/** Waits for a state, never for a time. Rejects with what was last seen. */
export async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined, deadlineMs = 20_000): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`Not after ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
