/** As long as what the log can be asked for. Far below what an index entry and an entry of the Merkle log hold. */
const charsMax = 300;

/**
 * A field that a row is found by, or null. Some of it comes from outside: what is too long for an index, or has a character that Postgres does
 * not store, is on record in the payload alone, and must not stop what comes after it.
 */
export function searchableText(value: unknown): string | null {
  return typeof value === 'string' && value.length <= charsMax && !value.includes('\u0000') ? value : null;
}
