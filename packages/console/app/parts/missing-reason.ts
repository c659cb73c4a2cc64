/** A reason is on the record with what is done: what to say where there is none. */
export function missingReason(text: string): string | null {
  return text.trim() === '' ? 'Say why.' : null;
}
