import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { contentDigest, decisionKey, derivedEventId, type DecisionProposed, type EventTypes } from '@countersign/contracts';
import { createContext, inTransaction, openDatabase, openPool, roleUrl, Vault, type Database, type ServiceContext } from '@countersign/kit';
import { proposal } from '../../../tests/harness/proposal.ts';
import { TestStack } from '../../../tests/harness/stack.ts';
import { auditViews, type AuditedRecord } from '../audited.ts';
import { handleEvents } from '../handlers.ts';
import { ensurePartitions } from '../store.ts';
import { readErasure } from './erasures-store.ts';
import { advanceErasures } from './execution.ts';
import { approveErasure, requestErasure } from './requests.ts';

let stack: TestStack;
let context: ServiceContext<'audit'>;
let database: Database<unknown>;
let vaultDatabase: Database<unknown>;
/** Each round begins with a process that remembers nothing. */
let vault: Vault;
let count = 0;
let offset = 0;
const masterKey = randomBytes(32);
const system = 'mailroom';

beforeAll(async () => {
  stack = await TestStack.prepare();
  context = await createContext('audit', stack.settings, (error) => stack.crashes.push(error));
  database = openDatabase<unknown>('audit', stack.settings);
  vaultDatabase = openPool<unknown>(roleUrl(stack.settings.vaultDatabaseUrl, 'countersign_audit', stack.settings.databasePassword), 'vault', 4);
  await ensurePartitions(database.pool, 2);
}, 60_000);

afterAll(async () => {
  await vault[Symbol.asyncDispose]();
  for (const one of [vaultDatabase, database, context, stack]) await one[Symbol.asyncDispose]();
});

beforeEach(() => {
  count += 1;
  vault = new Vault(vaultDatabase.pool, masterKey);
});

const decisionId = () => `case-${count}`;
const proposed = (): DecisionProposed => proposal(decisionId(), { subject: { kind: 'writer', id: `writer-${count}` } });

/** As Kafka hands it out; `publishedMs` is what the record is dated by. */
async function received<T extends 'decisions.proposed' | 'decisions.accepted'>(topic: T, value: Buffer, publishedMs: number): Promise<AuditedRecord> {
  const [event] = await stack.codec.decode(topic, [value], auditViews);
  if (event === undefined || 'undecodable' in event) throw new Error('not decodable');
  const record = { topic: stack.codec.topicName(topic), partition: 0, offset: BigInt((offset += 1)), timestampMs: publishedMs, key: Buffer.from(decisionKey(system, decisionId())), value, headers: {}, header: () => undefined };
  return { topic, record, event, trace: {} } as AuditedRecord;
}

const proposalAt = async (publishedMs: number) => await received('decisions.proposed', stack.codec.encode('decisions.proposed', 'DecisionProposed', proposed()), publishedMs);

async function acceptanceAt(acceptedMs: number): Promise<AuditedRecord> {
  const value: EventTypes['DecisionAccepted'] = {
    eventId: derivedEventId(system, decisionId(), 'accepted'), occurredAt: acceptedMs * 1000, system, decisionId: decisionId(), actor: null, policyVersion: 'none', decisionType: proposed().decisionType, contentDigest: contentDigest(proposed()),
    acceptedAt: acceptedMs * 1000, channel: 'kafka', source: { topic: 'decisions.proposed', partition: 0, offset: 1 }, proposed: proposed(),
  };
  return await received('decisions.accepted', stack.codec.encode('decisions.accepted', 'DecisionAccepted', value), acceptedMs);
}

/** One call of the consumer. */
async function audit(...events: AuditedRecord[]): Promise<void> {
  await inTransaction(database.pool, async (client) => await handleEvents({ context, vault }, client, { events, requireOwned: () => undefined }));
}

/** Approved and carried out as far as it goes without the other services. Answers the instant that it reaches, in milliseconds. */
async function erase(): Promise<number> {
  const deps = { context, pool: database.pool, vault };
  const erasureId = await requestErasure(deps, 'priya', { system, subjectKind: 'writer', subjectId: `writer-${count}`, reason: 'A letter' });
  await approveErasure(deps, 'pavel', erasureId);
  await advanceErasures(deps);
  return Math.floor(((await readErasure(database.pool, erasureId))?.erasedThrough ?? 0) / 1000);
}

