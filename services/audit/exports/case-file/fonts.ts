import { createRequire } from 'node:module';
import { ExportFailedError } from '../job.ts';
import { fontInUse, type EmbeddedFont } from './embedded-font.ts';
import type { Typesetter } from './lines.ts';
import type { HasGlyph } from './printable.ts';

const require = createRequire(import.meta.url);
const fontFile = (name: string) => require.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`);
const own = { text: fontFile('DejaVuSans'), bold: fontFile('DejaVuSans-Bold'), mono: fontFile('DejaVuSansMono') } as const;
export type FontName = keyof typeof own;

/** The fonts of a document: our own, and behind them those that whoever runs this named for scripts that ours have no letters of. */
export class Fonts {
  readonly #document: PDFKit.PDFDocument;
  readonly #opened = new Map<string, EmbeddedFont>();
  readonly #others: string[] = [];

  constructor(document: PDFKit.PDFDocument, files: readonly string[]) {
    this.#document = document;
    for (const [name, path] of Object.entries(own)) this.#register(name, path);
    for (const file of files) {
      try {
        this.#register(file, file);
      } catch (error) {
        throw new ExportFailedError('internal', `The font ${file} of COUNTERSIGN_AUDIT_EXPORT_FONTS cannot be used.`, error);
      }
      this.#others.push(file);
    }
  }

  /** Some font has it. */
  readonly hasGlyph: HasGlyph = (codePoint) => this.#fontWith('text', codePoint) !== null;

  /** Sets text of one style and size. */
  setter(style: FontName, size: number): Typesetter {
    return {
      fontOf: (character) => this.#fontWith(style, character.codePointAt(0) ?? 0) ?? style,
      widthOf: (text, font, rtl) => this.#document.font(font).fontSize(size).widthOfString(text, rtl ? asOne : {}),
    };
  }

  /** The library keeps every word that it ever set: of a long file, more than there is memory for. To be called at each page. */
  forgetWords(): void {
    for (const font of this.#opened.values()) font.layoutCache = Object.create(null) as object;
  }

  /** `text` as operators of a page's content: what is drawn later, on pages that are long finished. */
  operatorsOf(text: string, style: FontName, size: number): { operators: string; font: unknown } {
    const font = this.#opened.get(style);
    if (font === undefined) throw new Error(`The font ${style} is not open.`);
    return { operators: `BT /F ${size} Tf <${font.encode(text)[0].join('')}> Tj ET`, font: font.ref() };
  }

  #register(name: string, path: string): void {
    const [file = '', face] = path.split('#');
    this.#document.registerFont(name, file, face).font(name);
    this.#opened.set(name, fontInUse(this.#document));
  }

  /** A font in bold or of fixed width that lacks a letter gives way to the ordinary one. */
  #fontWith(style: FontName, codePoint: number): string | null {
    return [style, 'text', ...this.#others].find((name) => this.#opened.get(name)?.font.hasGlyphForCodePoint(codePoint) === true) ?? null;
  }
}

/** Words of a script that is read from the right are set together: one by one they would stand in the wrong order. */
export const asOne = { features: [] };
