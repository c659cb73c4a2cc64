import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EventTypes } from '@countersign/contracts';
import type { OutgoingRecord } from '@countersign/kafka';
import { TestStack, until } from '../../../tests/harness/stack.ts';
import { AccessFeed, accessKeyOf } from './access.ts';
import { createLog } from './log.ts';
import { Publisher } from './publisher.ts';

let review: Publisher<'review'>;
const crashed = (error: Error) => { throw error; };

function changed(keyId: string, version: number, change: Partial<EventTypes['ApiKeyChanged']> = {}): OutgoingRecord {
  return review.record('access.changed', 'ApiKeyChanged', {
    eventId: randomUUID(), occurredAt: version, system: null, decisionId: null, actor: 'root', policyVersion: null, keyId, version, name: keyId, systems: ['mailroom'], secretSha256: 'ab'.repeat(32),
    state: 'active', createdBy: 'root', createdAt: 1, expiresAt: 1_000_000, replacedBy: null, reason: null, ...change,
  }, accessKeyOf(keyId));
}

const person = () => review.record('access.changed', 'PersonChanged', {
  eventId: randomUUID(), occurredAt: 1, system: null, decisionId: null, actor: 'root', policyVersion: null, personId: 'one', displayName: 'One', roles: ['reviewer'], queues: ['*'], available: true, active: true, claimsMax: null, reason: null,
}, 'one');

/** A stack of its own for each: the topic is what is tested. */
async function onTopic(work: (stack: TestStack, open: () => Promise<AccessFeed>) => Promise<void>): Promise<void> {
  await using stack = await TestStack.prepare();
  review = new Publisher('review', stack.codec);
  await work(stack, async () => await AccessFeed.open({ brokers: stack.settings.brokers, clientId: 'test', logger: createLog('test', 'silent') }, stack.codec, crashed));
}

let shared: TestStack;
beforeAll(async () => {
  shared = await TestStack.prepare();
  review = new Publisher('review', shared.codec);
}, 60_000);
afterAll(async () => await shared[Symbol.asyncDispose](), 60_000);
const open = async (): Promise<AccessFeed> => await AccessFeed.open({ brokers: shared.settings.brokers, clientId: 'test', logger: createLog('test', 'silent') }, shared.codec, crashed);

describe('the feed of access', () => {
  test('knows every key when it opens, and follows', async () => {
    await shared.producer.send(Array.from({ length: 300 }, (_, index) => changed(`key-${index}`, 1)));
    await shared.producer.send([person(), changed('key-7', 2, { state: 'revoked', reason: 'leaked' })]);
    await using feed = await open();
    for (let index = 0; index < 300; index += 1) expect(feed.apiKey(`key-${index}`)?.state).toBe(index === 7 ? 'revoked' : 'active');
    expect(feed.apiKey('one')).toBeUndefined();
    expect(feed.reasons()).toEqual([]);
    await shared.producer.send([changed('key-8', 2, { state: 'rotating', replacedBy: 'key-9', expiresAt: 500 })]);
    await until('the rotation', () => (feed.apiKey('key-8')?.state === 'rotating' ? true : undefined));
    expect(feed.apiKey('key-8')).toMatchObject({ expiresAt: 500, replacedBy: 'key-9', systems: ['mailroom'], secretSha256: Buffer.from('ab'.repeat(32), 'hex') });
  }, 60_000);

  test('does not bring a revoked key back to life when the outbox repeats what it sent', async () => {
    const [made, revoked] = [changed('repeated', 1), changed('repeated', 2, { state: 'revoked' })];
    await shared.producer.send([made, revoked, made]);
    await using feed = await open();
    expect(feed.apiKey('repeated')?.state).toBe('revoked');
    await shared.producer.send([made, changed('after', 1)]);
    await until('what follows', () => feed.apiKey('after'));
    expect(feed.apiKey('repeated')?.state).toBe('revoked');
  }, 60_000);

  test('refuses a key whose last state cannot be read: it may be a revocation', async () => {
    await shared.producer.send([changed('garbled', 1), { topic: shared.codec.topicName('access.changed'), key: accessKeyOf('garbled'), value: Buffer.from('no event') }, changed('other', 1)]);
    await using feed = await open();
    expect([feed.apiKey('garbled'), feed.apiKey('other')?.state]).toEqual([undefined, 'active']);
    await shared.producer.send([changed('garbled', 2)]);
    await until('a state that can be read', () => feed.apiKey('garbled'));
    await shared.producer.send([{ topic: shared.codec.topicName('access.changed'), key: accessKeyOf('garbled'), value: null }]);
    await until('a tombstone', () => (feed.apiKey('garbled') === undefined ? true : undefined));
  }, 60_000);

  test('is the same after compaction, which keeps the last record of each key', async () => {
    const history = [changed('a', 1), changed('b', 1), changed('a', 2, { state: 'rotating', replacedBy: 'c', expiresAt: 9 }), changed('c', 1), person(), changed('b', 2, { state: 'revoked', reason: 'leaked' })];
    const lastOfEach = [...new Map(history.map((record) => [String(record.key), record])).values()];
    expect(lastOfEach).toHaveLength(4);
    const states: unknown[] = [];
    for (const records of [history, lastOfEach]) {
      await onTopic(async (stack, openThis) => {
        await stack.producer.send(records.map((record) => ({ ...record, topic: stack.codec.topicName('access.changed') })));
        await using feed = await openThis();
        states.push(['a', 'b', 'c'].map((keyId) => feed.apiKey(keyId)));
      });
    }
    expect(states[0]).toEqual(states[1]);
    expect(states[0]).toMatchObject([{ state: 'rotating' }, { state: 'revoked' }, { state: 'active' }]);
  }, 120_000);
});
