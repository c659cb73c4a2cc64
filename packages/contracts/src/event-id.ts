import { hash } from 'node:crypto';

/**
 * An event id that follows from its inputs, so that whoever replays them writes the same id: a UUIDv8 (RFC 9562) of
 * the SHA-256 of the length-prefixed parts.
 */
export function derivedEventId(...parts: ReadonlyArray<string | number>): string {
  const text = parts.map((part) => `${String(part).length}:${part}`).join('');
  const hex = hash('sha256', text, 'hex');
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The id of the one verdict event of a decision, whoever gives it. */
export function verdictEventId(system: string, decisionId: string): string {
  return derivedEventId(system, decisionId, 'verdict');
}

/** Which decision, as one text for maps: unlike the key of topics it is the same for no two of them, whatever their parts hold. */
export function decisionIdentity(system: string, decisionId: string): string {
  return `${system.length}:${system}/${decisionId}`;
}

/** The key of every decision topic: it places and orders a decision's events. Two decisions may share it: 'a', 'b/c' and 'a/b', 'c'. */
export function decisionKey(system: string, decisionId: string): string {
  return `${system}/${decisionId}`;
}
