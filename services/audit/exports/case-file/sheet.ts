import { once } from 'node:events';
import PDFDocument from 'pdfkit';
import type { BoundedFile } from '../bounded-file.ts';
import { asOne, Fonts, type FontName } from './fonts.ts';
import { linesOf, type Line } from './lines.ts';
import { PageCount } from './page-count.ts';
import type { Picture } from './picture.ts';
import { printable } from './printable.ts';

const margin = 56;
const sizes = { title: 18, heading: 13, subheading: 10.5, text: 9, mono: 7.5, footer: 7 } as const;
const ink = { text: '#1a1a1a', quiet: '#555555' } as const;
const indentPoints = 12;
/** What is nested deeper stands no further in: there would be no room for it. */
const depthMax = 14;
const leading = 1.45;
/** What a line takes below its baseline, of its size. */
const descent = 0.35;

type Style = { font: FontName; size: number; color?: string; depth?: number };
type Drawn = Style & { firstIndent?: number };

/**
 * A document of headings, paragraphs and facts, whose pages leave as they are filled. Lines are broken and placed here, one by one: the library's own flow forgets what it
 * was setting when a page ends in the middle of it, and puts words of scripts that are read from the right in the wrong order.
 */
export class Sheet {
  readonly #document: PDFKit.PDFDocument;
  readonly #fonts: Fonts;
  readonly #file: BoundedFile;
  readonly #footer: string;
  readonly #count: PageCount;
  #pieces: Buffer[] = [];
  #pages = 0;
  /** Points from the top of the page; what is next begins there. */
  #y = margin;

  constructor(file: BoundedFile, info: { title: string; author: string; madeAt: Date }, footer: string, fontFiles: readonly string[] = []) {
    this.#file = file;
    const options = { size: 'A4', margin: 0, autoFirstPage: false, lang: 'en', displayTitle: true, info: { Title: info.title, Author: info.author, Creator: 'Countersign', CreationDate: info.madeAt } };
    this.#document = new PDFDocument(options);
    this.#document.on('data', (piece: Buffer) => this.#pieces.push(piece));
    this.#fonts = new Fonts(this.#document, fontFiles);
    this.#count = new PageCount(this.#document);
    this.#footer = this.#say(footer);
    this.#addPage();
  }

  title(text: string): void {
    this.#draw(text, { font: 'bold', size: sizes.title });
    this.#space(6);
  }

  /** Also a bookmark. What follows does not stand alone on the next page. */
  heading(text: string): void {
    this.#keepTogether(80);
    this.#space(14);
    this.#document.outline.addItem(this.#say(text));
    this.#draw(text, { font: 'bold', size: sizes.heading });
    this.#space(4);
  }

  subheading(text: string, depth = 0): void {
    this.#keepTogether(50);
    this.#space(6);
    this.#draw(text, { font: 'bold', size: sizes.subheading, depth });
    this.#space(2);
  }

  paragraph(text: string, depth = 0): void {
    this.#draw(text, { font: 'text', size: sizes.text, depth });
    this.#space(4);
  }

  /** A remark of ours, not of the record. */
  note(text: string, depth = 0): void {
    this.#draw(text, { font: 'text', size: sizes.text, color: ink.quiet, depth });
    this.#space(4);
  }

  /** The name of what follows further in. */
  label(text: string, depth: number): void {
    this.#keepTogether(30);
    this.#draw(text, { font: 'bold', size: sizes.text, color: ink.quiet, depth });
  }

  /** A name and what it is; what is not known says so. */
  fact(name: string, value: string | number | null, depth = 0): void {
    const label = `${this.#say(name)}: `;
    const style: Style = { font: 'text', size: sizes.text, depth };
    const width = this.#fonts.setter('bold', sizes.text).widthOf(label, 'bold', false);
    const text = value === null || value === '' ? '–' : String(value);
    const wide = this.#widthAt(depth);
    // A name that leaves no room for what it is stands above it.
    if (width > wide / 2 || label.includes('\n')) {
      this.#draw(label.trimEnd(), { ...style, font: 'bold', color: ink.quiet });
      return this.#draw(text, { ...style, depth: depth + 1 });
    }
    this.#room(style.size);
    this.#put([...linesOf(label, { width: wide }, this.#fonts.setter('bold', sizes.text))].slice(0, 1), { ...style, font: 'bold', color: ink.quiet }, { stay: true });
    this.#draw(text, { ...style, firstIndent: width });
  }

