import { avroReader } from '../content/avro.ts';
import { knownSchemas } from './known-schemas.ts';
import { schemaDigest } from './schema-digest.ts';

/** Members of every event that its row repeats, or that place it. */
export const envelope = ['eventId', 'occurredAt', 'system', 'decisionId', 'decisionType', 'actor', 'policyVersion', 'kind', 'reviewer'] as const;

const work = ['taskId', 'fence', 'queue', 'form'] as const;
const judged = [...work, 'judgementId', 'decision', 'answer', 'reasoning', 'modifiedOutput', 'presentationDigest', 'finalAt'] as const;
/** What the rules look at, by record. Of any other record only the envelope is read, and its form checked. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  DecisionAccepted: ['contentDigest', 'acceptedAt'],
  DecisionRouted: ['route', 'point', 'tier', 'form', 'verdictBy', 'acceptedAt', 'formDraw', 'formKeyVersion'],
  DecisionResolved: ['verdict', 'resolvedBy', 'basis', 'signers', 'taskIds', 'contentDigest'],
  SpotCheckSelected: ['purpose', 'probability', 'draw', 'keyVersion', 'acceptedAt'],
  TaskOpened: [...work, 'seat'], TaskClaimed: work, TaskReleased: work, TaskHeld: work, TaskReassigned: work, TaskEscalated: [...work, 'toQueue'], TaskClosed: work,
  TaskPresented: [...work, 'presentationDigest'],
  FirstJudgementSubmitted: judged, JudgementSubmitted: judged, JudgementWithdrawn: [...work, 'judgementId'], JudgementFinalised: [...work, 'judgementId', 'decision'],
  ContentRecorded: ['contentId', 'digest', 'chunkIndex', 'chunkCount', 'bytes'],
  PersonChanged: ['personId', 'roles', 'queues', 'active', 'available'],
  PolicyProposed: ['version', 'text', 'proposedBy'], PolicyApproved: ['version', 'proposedBy', 'approvedBy'], PolicyActivated: ['version', 'text', 'proposedBy', 'approvedBy', 'activatedBy'],
  ErasureRequested: ['erasureId'], ErasureApproved: ['erasureId', 'requestedBy'], DecisionErased: ['erasureId'], LegalHoldLifted: ['askedBy'],
  RetentionRuleChanged: ['keepDays', 'askedBy'], RetentionApplied: ['day', 'firstIndex', 'lastIndex', 'ruleDays', 'decisionTypes'],
  SamplingKeyChanged: ['keyVersion', 'commitment', 'validFrom'],
};

/** The fields of a record that the rules look at, beyond the envelope. */
export function factsOf(record: string): readonly string[] {
  return wanted[record] ?? [];
}

/** Bytes before the Avro body (Confluent wire format): a zero and the id of the schema in the registry, which need not be there any more. */
const frameBytes = 5;

export type Event = Readonly<Record<string, unknown>>;
/** `unknown`: no schema of that record that this verifier knows. */
export type Read = { state: 'read'; event: Event } | { state: 'unknown' } | { state: 'wrong'; problem: string };

/**
 * Reads events by the schemas of the evidence. Only schemas whose digest this verifier has are used: otherwise whoever made the
 * bundle could have bytes read as something else than they say.
 */
export class EventReader {
  readonly #readers = new Map<string, Array<(bytes: Buffer) => Record<string, unknown>>>();

  /** Records that were also written with schemas that are not known here. */
  readonly #strange = new Set<string>();

  constructor(schemas: Readonly<Record<string, unknown>>) {
    for (const [record, releases] of Object.entries(schemas)) {
      const fields = new Set<string>([...envelope, ...(wanted[record] ?? [])]);
      const all: readonly unknown[] = Array.isArray(releases) ? releases : [];
      const known = all.filter((schema) => knownSchemas.has(schemaDigest(record, schema)));
      if (known.length < all.length) this.#strange.add(record);
      if (known.length > 0) this.#readers.set(record, known.map((schema) => avroReader(schema, fields)));
    }
  }

  /** Fields were only ever added at the end, so that the bytes of a record fit the schema of one release alone. */
  read(record: string, payload: Buffer): Read {
    const readers = this.#readers.get(record);
    if (readers === undefined) return { state: 'unknown' };
    if (payload[0] !== 0 || payload.length < frameBytes) return { state: 'wrong', problem: 'bytes that are not framed' };
    const body = payload.subarray(frameBytes);
    let problem = '';
    for (const reader of readers) {
      try {
        return { state: 'read', event: reader(body) };
      } catch (error) {
        problem = error instanceof Error ? error.message : 'unreadable bytes';
      }
    }
    return this.#strange.has(record) ? { state: 'unknown' } : { state: 'wrong', problem };
  }
}
