/** Review as it runs in production, over real Kafka, registry and Postgres, with everything it meets named apart. */

import { generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventCodec, SchemaRegistry, topology } from '@countersign/contracts';
import type { DecisionProposed, TopicName } from '@countersign/contracts';
import { parsePolicy } from '@countersign/core';
import { connectAdmin, readWholeTopic } from '@countersign/kafka';
import type { KafkaConnection } from '@countersign/kafka';
import { commonSettings, createContext, createHttpServer, createLog, migrateService, migrateVault, prepareDatabases, Publisher, readSettings, roleUrl, tokenAudience, trustedIssuers } from '@countersign/kit';
import type { Role, ServiceContext } from '@countersign/kit';
import { openIssuer } from '../identity/issuer.ts';
import { migrations, startReview } from '../service.ts';
import type { ReviewService } from '../service.ts';
import { dropDatabases, inDatabase } from './opened-review.ts';

type Endpoints = { kafka: string; registry: string; postgres: string };
export type Running = Awaited<ReturnType<typeof runReview>>;

const issuer = 'test';
const policyFile = new URL('../../../examples/policies/digits.routing.yaml', import.meta.url);

/** `change` are settings other than those of the tests. */
export async function runReview(change: Readonly<Record<string, string>> = {}) {
  const endpoints = JSON.parse(readFileSync(process.env['COUNTERSIGN_TEST_ENDPOINTS'] ?? '', 'utf8')) as Endpoints;
  const name = `review_${randomUUID().slice(0, 8)}`;
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
  const env = { ...(await prepare(endpoints, name, folder)), ...(await sessionKey(folder)), ...change };
  const settings = readSettings(commonSettings, env);
  const log = createLog('review', settings.logLevel);
  const connection: KafkaConnection = { brokers: settings.brokers, clientId: 'test', logger: log };
  await createTopics(connection, settings.topicPrefix);
  const crashes: Error[] = [];
  const context = await createContext('review', settings, (error) => void crashes.push(error), log);
  const writers = await connectWriters(context);
  const policyVersion = await writers.activatePolicy();
  let service: ReviewService = await startReview(context, env);
  // The routes are the instance's: another one needs a server of its own.
  const serve = async () => await createHttpServer({ log, issuers: trustedIssuers(settings), trustedProxies: settings.trustedProxies, services: () => [service], routes: [service.routes], onDenied: () => undefined });
  let http = await serve();
  const tokenOf = tokenMaker(join(folder, 'key.pem'));
  const token = (sub: string, ...roles: Role[]) => tokenOf(sub, {}, ...roles);
  return {
    env, context, policyVersion, crashes, token, tokenOf, ...writers,
    /** As the service itself connects. */
    databaseUrl: roleUrl(settings.databaseUrl, 'countersign_review', settings.databasePassword),
    get http() {
      return http;
    },
    get service() {
      return service;
    },
    /** Stops the service and starts another instance over the same data. */
    restart: async () => {
      await http.close();
      await service[Symbol.asyncDispose]();
      service = await startReview(context, env);
      http = await serve();
    },
    /** A second instance of the service over the same data, with connections of its own. */
    another: async () => {
      const its = await createContext('review', settings, (error) => void crashes.push(error), log);
      const second = await startReview(its, env);
      const server = await createHttpServer({ log, issuers: trustedIssuers(settings), trustedProxies: settings.trustedProxies, services: () => [second], routes: [second.routes], onDenied: () => undefined });
      const close = async () => {
        await server.close();
        await second[Symbol.asyncDispose]();
        await its[Symbol.asyncDispose]();
      };
      return { http: server, service: second, close };
    },
    readAll: async <T extends TopicName>(topic: T) => await readAll(context, topic),
    close: async () => {
      await http.close();
      await service[Symbol.asyncDispose]();
      await context[Symbol.asyncDispose]();
      const admin = await connectAdmin(connection);
      await admin.deleteTopics(usedTopics.map((topic) => `${settings.topicPrefix}${topic}.v1`));
      await admin[Symbol.asyncDispose]();
      await dropDatabases(endpoints.postgres, [name, `${name}_vault`]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Review signs tokens of sessions with a key of this run. */
async function sessionKey(folder: string) {
  const { privateKey } = generateKeyPairSync('ed25519');
  const file = join(folder, 'session-key.json');
  writeFileSync(file, JSON.stringify(privateKey.export({ format: 'jwk' })));
  const jwks = join(folder, 'session-jwks.json');
  writeFileSync(jwks, JSON.stringify((await openIssuer(file)).jwks));
  return { COUNTERSIGN_ISSUER_KEY_FILE: file, COUNTERSIGN_SESSION_JWKS: jwks };
}

async function prepare(endpoints: Endpoints, name: string, folder: string) {
  const password = 'test-password';
  await prepareDatabases(endpoints.postgres, [name, `${name}_vault`], password);
  await migrateService(inDatabase(endpoints.postgres, name), 'review', migrations);
  await migrateVault(inDatabase(endpoints.postgres, `${name}_vault`));
  writeFileSync(join(folder, 'master'), randomBytes(32).toString('base64'));
  writeFileSync(join(folder, 'sampling.json'), '{"keys":[]}');
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(folder, 'jwks.json'), JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'test', alg: 'EdDSA', use: 'sig' }] }));
  return {
    COUNTERSIGN_ENVIRONMENT: 'development',
    COUNTERSIGN_KAFKA_BROKERS: endpoints.kafka,
    COUNTERSIGN_REGISTRY_URL: endpoints.registry,
    COUNTERSIGN_DATABASE_URL: inDatabase(endpoints.postgres, name),
    COUNTERSIGN_VAULT_DATABASE_URL: inDatabase(endpoints.postgres, `${name}_vault`),
    COUNTERSIGN_DATABASE_PASSWORD: password,
    COUNTERSIGN_TOPIC_PREFIX: `${name}.`,
    COUNTERSIGN_MASTER_KEY_FILE: join(folder, 'master'),
    COUNTERSIGN_SAMPLING_KEYS_FILE: join(folder, 'sampling.json'),
    COUNTERSIGN_JWKS: join(folder, 'jwks.json'),
    COUNTERSIGN_TOKEN_ISSUER: issuer,
    COUNTERSIGN_LOG_LEVEL: 'error',
    COUNTERSIGN_REVIEW_UNDO_MS: '0',
    COUNTERSIGN_REVIEW_WATCHED_DELAY_MAX_MS: '0',
    COUNTERSIGN_REVIEW_TIMER_POLL_MS: '20',
    COUNTERSIGN_REVIEW_OPEN_QUALIFICATIONS: 'true',
  };
}