  /** Digests, documents, commands: every character counts. */
  mono(text: string, depth = 0): void {
    this.#draw(text, { font: 'mono', size: sizes.mono, depth });
    this.#space(4);
  }

  /** A picture in its own proportions: small ones enlarged so that they can be made out, large ones to the width of the page. */
  picture({ bytes, width, height }: Picture, depth = 0): void {
    const [wide, high] = [Math.min(this.#widthAt(depth), Math.max(width, 110)), 380];
    const scale = Math.min(wide / width, high / height);
    this.#keepTogether(height * scale + 8);
    this.#document.image(bytes, margin + indentOf(depth), this.#y + 2, { fit: [width * scale, height * scale] });
    this.#y += height * scale + 8;
  }

  /** What is drawn so far leaves memory. To be called often. */
  async flush(): Promise<void> {
    const pieces = this.#pieces;
    this.#pieces = [];
    for (const piece of pieces) await this.#file.write(piece);
  }

  async finish(): Promise<void> {
    const ended = once(this.#document, 'end');
    this.#count.draw(this.#pages, this.#fonts, sizes.footer);
    this.#document.end();
    await ended;
    await this.flush();
  }

  #say(text: string): string {
    return printable(text, this.#fonts.hasGlyph);
  }

  #widthAt(depth: number): number {
    return this.#document.page.width - 2 * margin - indentOf(depth);
  }

  #draw(text: string, style: Drawn): void {
    const width = this.#widthAt(style.depth ?? 0);
    this.#put(linesOf(this.#say(text), { width, firstWidth: width - (style.firstIndent ?? 0) }, this.#fonts.setter(style.font, style.size)), style, { stay: false });
  }

  /** `stay`: what comes next begins on the same line. */
  #put(lines: readonly Line[], style: Drawn, { stay }: { stay: boolean }): void {
    const { size, color = ink.text, depth = 0, firstIndent = 0 } = style;
    for (const [index, line] of lines.entries()) {
      this.#room(size);
      const left = margin + indentOf(depth);
      // A name stands before what it is, in whatever script.
      const x = line.rtl && !stay ? left + this.#widthAt(depth) - line.width : left + (index === 0 ? firstIndent : 0);
      this.#set(line, x, this.#y + size * (leading - descent), size, color);
      if (!stay) this.#y += size * leading;
    }
  }

  /** Draws what stands in a line; `y` is its baseline. */
  #set({ runs }: Line, x: number, y: number, size: number, color: string): void {
    let at = x;
    for (const { text, font, rtl, width } of runs) {
      // The width is known: the library would measure it again.
      const options = { lineBreak: false, baseline: 'alphabetic' as const, textWidth: width, wordCount: 1, ...(rtl ? asOne : {}) };
      this.#document.font(font).fontSize(size).fillColor(color).text(text, at, y, options);
      at += width;
    }
  }

  /** Room for one more line, on this page or the next. */
  #room(size: number): void {
    if (this.#y + size * leading > this.#document.page.height - margin) this.#addPage();
  }

  #space(points: number): void {
    if (this.#y > margin) this.#y += points;
  }

  /** What begins here does not stand alone at the foot of a page. */
  #keepTogether(points: number): void {
    if (this.#y + points > this.#document.page.height - margin) this.#addPage();
  }

  #addPage(): void {
    this.#document.addPage();
    this.#fonts.forgetWords();
    this.#pages += 1;
    this.#y = margin;
    const { width: pageWidth, height } = this.#document.page;
    const setter = this.#fonts.setter('text', sizes.footer);
    const number = `page ${this.#pages} of `;
    const [numberWidth, countWidth, y] = [setter.widthOf(number, 'text', false), setter.widthOf('00000', 'text', false), height - margin / 2];
    const x = pageWidth - margin - countWidth - numberWidth;
    const [foot] = linesOf(this.#footer, { width: x - margin - 12 }, setter);
    const [page] = linesOf(number, { width: pageWidth }, setter);
    for (const [line, at] of [[foot, margin], [page, x]] as const) if (line !== undefined) this.#set(line, at, y, sizes.footer, ink.quiet);
    this.#count.place(x + numberWidth, y);
  }
}

const indentOf = (depth: number) => Math.min(depth, depthMax) * indentPoints;
