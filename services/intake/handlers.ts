import { hash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { contentDigest, decisionIdentity, decisionKey, derivedEventId, type DecisionProposed, type EventTypes } from '@countersign/contracts';
import { validateProposal, type Refusal } from '@countersign/core';
import type { ConsumedRecord, OutgoingRecord } from '@countersign/kafka';
import { crashPoint, enqueue, erasureApplied, sha256, type PolicyFeed, type Received, type ReceivedBatch, type ServiceContext } from '@countersign/kit';
import { canonicalProposal } from './content.ts';
import { databaseNow, eraseDecisions, pinDecisions, recordVerdicts, type Pin, type PinRequest, type VerdictRow } from './store.ts';

type Proposed = Received<'decisions.proposed'>;
type Candidate = { received: Proposed; proposal: DecisionProposed; digest: Buffer };

export type ProposalHandling = { context: ServiceContext<'intake'>; pool: Pool; policies: PolicyFeed; uriPrefixes: readonly string[] };

/**
 * Validates, pins, then produces. After a crash anywhere the records come again: pins are found, and the same bytes are
 * produced once more.
 */
export async function handleProposals(deps: ProposalHandling, batch: ReceivedBatch<'decisions.proposed'>): Promise<void> {
  const { context, pool } = deps;
  const now = await databaseNow(pool);
  const outgoing: OutgoingRecord[] = [];
  const candidates: Candidate[] = [];
  for (const received of batch.events) {
    const proposal = received.event.value;
    const refusal = oversize(received.record) ?? validateProposal(proposal, { now, uriPrefixes: deps.uriPrefixes });
    if (refusal === null) candidates.push({ received, proposal, digest: Buffer.from(contentDigest(proposal), 'hex') });
    else outgoing.push(refused(context, received, proposal, refusal, null));
  }
  const pins = await pinAll(deps, candidates, now);
  crashPoint('intake.pinned');
  for (const candidate of candidates) {
    const pin = pins.get(decisionIdentity(candidate.proposal.system, candidate.proposal.decisionId));
    if (pin === undefined) throw new Error(`The pin of ${candidate.proposal.decisionId} is not visible yet.`);
    if (pin.erased) outgoing.push(refused(context, candidate.received, candidate.proposal, erasedRefusal, null));
    else outgoing.push(pin.digest.equals(candidate.digest) ? accepted(context, candidate, pin) : conflict(context, candidate));
  }
  batch.requireOwned();
  await context.producer.send(outgoing);
  crashPoint('intake.produced');
}

async function pinAll(deps: ProposalHandling, candidates: readonly Candidate[], now: number): Promise<Map<string, Pin>> {
  const requests = new Map<string, PinRequest>();
  for (const { received, proposal, digest } of candidates) {
    const key = decisionIdentity(proposal.system, proposal.decisionId);
    // The first of a batch wins, as it would over two batches.
    if (requests.has(key)) continue;
    requests.set(key, {
      system: proposal.system, decisionId: proposal.decisionId, digest, policyVersion: deps.policies.activeVersion(proposal.decisionType, now), proposedAt: proposal.proposedAt,
      channel: channelOf(received.record), topic: received.record.topic, partition: received.record.partition, offset: received.record.offset.toString(),
    });
  }
  if (requests.size === 0) return new Map();
  const pins = await pinDecisions(deps.pool, [...requests.values()], now);
  return new Map(pins.map((pin) => [decisionIdentity(pin.system, pin.decisionId), pin]));
}

function accepted(context: ServiceContext<'intake'>, { received, proposal, digest }: Candidate, pin: Pin): OutgoingRecord {
  const value: EventTypes['DecisionAccepted'] = {
    eventId: derivedEventId(proposal.system, proposal.decisionId, 'accepted'),
    occurredAt: pin.acceptedAt, system: proposal.system, decisionId: proposal.decisionId, actor: null, policyVersion: pin.policyVersion,
    decisionType: proposal.decisionType, contentDigest: digest.toString('hex'), acceptedAt: pin.acceptedAt, channel: pin.channel,
    source: { topic: pin.topic, partition: pin.partition, offset: pin.offset }, proposed: canonicalProposal(proposal, pin.proposedAt),
  };
  return context.publisher.record('decisions.accepted', 'DecisionAccepted', value, decisionKey(proposal.system, proposal.decisionId), received.trace);
}

/** Its id stays taken: what was erased must not come back by being sent again. */
export const erasedRefusal: Refusal = { code: 'erased', field: 'decisionId', message: 'This decision was erased. Use a new id for a new decision.' };

function conflict(context: ServiceContext<'intake'>, { received, proposal, digest }: Candidate): OutgoingRecord {
  const refusal: Refusal = { code: 'conflict', field: 'decisionId', message: 'This decision id was accepted before with other content. Use a new id for a new decision.' };
  return refused(context, received, proposal, refusal, digest);
}

/** What cannot even be decoded is refused too, without an identity. */
export function refuseUndecodable(context: ServiceContext<'intake'>, record: ConsumedRecord, reason: string): OutgoingRecord {
  return refused(context, { record, trace: record.headers }, null, { code: 'undecodable', field: '', message: reason }, null);
}

function refused(context: ServiceContext<'intake'>, { record, trace }: Pick<Proposed, 'record' | 'trace'>, proposal: DecisionProposed | null, refusal: Refusal, digest: Buffer | null): OutgoingRecord {
  // An identity that is itself at fault must not travel on in places that store text.
  const named = proposal !== null && isStorable(proposal.system) && isStorable(proposal.decisionId) ? proposal : null;
  const value: EventTypes['DecisionRefused'] = {
    eventId: derivedEventId('refused', record.topic, record.partition, record.offset.toString()),
    occurredAt: record.timestampMs * 1000, system: named?.system ?? null, decisionId: named?.decisionId ?? null, actor: null, policyVersion: null,
    code: refusal.code, message: refusal.message.toWellFormed().replaceAll('\u0000', ''), field: refusal.field === '' ? null : refusal.field.toWellFormed().replaceAll('\u0000', ''), channel: channelOf(record),
    origin: { topic: record.topic, partition: record.partition, offset: Number(record.offset) },
    contentDigest: digest?.toString('hex') ?? null, valueSha256: hash('sha256', record.value ?? Buffer.alloc(0)),
  };
  return context.publisher.record('decisions.refused', 'DecisionRefused', value, named === null ? null : decisionKey(named.system, named.decisionId), trace);
}

const identityCharsMax = 300;
function isStorable(text: string): boolean {
  return text.length > 0 && text.length <= identityCharsMax && text.isWellFormed() && !text.includes('\u0000');
}

const encodedBytesMax = 256 * 1024;
function oversize(record: ConsumedRecord): Refusal | null {
  const bytes = record.value?.length ?? 0;
  return bytes <= encodedBytesMax ? null : { code: 'too-large', field: '', message: `The decision has ${bytes} bytes encoded, more than ${encodedBytesMax}. Put large parts behind a uri.` };
}

const httpSource = Buffer.from('/countersign/intake');
function channelOf(record: ConsumedRecord): string {
  return record.header('ce_source')?.equals(httpSource) === true ? 'http' : 'kafka';
}

type Concluding = ReceivedBatch<'decisions.resolved' | 'decisions.erased'>;

/** Keeps verdicts, and takes out what was erased. */
export async function handleConclusions(context: ServiceContext<'intake'>, client: PoolClient, batch: Concluding): Promise<void> {
  const erased = batch.events.flatMap(({ event }) => (event.record === 'DecisionErased' ? [event.value] : []));
  const resolved = batch.events.flatMap((received) => (received.event.record === 'DecisionResolved' ? [{ record: received.record, value: received.event.value }] : []));
  // Within one transaction the order does not matter: a verdict finds the pin, and a pin the verdict.
  if (resolved.length > 0) await keepVerdicts(context, client, resolved);
  if (erased.length === 0) return;
  await eraseDecisions(client, erased.map(({ system, decisionId }) => ({ system: system ?? '', decisionId: decisionId ?? '' })));
  await enqueue(client, erased.map((event) => erasureApplied(context.publisher, 'intake', event)));
}

/** Whether a changed output cannot be carried out by its label alone, which stands for itself (review's judgements): intake keeps no content, and has to say so. */
function saysMoreThanLabel(output: EventTypes['DecisionResolved']['modifiedOutput']): boolean {
  return output !== null && output.content !== null && output.content.toString() !== output.label;
}

/** Keeps the first verdict of each decision; another one with other bytes is a fact for the alarm, never dropped silently. */
async function keepVerdicts(context: ServiceContext<'intake'>, client: PoolClient, resolved: ReadonlyArray<{ record: ConsumedRecord; value: EventTypes['DecisionResolved'] }>): Promise<void> {
  const rows = new Map<string, VerdictRow>();
  for (const { record, value } of resolved) {
    const { system, decisionId, verdict, resolvedBy, basis, reason, outputLabel, occurredAt } = value;
    if (system === null || decisionId === null) continue;
    const valueSha256 = sha256(record.value ?? Buffer.alloc(0));
    const key = `${decisionIdentity(system, decisionId)} ${valueSha256.toString('hex')}`;
    if (!rows.has(key)) rows.set(key, { system, decisionId, verdict, resolvedBy, basis, reason, outputLabel, contentChanged: saysMoreThanLabel(value.modifiedOutput), resolvedAt: occurredAt, valueSha256 });
  }
  const conflicts = await recordVerdicts(client, [...rows.values()]);
  if (conflicts.length === 0) return;
  await context.producer.send(conflicts.map(({ system, decisionId, first, other, resolvedAt }) => {
    // Dated by the verdict, so that a batch that is handled again tells of it in the same bytes.
    const hashes = { firstSha256: first.toString('hex'), otherSha256: other.toString('hex') };
    const eventId = derivedEventId('verdict-conflict', system, decisionId, hashes.otherSha256);
    return context.publisher.record('governance.recorded', 'VerdictConflict', { eventId, occurredAt: resolvedAt, system, decisionId, actor: 'intake', policyVersion: null, ...hashes }, null);
  }));
}