const usedTopics = (Object.keys(topology) as TopicName[]).filter((topic) => {
  const { readers, writers } = topology[topic] as { readers: readonly string[]; writers: readonly string[] };
  return readers.includes('review') || writers.includes('review');
});

async function createTopics(connection: KafkaConnection, prefix: string): Promise<void> {
  await using admin = await connectAdmin(connection);
  await admin.ensureTopics(usedTopics.map((topic) => ({ topic: `${prefix}${topic}.v1`, partitions: topology[topic].partitions === 1 ? 1 : 2, replicationFactor: 1, config: {} })));
}

/** What intake, routing, sampling and risk would write. */
async function connectWriters(context: ServiceContext<'review'>) {
  const codec = await EventCodec.connect(new SchemaRegistry(context.settings.registryUrl), context.settings.topicPrefix, ['decisions.accepted', 'decisions.routed', 'spotchecks.selected', 'calibrations.planned', 'outcomes.recorded', 'policies.changed']);
  const routing = new Publisher('routing', codec);
  const sampling = new Publisher('sampling', codec);
  const intake = new Publisher('intake', codec);
  const text = readFileSync(policyFile, 'utf8');
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error('the example policy does not parse');
  const { version } = parsed.policy;
  return {
    accepted: (proposed: DecisionProposed, acceptedAt: number) => {
      const { system, decisionId, decisionType } = proposed;
      const source = { topic: 't', partition: 0, offset: 0 };
      const envelope = { eventId: `accepted-${decisionId}`, occurredAt: acceptedAt, system, decisionId, actor: null, policyVersion: version };
      return codec.encode('decisions.accepted', 'DecisionAccepted', { ...envelope, decisionType, contentDigest: '00', acceptedAt, channel: 'kafka', source, proposed });
    },
    sendRouted: async (...events: Array<Parameters<typeof routing.record<'decisions.routed', 'DecisionRouted'>>[2]>) => {
      await context.producer.send(events.map((event) => routing.record('decisions.routed', 'DecisionRouted', event, `${event.system}/${event.decisionId}`)));
    },
    sendSelected: async (...events: Array<Parameters<typeof sampling.record<'spotchecks.selected', 'SpotCheckSelected'>>[2]>) => {
      await context.producer.send(events.map((event) => sampling.record('spotchecks.selected', 'SpotCheckSelected', event, `${event.system}/${event.decisionId}`)));
    },
    sendOutcomes: async (...events: Array<Parameters<typeof intake.record<'outcomes.recorded', 'OutcomeRecorded'>>[2]>) => {
      await context.producer.send(events.map((event) => intake.record('outcomes.recorded', 'OutcomeRecorded', event, `${event.system}/${event.decisionId}`)));
    },
    sendPlanned: async (...events: Array<Parameters<typeof sampling.record<'calibrations.planned', 'CalibrationPlanned'>>[2]>) => {
      await context.producer.send(events.map((event) => sampling.record('calibrations.planned', 'CalibrationPlanned', event, `${event.system}/${event.decisionId}`)));
    },
    activatePolicy: async () => {
      const risk = new Publisher('risk', codec);
      const envelope = { eventId: 'policy', occurredAt: 1, system: null, decisionId: null, actor: 'risk', policyVersion: version };
      const value = { ...envelope, decisionType: 'digits.routing', version, text, activationId: '1', proposedBy: 'a', approvedBy: 'b', activatedBy: 'b', note: '' };
      await context.producer.send([risk.record('policies.changed', 'PolicyActivated', value, 'digits.routing')]);
      return version;
    },
  };
}

async function readAll<T extends TopicName>(context: ServiceContext, topic: T) {
  const values: Buffer[] = [];
  const onRecord = async ({ value }: { value: Buffer | null }) => {
    if (value !== null) values.push(value);
    await Promise.resolve();
  };
  const reader = await readWholeTopic(context.connection, { topics: [context.codec.topicName(topic)], onRecord, onCrash: () => undefined });
  await reader.caughtUp;
  await reader[Symbol.asyncDispose]();
  return await context.codec.decode(topic, values);
}

/** Tokens with claims besides the usual ones, or instead of them. */
function tokenMaker(keyFile: string) {
  const key = readFileSync(keyFile);
  return (sub: string, claims: Record<string, unknown>, ...roles: Role[]) => {
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const nowS = Math.floor(Date.now() / 1000);
    const text = `${encode({ alg: 'EdDSA', kid: 'test' })}.${encode({ sub, name: sub, roles, iss: issuer, aud: tokenAudience, iat: nowS, exp: nowS + 3600, ...claims })}`;
    return `Bearer ${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
  };
}
