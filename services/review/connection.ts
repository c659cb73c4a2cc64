/** Builds the context of the operations from what the service was given. */

import type { Pool } from 'pg';

import type { EventCodec, Views } from '@countersign/contracts';
import type { PolicyDocument } from '@countersign/core';
import { parseDuration } from '@countersign/core';
import { activeTrace, enqueue, ErasedError, inTransaction } from '@countersign/kit';
import type { PolicyFeed, Publisher, Tracing, Vault } from '@countersign/kit';
import type { OutgoingRecord, RecordHeaders } from '@countersign/kafka';
import type { Case } from './cases/case.ts';
import type { Accepted, Outline, ReviewContext, ReviewSettings, Work } from './context.ts';
import type { ReviewEvent } from './events.ts';
import { builtInQuestion } from './presentation/form.ts';
import type { Question } from './presentation/form.ts';
import { fetchLinkedPart } from './presentation/linked-parts.ts';
import { readProposal } from './presentation/proposal.ts';
import type { ContentVault } from './sealing.ts';
import { sqlOf } from './sql.ts';
import type { Sql } from './sql.ts';
import { linkEvents, traceDeadline } from './traces/links.ts';
import type { Emitted } from './traces/links.ts';

export type Connections = {
  pool: Pool;
  vault: Vault;
  policies: Pick<PolicyFeed, 'byVersion' | 'activeVersion' | 'decisionTypes'>;
  codec: EventCodec;
  publisher: Publisher<'review'>;
  settings: ReviewSettings;
  tracing: Tracing;
  /** Called after a commit with the events it left in the outbox. */
  onEvents(events: readonly ReviewEvent[]): void;
};

/** The context of a running service. */
export function connectReview({ pool, vault, policies, codec, publisher, settings, tracing, onEvents }: Connections): ReviewContext {
  return {
    sql: sqlOf(pool),
    transact: transactor(pool, async (emitted, sql) => {
      const traces = await linkEvents(tracing, sql, emitted);
      return emitted.map(({ event }, index) => recordOf(publisher, event, traces[index]));
    }, onEvents),
    traceDeadline: async (sql, timer, run) => await traceDeadline(tracing, sql, timer, run),
    contents: contentsIn(vault),
    questionOf: (item) => questionOf(documentOf(policies, item)),
    windowUsOf: (item) => windowUsOf(documentOf(policies, item)),
    severityOf: (item) => documentOf(policies, item)?.severity.level ?? 'catastrophic',
    slaOf: (item) => documentOf(policies, item)?.sla ?? null,
    ordinarySlaUs: (item) => ordinarySlaUs(documentOf(policies, item)),
    decisionTypes: () => policies.decisionTypes(),
    hiddenDisagreementOf: (item) => documentOf(policies, item)?.hiddenDisagreement ?? 'modify',
    extendedContextOf: (item) => documentOf(policies, item)?.tiers.find(({ name }) => name === item.tier)?.extendedContext ?? false,
    softCapOf: (decisionType, now) => softCapOf(documentOf(policies, { decisionType, policyVersion: policies.activeVersion(decisionType, now), known: true })),
    fetchPart: fetchLinkedPart,
    decodeAccepted: async (value) => await decodeAccepted(codec, value),
    outlinesOf: async (values) => await outlinesOf(codec, values),
    settings,
  };
}

/** Runs work in one transaction together with the outbox rows of the events it emitted. */
export function transactor(pool: Pool, toRecords: (emitted: readonly Emitted[], sql: Sql) => OutgoingRecord[] | Promise<OutgoingRecord[]>, onEvents: Connections['onEvents']): ReviewContext['transact'] {
  return async (run) => {
    const events: Emitted[] = [];
    const result = await inTransaction(pool, async (client) => {
      const sql = sqlOf(client);
      const answer = await run({ sql, emit: (...emitted) => void events.push(...emitted.map((event) => ({ event, trace: activeTrace() }))) });
      await enqueue(client, await toRecords(events, sql));
      return answer;
    });
    if (events.length > 0) onEvents(events.map(({ event }) => event));
    return result;
  };
}

