/** How far events are proven: on the log, and under a checkpoint that was published. Pure. */

import type { AuditEvent } from '../../api/audit-contract.ts';
import { countText } from '../../parts/figures.ts';

/** `size`: how many entries the newest published checkpoint covers; null where it is not known. */
export type Checkpointed = { size: number | null };

/** `sequenced`: it has its place; whether a checkpoint covers that place is not so, or, in `placed`, not known here. */
export type ProofState = 'covered' | 'sequenced' | 'placed' | 'pending';

export function proofOf({ logIndex }: Pick<AuditEvent, 'logIndex'>, { size }: Checkpointed): ProofState {
  if (logIndex === null) return 'pending';
  if (size === null) return 'placed';
  return logIndex < size ? 'covered' : 'sequenced';
}

/** `Log index 12, covered by checkpoint 40`. */
export function proofText(event: Pick<AuditEvent, 'logIndex'>, checkpointed: Checkpointed): string {
  switch (proofOf(event, checkpointed)) {
    case 'covered': return `Log index ${event.logIndex}, covered by checkpoint ${checkpointed.size}`;
    case 'sequenced': return `Log index ${event.logIndex}, not yet under a checkpoint`;
    case 'placed': return `Log index ${event.logIndex}`;
    case 'pending': return 'Not yet on the log';
  }
}

/** The same of several, with their indices from the lowest to the highest. */
export function proofsText(events: ReadonlyArray<Pick<AuditEvent, 'logIndex'>>, checkpointed: Checkpointed): string {
  const count = `${events.length} ${events.length === 1 ? 'event' : 'events'}`;
  const indices = events.flatMap(({ logIndex }) => (logIndex === null ? [] : [logIndex])).sort((a, b) => a - b);
  const [first, last] = [indices[0], indices.at(-1)];
  if (first === undefined || last === undefined) return `${count}, not yet on the log`;
  const pending = events.length - indices.length;
  const place = first === last ? `log index ${first}` : `log ${first} to ${last}`;
  const open = events.filter((event) => proofOf(event, checkpointed) === 'sequenced').length;
  const rest = pending > 0 ? `${pending} not yet on the log` : checkpointed.size === null ? '' : open > 0 ? `${open} not yet under a checkpoint` : `covered by checkpoint ${checkpointed.size}`;
  return [count, place, rest].filter((part) => part !== '').join(', ');
}

/** A case that is longer than what is read of it. */
export function omittedText(told: number, omitted: number): string {
  return `This decision has ${countText(told + omitted)} events, and ${countText(told)} of them are told here: it was proposed again and again, or very much happened to it. A bundle has them all.`;
}
