/** What a font can draw. */
export type HasGlyph = (codePoint: number) => boolean;

/** Orders and marks that change how others read, or that nobody sees: Unicode categories Cc, Cf, Co, Cs, Cn, but for line breaks. */
const unseen = /^(?!\n)[\p{C}]$/u;
/** Scripts that are not spelt right without joiners between their letters; anywhere else nobody would see them. */
const joined = /^[\p{scx=Arabic}\p{scx=Syriac}\p{scx=Devanagari}\p{scx=Bengali}]$/u;

/**
 * Text as paper can hold it: what no font has a glyph for, and what would be invisible or turn the text around, stands as its
 * number. Nothing is dropped in silence.
 */
export function printable(text: string, hasGlyph: HasGlyph): string {
  const characters = Array.from(text.toWellFormed().replace(/\r\n?/g, '\n').replaceAll('\t', '    '));
  return characters.map((character, at) => {
    const codePoint = character.codePointAt(0) ?? 0;
    const seen = !unseen.test(character) || (isJoiner(codePoint) && joined.test(characters[at - 1] ?? '') && joined.test(characters[at + 1] ?? ''));
    return character === '\n' || (seen && hasGlyph(codePoint)) ? character : `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`;
  }).join('');
}

const isJoiner = (codePoint: number) => codePoint === 0x200c || codePoint === 0x200d;