/** The work of a transaction that somebody else opened, and the records it is to leave in the outbox. */
export function workIn(client: Parameters<typeof sqlOf>[0]): { work: Work; events: ReviewEvent[] } {
  const events: ReviewEvent[] = [];
  return { events, work: { sql: sqlOf(client), emit: (...emitted) => void events.push(...emitted) } };
}

/** `traces` gives the headers of the record that caused an event, by the event's key. */
export function recordsOf(publisher: Publisher<'review'>, events: readonly ReviewEvent[], traces: ReadonlyMap<string, RecordHeaders> = new Map()): OutgoingRecord[] {
  return events.map((event) => recordOf(publisher, event, traces.get(event.key)));
}

function recordOf(publisher: Publisher<'review'>, { topic, record, value, key }: ReviewEvent, trace: RecordHeaders | undefined): OutgoingRecord {
  return publisher.record(topic, record, value, key, trace);
}

export function contentsIn(vault: Vault): ContentVault {
  return {
    seal: async (items) => (await vault.seal(items)).map((sealed) => sealed?.bytes ?? null),
    open: async (owner, sealed) => await vault.open(owner, sealed),
    openAll: async (items) => await openAll(vault, items),
  };
}

async function openAll(vault: Vault, items: Parameters<ContentVault['openAll']>[0]): Promise<Array<Buffer | null>> {
  await vault.prepare(items.map(({ owner }) => owner));
  return await Promise.all(items.map(async ({ owner, sealed }) => {
    if (sealed === null) return null;
    return await vault.open(owner, sealed).catch((error: unknown) => {
      if (error instanceof ErasedError) return null;
      throw error;
    });
  }));
}

type PinnedPolicy = Pick<Case, 'decisionType' | 'policyVersion' | 'known'>;

/** `null` where no policy covers the decision: the built-in question is asked then. */
function documentOf(policies: Pick<PolicyFeed, 'byVersion'>, item: PinnedPolicy): PolicyDocument | null {
  return item.known ? (policies.byVersion(item.policyVersion)?.document ?? null) : null;
}

function questionOf(document: PolicyDocument | null): Question {
  if (document === null) return builtInQuestion;
  const { question, answers, reasonCodes } = document;
  return { question, answers, reasonCodes };
}

function windowUsOf(document: PolicyDocument | null): number | null {
  const windowMs = parseDuration(document?.afterAction?.window ?? document?.reversibility.window ?? '');
  return windowMs === undefined ? null : windowMs * 1000;
}

function ordinarySlaUs(document: PolicyDocument | null): number | null {
  const slaMs = parseDuration(document?.tiers.find((tier) => tier.route === 'standard')?.slaMs ?? '');
  return slaMs === undefined ? null : slaMs * 1000;
}

/** Policies that were checked before the field existed do not have it. */
function softCapOf(document: (PolicyDocument & { fatigue?: { softCapPerHour?: number } }) | null): number | null {
  return document?.fatigue?.softCapPerHour ?? null;
}

async function decodeAccepted(codec: EventCodec, value: Buffer): Promise<Accepted> {
  const [event] = await codec.decode('decisions.accepted', [value]);
  if (event === undefined || 'undecodable' in event) throw new TypeError(`an accepted value cannot be read: ${event?.reason ?? 'nothing'}`);
  return { ...readProposal(event.value.proposed), contentDigest: event.value.contentDigest };
}


const outlineViews = { DecisionAccepted: { proposed: { proposedAt: true, output: { label: true } } } } as const satisfies Views;

async function outlinesOf(codec: EventCodec, values: readonly Buffer[]): Promise<Outline[]> {
  const events = await codec.decode('decisions.accepted', values, outlineViews);
  return events.map((event) => {
    if ('undecodable' in event) throw new TypeError(`an accepted value cannot be read: ${event.reason}`);
    const { proposedAt, output } = event.value.proposed;
    return { proposedAt, outputLabel: output.label };
  });
}
