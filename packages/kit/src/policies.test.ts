import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { failClosedVersion, parsePolicy } from '@countersign/core';
import type { OutgoingRecord } from '@countersign/kafka';
import { TestStack, until } from '../../../tests/harness/stack.ts';
import { createLog } from './log.ts';
import { PolicyFeed, PolicyNotReadYetError } from './policies.ts';
import { Publisher } from './publisher.ts';

const digits = readFileSync(join(import.meta.dirname, '../../../examples/policies/digits.routing.yaml'), 'utf8');
const textOf = (rate: string) => digits.replace('spotCheckRate: 0.05', `spotCheckRate: ${rate}`);
let stack: TestStack;
let risk: Publisher<'risk'>;

beforeAll(async () => {
  stack = await TestStack.prepare();
  risk = new Publisher('risk', stack.codec);
}, 60_000);
afterAll(async () => await stack[Symbol.asyncDispose]());

function versionOf(text: string): string {
  const result = parsePolicy(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.policy.version;
}

function proposedRecord(text: string): OutgoingRecord {
  const version = versionOf(text);
  return risk.record('policies.changed', 'PolicyProposed', {
    eventId: randomUUID(), occurredAt: 1, system: null, decisionId: null, actor: 'ada', policyVersion: version, decisionType: 'digits.routing', version, text, note: '', proposedBy: 'ada',
  }, `${version}/proposed`);
}

function activatedRecord(text: string, at: number, activationId: string): OutgoingRecord {
  const version = versionOf(text);
  return risk.record('policies.changed', 'PolicyActivated', {
    eventId: `activation-${activationId}`, occurredAt: at, system: null, decisionId: null, actor: 'ben', policyVersion: version, decisionType: 'digits.routing', version, text, activationId,
    proposedBy: 'ada', approvedBy: 'ben', activatedBy: 'ben', note: '',
  }, `digits.routing/activated/${activationId}`);
}

const open = async () => await PolicyFeed.open({ brokers: stack.settings.brokers, clientId: 'test', logger: createLog('test', 'silent') }, stack.codec, (error) => { throw error; });

describe('the feed of policies', () => {
  test('is whole when it opens, whatever the order of the versions', async () => {
    const texts = Array.from({ length: 30 }, (_, index) => textOf(`0.0${20 + index}`));
    await stack.producer.send(texts.map(proposedRecord));
    await stack.producer.send([activatedRecord(texts[0] ?? '', 1000, '1'), activatedRecord(texts[1] ?? '', 2000, '2'), activatedRecord(texts[0] ?? '', 3000, '3')]);
    await using feed = await open();
    for (const text of texts) expect(feed.byVersion(versionOf(text))?.version).toBe(versionOf(text));
    const [first, second] = texts.map(versionOf);
    expect([999, 1000, 1999, 2000, 2999, 3000, Date.now() * 1000].map((at) => feed.activeVersion('digits.routing', at))).toEqual([failClosedVersion, first, first, second, second, first, first]);
    expect(feed.activeVersion('nobody.knows', 5000)).toBe(failClosedVersion);
  });

  test('a version nobody proposed yet is waited for: never the one before, never fail-closed', async () => {
    const text = textOf('0.0311');
    await using feed = await open();
    expect(() => feed.byVersion(versionOf(text))).toThrow(PolicyNotReadYetError);
    expect(feed.byVersion(failClosedVersion)).toBeNull();
    await stack.producer.send([proposedRecord(text)]);
    const policy = await until('the version is read', () => {
      try {
        return feed.byVersion(versionOf(text)) ?? undefined;
      } catch {
        return undefined;
      }
    });
    expect(policy.document.spotCheckRate).toBe(0.0311);
  });

  test('of two activations in one instant the later one counts, and a repeat of the earlier changes nothing', async () => {
    const [one, two] = [textOf('0.041'), textOf('0.042')];
    const records = [activatedRecord(one, 9000, '91'), activatedRecord(two, 9000, '92'), activatedRecord(one, 9000, '91')];
    await stack.producer.send(records);
    await using feed = await open();
    expect(feed.activeVersion('digits.routing', 9000)).toBe(versionOf(two));
  });

  test('bytes that are no event, and a policy this release cannot read, stop nothing', async () => {
    const text = textOf('0.043');
    const broken = { ...risk.record('policies.changed', 'PolicyProposed', {
      eventId: randomUUID(), occurredAt: 1, system: null, decisionId: null, actor: 'ada', policyVersion: 'sha256:00', decisionType: 'digits.routing', version: 'sha256:00', text: 'not: a policy', note: '', proposedBy: 'ada',
    }, 'sha256:00/proposed') };
    await stack.producer.send([{ ...broken, value: Buffer.from('junk') }, { ...broken, value: null }, broken, proposedRecord(text)]);
    await using feed = await open();
    expect(feed.byVersion(versionOf(text))?.version).toBe(versionOf(text));
    expect(() => feed.byVersion('sha256:00')).toThrow(PolicyNotReadYetError);
  });
});
