import type { Fonts } from './fonts.ts';

/** What is known of a reference, of a page and of a document, beyond what their types say. */
type Page = { xobjects: Record<string, unknown>; height: number };
type WithRefs = { ref(data: object): { end(content: string): void; data: Record<string, unknown> }; addContent(operators: string): unknown; page: Page };

const name = 'PageCount';

/**
 * How many pages there are, on each of them: the number is drawn once, at the end, and every page refers to it. Pages can leave memory before it is known,
 * and whoever holds the paper sees whether one is missing.
 */
export class PageCount {
  readonly #document: WithRefs;
  readonly #drawing: ReturnType<WithRefs['ref']>;

  constructor(document: PDFKit.PDFDocument) {
    this.#document = document;
    this.#drawing = this.#document.ref({ Type: 'XObject', Subtype: 'Form', BBox: [0, -5, 60, 15] });
  }

  /** Places it on the page at hand, with its baseline beginning there. */
  place(x: number, y: number): void {
    const { page } = this.#document;
    page.xobjects[name] = this.#drawing;
    // Pages are measured from their top; text is drawn upwards.
    this.#document.addContent(`q 1 0 0 -1 ${x} ${y} cm /${name} Do Q`);
  }

  /** Once, at the end. */
  draw(pages: number, fonts: Fonts, size: number): void {
    const { operators, font } = fonts.operatorsOf(String(pages), 'text', size);
    this.#drawing.data['Resources'] = { Font: { F: font } };
    this.#drawing.end(`0.333 g ${operators}`);
  }
}
