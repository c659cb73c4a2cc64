import { createRequire } from 'node:module';
import { once } from 'node:events';
import PDFDocument from 'pdfkit';
import type { BoundedFile } from '../bounded-file.ts';
import { printable, type HasGlyph, type OutlineLine } from './printable.ts';

const require = createRequire(import.meta.url);
const fontFile = (name: string) => require.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`);
const fonts = { text: fontFile('DejaVuSans'), bold: fontFile('DejaVuSans-Bold'), mono: fontFile('DejaVuSansMono') } as const;

const margin = 56;
const sizes = { title: 18, heading: 13, subheading: 10.5, text: 9, mono: 7.5, footer: 7 } as const;
const ink = { text: '#1a1a1a', quiet: '#555555' } as const;
const indentPoints = 12;

/** A document of headings, paragraphs and facts, whose pages leave as they are filled. */
export class Sheet {
  readonly #document: PDFKit.PDFDocument;
  readonly #file: BoundedFile;
  readonly #footer: string;
  readonly #hasGlyph: HasGlyph;
  #pieces: Buffer[] = [];
  #pages = 0;

  constructor(file: BoundedFile, info: { title: string; author: string; madeAt: Date }, footer: string) {
    this.#file = file;
    this.#document = new PDFDocument({ size: 'A4', margins: { top: margin, bottom: margin, left: margin, right: margin }, autoFirstPage: false, lang: 'en', displayTitle: true, info: { Title: info.title, Author: info.author, Creator: 'Countersign', CreationDate: info.madeAt } });
    for (const [name, path] of Object.entries(fonts)) this.#document.registerFont(name, path);
    this.#document.font('text');
    this.#hasGlyph = glyphsOf(this.#document);
    this.#footer = this.#say(footer);
    this.#document.on('data', (piece: Buffer) => this.#pieces.push(piece));
    this.#document.on('pageAdded', () => this.#drawFooter());
    this.#document.addPage();
  }

  title(text: string): void {
    this.#document.font('bold').fontSize(sizes.title).fillColor(ink.text).text(this.#say(text));
    this.#document.moveDown(0.4);
  }

  heading(text: string): void {
    this.#keepTogether(60);
    this.#document.moveDown(0.9).font('bold').fontSize(sizes.heading).fillColor(ink.text).text(this.#say(text));
    this.#document.moveDown(0.3);
  }

  subheading(text: string): void {
    this.#keepTogether(40);
    this.#document.moveDown(0.5).font('bold').fontSize(sizes.subheading).fillColor(ink.text).text(this.#say(text));
    this.#document.moveDown(0.15);
  }

  paragraph(text: string): void {
    this.#document.font('text').fontSize(sizes.text).fillColor(ink.text).text(this.#say(text), { lineGap: 1.5 });
    this.#document.moveDown(0.3);
  }

  /** A name and what it is; what is not known says so. */
  fact(name: string, value: string | number | null, depth = 0): void {
    const document = this.#document;
    const indent = depth * indentPoints;
    document.x = margin + indent;
    document.font('bold').fontSize(sizes.text).fillColor(ink.quiet).text(`${this.#say(name)}: `, { continued: true, lineGap: 1.5 });
    document.font('text').fillColor(ink.text).text(value === null || value === '' ? '–' : this.#say(String(value)));
    document.x = margin;
  }

  /** Digests, documents, commands: every character counts. */
  mono(text: string): void {
    this.#document.font('mono').fontSize(sizes.mono).fillColor(ink.text).text(this.#say(text), { lineGap: 1 });
    this.#document.moveDown(0.3);
  }

  outline(lines: readonly OutlineLine[]): void {
    for (const { depth, label, text } of lines) {
      if (label !== null) this.fact(label, text === '' ? ' ' : text, depth);
      else this.paragraph(text);
    }
  }

  /** What is drawn so far leaves memory. To be called often. */
  async flush(): Promise<void> {
    const pieces = this.#pieces;
    this.#pieces = [];
    for (const piece of pieces) await this.#file.write(piece);
  }

  async finish(): Promise<void> {
    const ended = once(this.#document, 'end');
    this.#document.end();
    await ended;
    await this.flush();
  }

  #say(text: string): string {
    return printable(text, this.#hasGlyph);
  }

  /** What begins here does not stand alone at the foot of a page. */
  #keepTogether(points: number): void {
    if (this.#document.y > this.#document.page.height - margin - points) this.#document.addPage();
  }

  #drawFooter(): void {
    this.#pages += 1;
    const document = this.#document;
    const { page, x, y } = document;
    const bottom = page.margins.bottom;
    // Below the margin: with it, the text would ask for another page.
    page.margins.bottom = 0;
    document.font('text').fontSize(sizes.footer).fillColor(ink.quiet).text(`${this.#footer}  ·  page ${this.#pages}`, margin, page.height - margin / 2 - sizes.footer, { lineBreak: false });
    page.margins.bottom = bottom;
    Object.assign(document, { x, y });
  }
}

/** Of the font that is set. The library keeps it to itself, and has no other way to ask. */
function glyphsOf(document: PDFKit.PDFDocument): HasGlyph {
  const { _font: set } = document as unknown as { _font?: { font?: { hasGlyphForCodePoint?(codePoint: number): boolean } } };
  const font = set?.font;
  if (typeof font?.hasGlyphForCodePoint !== 'function') throw new Error('The fonts of the case file cannot be asked for their glyphs.');
  return (codePoint) => font.hasGlyphForCodePoint?.(codePoint) === true;
}
