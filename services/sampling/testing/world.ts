/** The pool over real Postgres, registry and vault; the events that routing and pipelines would send, without those. */

import { readFileSync } from 'node:fs';
import { decisionKey, type EventTypes } from '@countersign/contracts';
import { failClosedVersion, keyAt, parsePolicy } from '@countersign/core';
import { inTransaction, openDatabase, openPool, Publisher, readMasterKey, readSamplingKeys, readSettings, roleUrl, Vault, type Received } from '@countersign/kit';
import { proposal } from '../../../tests/harness/proposal.ts';
import type { TestStack } from '../../../tests/harness/stack.ts';
import { calibrationViews, Thresholds, type CalibrationDeps } from '../calibration/candidates.ts';
import { concernsPool, handleCalibration } from '../calibration/handlers.ts';
import { samplingSettings } from '../config.ts';

const example = readFileSync(new URL('../../../examples/policies/digits.routing.yaml', import.meta.url), 'utf8');

/** The example policy with a share of exercises. */
export function policyWith(share: number): { text: string; version: string } {
  const text = `${example.replace(/^calibration:.*\n/m, '')}\ncalibration: { share: ${share} }\n`;
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { text, version: parsed.policy.version };
}

export const sizes = { COUNTERSIGN_CALIBRATION_CASES_PER_DAY: '4', COUNTERSIGN_CALIBRATION_DAYS: '3', COUNTERSIGN_CALIBRATION_USES: '2' };

export type Sent = { topic: 'decisions.routed'; event: EventTypes['DecisionRouted'] } | { topic: 'outcomes.recorded'; event: EventTypes['OutcomeRecorded'] };

export type RoutedFacts = { system?: string; decisionId: string; acceptedAt: number; version: string; route?: string; label?: string; uri?: boolean; subjectId?: string };

export function routed(stack: TestStack, { system = 'mailroom', decisionId, acceptedAt, version, route = 'auto', label = '7', uri = false, subjectId }: RoutedFacts): Sent {
  const own = proposal(decisionId, { system, output: { label, content: null, mediaType: null } });
  const linked = { name: 'scan', mediaType: 'text/plain', content: null, uri: 'https://files.example/scan', sha256: 'ab' };
  const proposed = uri ? { ...own, input: { parts: [linked] } } : own;
  const envelope = { occurredAt: acceptedAt, system, decisionId, actor: null, policyVersion: version };
  const accepted = stack.codec.encode('decisions.accepted', 'DecisionAccepted', { ...envelope, eventId: `a-${decisionId}`, decisionType: 'digits.routing', contentDigest: '00', acceptedAt, channel: 'kafka', source: { topic: 't', partition: 0, offset: 0 }, proposed });
  return {
    topic: 'decisions.routed',
    event: {
      ...envelope, eventId: `r-${decisionId}`, decisionType: 'digits.routing', acceptedAt,
      classification: { severity: 'low', reversibility: 'reversible', quadrant: 'reversible/low', oversight: 'hootl', tier: 'high', point: 'after', route, dual: false, confidence: 0.9, known: true, matchedRules: [], reasons: [] },
      route, point: 'after', tier: 'high', form: 'shown', queue: `digits.routing/${route}`, verdictBy: 'review', kind: route === 'auto' ? 'auto-approved' : route, dueAt: acceptedAt + 3_600_000_000, warnAt: acceptedAt + 2_700_000_000, onExpiry: 'reject', escalateTo: null,
      holdUntil: null, windowEndsAt: null, formDraw: 0.5, formKeyVersion: '1', reasons: [], subjectKind: subjectId === undefined ? null : 'person', subjectId: subjectId ?? null, accepted,
    },
  };
}

export function outcome(decisionId: string, truth: string, at: number, system = 'mailroom'): Sent {
  return { topic: 'outcomes.recorded', event: { eventId: `o-${decisionId}-${at}`, occurredAt: at, system, decisionId, actor: null, policyVersion: null, outcome: truth, observedAt: at, source: 'test', decisionType: 'digits.routing' } };
}

/** The Kafka record that would bring it. */
export function recordOf(stack: TestStack, sent: Sent) {
  const key = decisionKey(sent.event.system ?? '', sent.event.decisionId ?? '');
  if (sent.topic === 'outcomes.recorded') return new Publisher('intake', stack.codec).record(sent.topic, 'OutcomeRecorded', sent.event, key);
  return new Publisher('routing', stack.codec).record(sent.topic, 'DecisionRouted', sent.event, key);
}

/** The handlers as one instance has them. Several of these over one stack are several instances. */
export function openPoolOf(stack: TestStack, policies: ReadonlyMap<string, string>, active: string, change: Readonly<Record<string, string>> = {}) {
  const { settings } = stack;
  const database = openDatabase('sampling', settings);
  const vaultDatabase = openPool<unknown>(roleUrl(settings.vaultDatabaseUrl, 'countersign_sampling', settings.databasePassword), 'vault', 2);
  const vault = new Vault(vaultDatabase.pool, readMasterKey(settings.masterKeyFile));
  const keys = readSamplingKeys(settings.samplingKeysFile);
  const at = (instant: number) => keyAt(keys, instant) ?? { version: 'none', key: Buffer.alloc(32), validFrom: 0 };
  const compiled = new Map([...policies].map(([version, text]) => {
    const parsed = parsePolicy(text);
    return [version, parsed.ok ? parsed.policy : null];
  }));
  // In force since now; what is past was decided and known without it.
  const openedAt = Date.now() * 1000;
  const deps: CalibrationDeps = {
    context: { codec: stack.codec, publisher: new Publisher('sampling', stack.codec) }, keys: { at }, vault, config: readSettings(samplingSettings, { ...sizes, ...change }), thresholds: new Thresholds(),
    policies: { byVersion: (version) => compiled.get(version) ?? null, activeVersion: (_type, instant) => (instant < openedAt ? failClosedVersion : active) },
  };
  return {
    deps, vault,
    /** Handles events as one batch, in a transaction, as the consumer does. */
    deliver: async (sent: readonly Sent[]) => {
      const events = await Promise.all(sent.map(async (one) => {
        const [event] = await stack.codec.decode(one.topic, [recordOf(stack, one).value], calibrationViews);
        if (event === undefined || 'undecodable' in event) throw new Error('not decodable');
        return { topic: one.topic, event } as unknown as Received<'decisions.routed' | 'outcomes.recorded', typeof calibrationViews>;
      }));
      if (!events.some((received) => concernsPool(deps, received))) return;
      await inTransaction(database.pool, async (client) => await handleCalibration(deps, client, { events, requireOwned: () => undefined }));
    },
    close: async () => {
      await vault[Symbol.asyncDispose]();
      await vaultDatabase[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}
