/** What is used here of two libraries that come without types. */

declare module 'bidi-js' {
  type Levels = { levels: Uint8Array; paragraphs: Array<{ start: number; end: number; level: number }> };
  export default function bidiFactory(): { getEmbeddingLevels(text: string, direction?: 'ltr' | 'rtl' | 'auto'): Levels; getMirroredCharacter(character: string): string | null };
}

declare module 'linebreak' {
  export default class LineBreaker {
    constructor(text: string);
    nextBreak(): { position: number; required: boolean } | null;
  }
}
