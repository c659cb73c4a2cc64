/**
 * What the library has of a font and offers no other way to: its own types end at the document. Held to pdfkit 0.20, where a document's `_font` is the font
 * that was set last; each member is looked for when a font is opened, so that another release that has them elsewhere fails there and not in somebody's case file.
 */
export type EmbeddedFont = {
  font: { hasGlyphForCodePoint(codePoint: number): boolean };
  /** Every word that was ever set, by its text. */
  layoutCache: object;
  /** The glyphs of a text, each in four hexadecimal digits, which from then on belong to what is embedded of the font. */
  encode(text: string): [glyphs: string[], positions: unknown];
  /** What the resources of a page name it by. */
  ref(): unknown;
};

/** The font that the document sets now. Throws where it is none that is embedded, or where the library is another than the one that is known. */
export function fontInUse(document: PDFKit.PDFDocument): EmbeddedFont {
  const font: unknown = '_font' in document ? document._font : undefined;
  if (!isEmbeddedFont(font)) throw new Error('The fonts of the case file cannot be asked for their glyphs: is this another release of pdfkit?');
  return font;
}

function isEmbeddedFont(font: unknown): font is EmbeddedFont {
  return hasMembers(font, { encode: 'function', ref: 'function', layoutCache: 'object', font: 'object' }) && hasMembers(font.font, { hasGlyphForCodePoint: 'function' });
}

function hasMembers<K extends string>(value: unknown, types: Readonly<Record<K, 'function' | 'object'>>): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && Object.entries(types).every(([name, type]) => typeof Reflect.get(value, name) === type);
}
