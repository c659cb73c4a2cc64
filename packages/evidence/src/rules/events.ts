import { avroReader } from '../content/avro.ts';
import { knownSchemas } from './known-schemas.ts';
import { schemaDigest } from './schema-digest.ts';

/** Members of every event that its row repeats, or that place it. */
export const envelope = ['eventId', 'occurredAt', 'system', 'decisionId', 'decisionType', 'actor', 'policyVersion', 'reviewer', 'kind'] as const;
/** The first field that the rules look at in an event; the others are those of its row. */
export const kindAt = envelope.length - 1;

const task = ['taskId'];
const given = [...task, 'fence', 'presentationDigest', 'reasoning', 'answer', 'modifiedOutput'];
/** What the rules look at, by record. Of any other record only the envelope is read, and its form checked. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  DecisionAccepted: ['contentDigest'],
  DecisionRouted: ['route', 'point', 'verdictBy', 'acceptedAt', 'formDraw', 'formKeyVersion'],
  DecisionResolved: ['verdict', 'resolvedBy', 'basis', 'signers', 'taskIds', 'contentDigest'],
  SpotCheckSelected: ['purpose', 'probability', 'draw', 'keyVersion'],
  TaskOpened: [...task, 'form', 'seat'], TaskClaimed: [...task, 'fence', 'queue'], TaskReleased: task, TaskHeld: task, TaskReassigned: task, TaskEscalated: [...task, 'queue'], TaskClosed: task,
  TaskPresented: [...task, 'presentationDigest'],
  FirstJudgementSubmitted: given, JudgementSubmitted: [...given, 'judgementId', 'finalAt'], JudgementWithdrawn: [...task, 'fence', 'judgementId'], JudgementFinalised: [...task, 'judgementId', 'decision'],
  ContentRecorded: ['digest', 'contentId', 'chunkIndex', 'chunkCount', 'bytes'],
  PersonChanged: ['personId', 'roles', 'queues', 'active', 'available'],
  PolicyProposed: ['version', 'text', 'proposedBy'], PolicyApproved: ['version', 'approvedBy'], PolicyActivated: ['version', 'text'],
  ErasureRequested: ['erasureId'], ErasureApproved: ['erasureId', 'requestedBy'], DecisionErased: ['erasureId'], LegalHoldLifted: ['askedBy'],
  RetentionRuleChanged: ['keepDays', 'askedBy'], RetentionApplied: ['day', 'firstIndex', 'lastIndex', 'records', 'decisionTypes', 'ruleDays'],
  SamplingKeyChanged: ['keyVersion', 'commitment', 'validFrom'],
};

/** Events that say something about a decision which a rule needs. */
export const aboutDecisions: ReadonlySet<string> = new Set([
  'DecisionAccepted', 'DecisionRouted', 'DecisionResolved', 'DecisionErased', 'SpotCheckSelected', 'ContentRecorded', 'FirstJudgementSubmitted', 'JudgementSubmitted', 'JudgementWithdrawn', 'JudgementFinalised',
  'TaskOpened', 'TaskClaimed', 'TaskReleased', 'TaskHeld', 'TaskReassigned', 'TaskEscalated', 'TaskPresented', 'TaskClosed',
]);
/** Events that say something about more than one: people, policies, keys, and what may be taken out of the log. */
export const aboutWorld: ReadonlySet<string> = new Set([
  'PersonChanged', 'PolicyProposed', 'PolicyApproved', 'PolicyActivated', 'SamplingKeyChanged', 'ErasureRequested', 'ErasureApproved', 'DecisionErased', 'LegalHoldLifted', 'RetentionRuleChanged', 'RetentionApplied',
]);

/** The fields of a record that are read: those of the envelope, then those that the rules look at. */
export function fieldsOf(record: string): readonly string[] {
  const known = fields.get(record) ?? [...envelope, ...(Object.hasOwn(wanted, record) ? (wanted[record] ?? []) : [])];
  if (fields.size < fieldsMax) fields.set(record, known);
  return known;
}

const fields = new Map<string, readonly string[]>();
const fieldsMax = 1000;

/** Values in the order of `fieldsOf`, by their names. */
export function eventOf(record: string, values: readonly unknown[]): Event {
  return Object.fromEntries(fieldsOf(record).map((name, at) => [name, values[at]]));
}

/** Bytes before the Avro body (Confluent wire format): a zero and the id of the schema in the registry, which need not be there any more. */
const frameBytes = 5;

export type Event = Readonly<Record<string, unknown>>;
/** `unknown`: no schema of that record that this verifier knows. */
export type Read = { state: 'read'; values: unknown[] } | { state: 'unknown' } | { state: 'wrong'; problem: string };

/**
 * Reads events by the schemas of the evidence. Only schemas whose digest this verifier has are used: otherwise whoever made the
 * bundle could have bytes read as something else than they say.
 */
export class EventReader {
  readonly #readers = new Map<string, Array<ReturnType<typeof avroReader>>>();

  /** Records that were also written with schemas that are not known here. */
  readonly #strange = new Set<string>();

  constructor(schemas: Readonly<Record<string, unknown>>) {
    for (const [record, releases] of Object.entries(schemas)) {
      const all: readonly unknown[] = Array.isArray(releases) ? releases : [];
      const known = all.filter((schema) => knownSchemas.has(schemaDigest(record, schema)));
      if (known.length < all.length) this.#strange.add(record);
      if (known.length > 0) this.#readers.set(record, known.map((schema) => avroReader(schema, fieldsOf(record))));
    }
  }

  /** Fields were only ever added at the end, so that the bytes of a record fit the schema of one release alone. */
  read(record: string, payload: Buffer): Read {
    const readers = this.#readers.get(record);
    if (readers === undefined) return { state: 'unknown' };
    if (payload[0] !== 0 || payload.length < frameBytes) return { state: 'wrong', problem: 'bytes that are not framed' };
    let problem = '';
    for (const reader of readers) {
      try {
        return { state: 'read', values: reader(payload, frameBytes) };
      } catch (error) {
        problem = error instanceof Error ? error.message : 'unreadable bytes';
      }
    }
    return this.#strange.has(record) ? { state: 'unknown' } : { state: 'wrong', problem };
  }
}
