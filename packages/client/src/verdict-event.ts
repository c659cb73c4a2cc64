import type { EventOf } from '@countersign/contracts';
import type { Verdict } from './types.ts';

/** The verdict an event tells of; null for one that names no decision. */
export function verdictOfEvent({ value }: EventOf<'decisions.resolved'>): Verdict | null {
  const { eventId, system, decisionId, verdict, outputLabel, modifiedOutput, resolvedBy, basis, reason, occurredAt, contentDigest } = value;
  if (system === null || decisionId === null) return null;
  // A verdict we do not know must not read as an approval.
  if (verdict !== 'approved' && verdict !== 'rejected' && verdict !== 'modified') return null;
  return {
    system, decisionId, eventId, verdict, outputLabel,
    modifiedOutput: modifiedOutput === null ? null : { label: modifiedOutput.label, content: modifiedOutput.content, mediaType: modifiedOutput.mediaType },
    resolvedBy, basis, reason, resolvedAt: new Date(occurredAt / 1000), contentDigest,
  };
}
