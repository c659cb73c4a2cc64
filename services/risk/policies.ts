import type { Pool } from 'pg';
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import { derivedEventId, type EventTypes } from '@countersign/contracts';
import { parsePolicy, type CompiledPolicy } from '@countersign/core';
import type { OutgoingRecord } from '@countersign/kafka';
import { CountersignError, type ServiceContext } from '@countersign/kit';
import { enqueueInKysely } from './outbox-store.ts';
import { findActive, findVersion, findVersionText, insertActivation, insertApproval, insertVersion, insertWithdrawal, lockDecisionType, type PolicyVersionRow } from './store.ts';
import type { RiskTables } from './tables.ts';

export type PolicyDesk = { context: ServiceContext<'risk'>; db: Kysely<RiskTables>; published(): void };

export function policyDesk(context: ServiceContext<'risk'>, pool: Pool, published: () => void): PolicyDesk {
  return { context, db: new Kysely<RiskTables>({ dialect: new PostgresDialect({ pool }) }), published };
}

const secondPerson = 'Ask a colleague with the role policy-approver to read and approve it.';

/** The checked policy of a text, or `policy-invalid` with every problem, where it stands and what to do. */
export function requirePolicy(text: string): CompiledPolicy {
  const result = parsePolicy(text);
  if (result.ok) return result.policy;
  const first = result.problems[0];
  const count = result.problems.length;
  throw new CountersignError('policy-invalid', `${count === 1 ? 'One problem,' : `${count} problems, the first`} in line ${first?.line}: ${first?.message}`, { problems: result.problems });
}

/** Proposes a text as a version. The same content again changes nothing. */
export async function proposePolicy(desk: PolicyDesk, input: { text: string; note: string; by: string }): Promise<PolicyVersionRow> {
  const policy = requirePolicy(input.text);
  const { version } = policy;
  const decisionType = policy.document.decisionType;
  return await change(desk, decisionType, async (tx, emit) => {
    const at = await insertVersion(tx, { version, decisionType, text: input.text, proposedBy: input.by, note: input.note });
    if (at !== undefined) {
      emit('PolicyProposed', `${version}/proposed`, { ...envelope(version, at, input.by, 'proposed'), decisionType, version, text: input.text, note: input.note, proposedBy: input.by });
    }
    return await requireVersion(tx, version);
  });
}

/** A second person approves. The database refuses the proposer, whatever the code above it does. */
export async function approvePolicy(desk: PolicyDesk, input: { version: string; note: string; by: string }): Promise<PolicyVersionRow> {
  const row = await requireVersion(desk.db, input.version);
  if (row.proposedBy === input.by) throw new CountersignError('forbidden', 'You proposed this version; somebody else must approve it.', { permission: 'policies.approve', remedy: secondPerson });
  return await change(desk, row.decisionType, async (tx, emit) => {
    if ((await requireVersion(tx, input.version)).withdrawnAt !== null) throw new CountersignError('state-conflict', 'This version was withdrawn.');
    const at = await insertApproval(tx, { version: input.version, proposedBy: row.proposedBy, approvedBy: input.by, note: input.note });
    if (at !== undefined) {
      const text = (await findVersionText(tx, input.version)) ?? '';
      emit('PolicyApproved', `${input.version}/approved`, { ...envelope(input.version, at, input.by, 'approved'), decisionType: row.decisionType, version: input.version, text, proposedBy: row.proposedBy, approvedBy: input.by, note: input.note });
    }
    return await requireVersion(tx, input.version);
  });
}

/** Puts an approved version in force for its decision type from now on. */
export async function activatePolicy(desk: PolicyDesk, input: { version: string; note: string; by: string }): Promise<PolicyVersionRow> {
  const row = await requireVersion(desk.db, input.version);
  return await change(desk, row.decisionType, async (tx, emit) => {
    const current = await requireVersion(tx, input.version);
    if (current.approvedBy === null) throw new CountersignError('state-conflict', 'This version is not approved yet: a second person must approve it first.', { remedy: secondPerson });
    if (current.withdrawnAt !== null) throw new CountersignError('state-conflict', 'This version was withdrawn.');
    if ((await findActive(tx, row.decisionType)) === input.version) return current;
    const { activationId, activatedAt } = await insertActivation(tx, { decisionType: row.decisionType, version: input.version, activatedBy: input.by, note: input.note });
    const text = (await findVersionText(tx, input.version)) ?? '';
    emit('PolicyActivated', `${row.decisionType}/activated/${activationId}`, {
      ...envelope(input.version, activatedAt, input.by, `activated/${activationId}`), decisionType: row.decisionType, version: input.version, text, activationId: String(activationId),
      proposedBy: current.proposedBy, approvedBy: current.approvedBy, activatedBy: input.by, note: input.note,
    });
    return await requireVersion(tx, input.version);
  });
}

/** Takes a version out of use. The one in force stays until another is activated. */
export async function withdrawPolicy(desk: PolicyDesk, input: { version: string; note: string; by: string }): Promise<PolicyVersionRow> {
  const row = await requireVersion(desk.db, input.version);
  return await change(desk, row.decisionType, async (tx, emit) => {
    if ((await findActive(tx, row.decisionType)) === input.version) throw new CountersignError('state-conflict', 'This version is in force. Activate another first.');
    const at = await insertWithdrawal(tx, { version: input.version, withdrawnBy: input.by, note: input.note });
    if (at !== undefined) {
      emit('PolicyWithdrawn', `${input.version}/withdrawn`, { ...envelope(input.version, at, input.by, 'withdrawn'), decisionType: row.decisionType, version: input.version, withdrawnBy: input.by, note: input.note });
    }
    return await requireVersion(tx, input.version);
  });
}

export async function requireVersion(db: Parameters<typeof findVersion>[0], version: string): Promise<PolicyVersionRow> {
  const row = await findVersion(db, version);
  if (row === undefined) throw new CountersignError('not-found', `There is no policy version ${version}.`);
  return row;
}

type PolicyRecord = 'PolicyProposed' | 'PolicyApproved' | 'PolicyActivated' | 'PolicyWithdrawn';
type Emit = <R extends PolicyRecord>(record: R, key: string, value: EventTypes[R]) => void;

/** One change of one decision type at a time; its events leave with its rows or not at all. */
async function change<R>(desk: PolicyDesk, decisionType: string, work: (tx: Transaction<RiskTables>, emit: Emit) => Promise<R>): Promise<R> {
  const result = await desk.db.transaction().execute(async (tx) => {
    await lockDecisionType(tx, decisionType);
    const records: OutgoingRecord[] = [];
    const answer = await work(tx, (record, key, value) => records.push(desk.context.publisher.record('policies.changed', record, value, key)));
    await enqueueInKysely(tx, records);
    return answer;
  });
  desk.published();
  return result;
}

function envelope(version: string, at: Date, actor: string, what: string) {
  return { eventId: derivedEventId('policy', version, what), occurredAt: at.getTime() * 1000, system: null, decisionId: null, actor, policyVersion: version };
}