/** What became of the decision: how each of its events was recorded and whether its key is there, and whether the other services are told. */
async function fate(): Promise<{ recorded: string[]; openable: boolean; announced: boolean }> {
  const { rows } = await database.pool.query<{ payload_kind: string }>('select payload_kind from events where decision_id = $1 order by record', [decisionId()]);
  const { rows: told } = await database.pool.query("select 1 from outbox where headers ->> 'ce_type' = 'io.countersign.DecisionErased' and record_key = $1", [decisionKey(system, decisionId())]);
  const [key] = await new Vault(vaultDatabase.pool, masterKey).keysOf([{ system, decisionId: decisionId() }]);
  return { recorded: rows.map((row) => row.payload_kind), openable: key !== null, announced: told.length > 0 };
}

const gone = { recorded: ['erased', 'erased'], openable: false, announced: true };
const whole = { recorded: ['sealed', 'sealed'], openable: true, announced: false };
const hourMs = 3_600_000;

describe('a decision that meets an erasure of its subject on its way', () => {
  const orders: Array<[string, (events: AuditedRecord[]) => Promise<void>]> = [
    ['proposal first', async ([a, b]) => (await audit(a as AuditedRecord), await audit(b as AuditedRecord))],
    ['acceptance first', async ([a, b]) => (await audit(b as AuditedRecord), await audit(a as AuditedRecord))],
    ['both at once', async (events) => await audit(...events)],
    ['both at once, the acceptance first', async ([a, b]) => await audit(b as AuditedRecord, a as AuditedRecord)],
  ];

  test.each(orders)('is announced as erased where it was accepted until then (%s)', async (_order, deliver) => {
    const through = await erase();
    await deliver([await proposalAt(through - 20), await acceptanceAt(through - 10)]);
    expect(await fate()).toEqual(gone);
  });

  test.each(orders)('is whole where it was published after it (%s)', async (_order, deliver) => {
    const through = await erase();
    await deliver([await proposalAt(through + 10), await acceptanceAt(through + 20)]);
    expect(await fate()).toEqual(whole);
  });

  test.each(orders)('is whole, or gone and announced, where the erasure lies between its publication and its acceptance (%s)', async (_order, deliver) => {
    const through = await erase();
    await deliver([await proposalAt(through - 10), await acceptanceAt(through + 10)]);
    // Whoever heard of it first decides; nothing of it may be missing without a word to those who go on with it.
    const seen = await fate();
    expect(seen).toEqual(seen.announced ? gone : whole);
  });

  test('is announced with its proposal alone: nobody else may hear of it again', async () => {
    const through = await erase();
    await audit(await proposalAt(through - 10));
    expect(await fate()).toEqual({ ...gone, recorded: ['erased'] });
  });

  test.each(orders)('is gone where its publication is dated after its acceptance, as by a clock that is ahead (%s)', async (_order, deliver) => {
    const through = await erase();
    await deliver([await proposalAt(through + hourMs), await acceptanceAt(through - 10)]);
    const { openable, announced } = await fate();
    expect({ openable, announced }).toEqual({ openable: false, announced: true });
  });

  test.each(orders)('does not escape a later erasure by such a clock (%s)', async (_order, deliver) => {
    const now = Date.now();
    await deliver([await proposalAt(now + hourMs), await acceptanceAt(now - 1000)]);
    expect(await fate()).toEqual(whole);
    await erase();
    expect(await fate()).toEqual({ ...whole, openable: false, announced: true });
  });

  test('does not escape it in a process that found the key made by another', async () => {
    const now = Date.now();
    await audit(await proposalAt(now + hourMs));
    vault = new Vault(vaultDatabase.pool, masterKey);
    await audit(await acceptanceAt(now - 1000));
    await erase();
    expect(await fate()).toEqual({ ...whole, openable: false, announced: true });
  });
});
