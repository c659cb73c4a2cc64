/** Below U+0020, but for newline (signed-note, "Format"). */
const controlCharacter = /[\u0000-\u0009\u000b-\u001f]/;
const whiteSpaceOrPlus = /[\p{White_Space}+]/u;
const printableAscii = /^[\x21-\x7e]+$/;

/** Reads UTF-8 strictly, a byte order mark kept as the character it is; null where it is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** What is wrong with text that a note is to hold, or null. CR is a control character, so there is one kind of line end. */
export function charactersProblem(text: string): string | null {
  if (!text.isWellFormed()) return 'A note is UTF-8.';
  return controlCharacter.test(text) ? 'A note has no control characters but newline.' : null;
}

/** A name that a signature line may carry: not empty, no Unicode spaces, no plus (signed-note, "Format"). */
export function isKeyName(name: string): boolean {
  return name !== '' && !whiteSpaceOrPlus.test(name) && charactersProblem(name) === null && !name.includes('\n');
}

/**
 * A name that we sign with or trust: printable ASCII besides. The standard allows more, but two names that look the same, or are
 * the same but for their Unicode form, would be two keys. Signatures under such names count as unknown.
 */
export function isTrustedKeyName(name: string): boolean {
  return isKeyName(name) && printableAscii.test(name);
}

/** A whole number from 0 to 2^53 - 1 in ASCII decimal without leading zeroes; null for anything else. */
export function parseDecimal(text: string): number | null {
  const number = Number(text);
  return /^(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(number) ? number : null;
}
