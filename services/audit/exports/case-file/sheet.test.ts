import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { extractText, getDocumentProxy } from 'unpdf';
import { BoundedFile } from '../bounded-file.ts';
import { writeContent } from './content.ts';
import { Sheet } from './sheet.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-sheet-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
type Item = { str: string; transform: number[]; width: number; height: number; fontName: string };

/** What another reader finds on each page: every piece of text with its place and size. */
async function drawn(draw: (sheet: Sheet) => void, fonts: readonly string[] = []): Promise<{ pages: Item[][]; text: string; bookmarks: string[] }> {
  files += 1;
  const path = join(folder, `${files}.pdf`);
  {
    await using file = await BoundedFile.create(path, { bytesLeft: 1e9, reserveBytes: 0 });
    const sheet = new Sheet(file, { title: 'A case', author: 'olga', madeAt: new Date(0) }, 'Foot of the page', fonts);
    draw(sheet);
    await sheet.finish();
    await file.finish();
  }
  const document = await getDocumentProxy(new Uint8Array(readFileSync(path)));
  const pages: Item[][] = [];
  for (let number = 1; number <= document.numPages; number += 1) pages.push((await (await document.getPage(number)).getTextContent()).items as Item[]);
  const bookmarks = ((await document.getOutline()) ?? []).map(({ title }: { title: string }) => title);
  return { pages, text: (await extractText(document, { mergePages: true })).text, bookmarks };
}

const [pageWidth, margin] = [595.28, 56];
const words = (items: readonly Item[]) => items.filter(({ str }) => str.trim() !== '');

describe('pages', () => {
  test('are filled from top to bottom, each with its number, how many there are, and nothing over its edge', async () => {
    const { pages, bookmarks } = await drawn((sheet) => {
      sheet.title('A case');
      for (let part = 0; part < 12; part += 1) {
        sheet.heading(`Part ${part}`);
        // A fact, a paragraph, a text of fixed width, each longer than what is left of most pages.
        sheet.fact('Reasoning', `${'Long reasoning goes on. '.repeat(120)}end ${part}a`);
        sheet.paragraph(`${'A paragraph of many words. '.repeat(150)}end ${part}b`, part);
        sheet.mono(`${'0123456789abcdef'.repeat(200)}end${part}c`);
        sheet.fact('A name that is so long that nothing fits beside it on the line, whatever is said there', 'x'.repeat(300), 3);
      }
    });
    expect(pages.length).toBeGreaterThan(8);
    for (const [index, items] of pages.entries()) {
      const text = items.map(({ str }) => str).join('');
      expect(text).toMatch(new RegExp(`page ${index + 1} of ?${pages.length}`));
      expect(text).toContain('Foot of the page');
      // A page that is not the last is full: none is left empty on the way.
      const lowest = Math.min(...words(items).map(({ transform }) => transform[5] ?? 0).filter((y) => y > margin));
      if (index < pages.length - 1) expect([index, lowest < 160]).toEqual([index, true]);
      for (const { str, transform, width } of words(items)) {
        const [x = 0, y = 0] = transform.slice(4);
        expect([str, x >= margin - 1, x + width <= pageWidth - margin + 2, y > 20 && y < 842 - margin + 1]).toEqual([str, true, true, true]);
      }
    }
    const all = pages.flat().map(({ str }) => str).join('').replace(/\s/g, '');
    for (let part = 0; part < 12; part += 1) for (const mark of [`end${part}a`, `end${part}b`, `end${part}c`]) expect(all).toContain(mark);
    expect(bookmarks).toEqual(Array.from({ length: 12 }, (_, part) => `Part ${part}`));
  });

  test('go on in the size they were in when one ended in the middle of a text', async () => {
    const { pages } = await drawn((sheet) => sheet.paragraph('Many words to a page. '.repeat(900)));
    expect(pages.length).toBeGreaterThan(2);
    const sizes = new Set(pages.flatMap((items) => words(items).filter(({ transform }) => (transform[5] ?? 0) > margin).map(({ transform }) => Math.round(Math.abs(transform[3] ?? 0) * 10) / 10)));
    expect([...sizes]).toEqual([9]);
  });
});

describe('letters', () => {
  test('that no font has, that nobody sees, or that turn others around stand as their number; joiners stay where a script needs them', async () => {
    const { text } = await drawn((sheet) => sheet.paragraph('Šárka 東京 \u202eesrever a\u200cb می\u200cخواهم \u0000 \ud800'));
    for (const said of ['Šárka', '[U+6771][U+4EAC]', '[U+202E]esrever', 'a[U+200C]b', '[U+0000]', '[U+FFFD]']) expect(text.replaceAll('\ufffd', '[U+FFFD]')).toContain(said);
    expect(text.match(/\[U\+200C\]/g)).toHaveLength(1);
  });

  test('that ours lack are drawn with a font that was named; one that is none is told', async () => {
    // Ours has no letters of mathematics in bold; this one has.
    const mathematics = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuMathTeXGyre.ttf');
    const letter = '\u{1d4b1}';
    expect((await drawn((sheet) => sheet.paragraph(`v ${letter} v`))).text).toContain('[U+1D4B1]');
    const { text } = await drawn((sheet) => sheet.paragraph(`v ${letter} v`), [mathematics]);
    expect([text.includes('[U+1D4B1]'), text.includes(letter)]).toEqual([false, true]);
    await expect(drawn(() => undefined, [join(import.meta.dirname, 'sheet.ts')])).rejects.toThrow('COUNTERSIGN_AUDIT_EXPORT_FONTS');
  });
});

describe('content', () => {
  const written = async (value: object) => (await drawn((sheet) => writeContent(sheet, Buffer.from(JSON.stringify(value)), 'application/json'))).text.replace(/\s+/g, ' ');

  test('is told field by field: ours by what they are called, those of whoever sent it by their own names', async () => {
    const text = await written({
      question: 'Which office?', proposedAt: 1_770_000_000_000_000, output: { label: 'north', content: 'north', mediaType: 'text/plain' }, uncertainty: { lower: null, upper: null, statement: null }, attributes: { confidence: 3, question: 'their own' },
      case: { parts: [{ name: 'data', mediaType: 'application/json', content: '{"answers":["x"],"income":null,"debts":[],"two\\nlines":"both","nested":{"deep":{"er":[{"a":1,"b":null},{"b":"two"}]}}}', encoding: 'text' }, { name: 'letter', mediaType: 'text/plain', content: 'Dear office' }] },
    });
    for (const said of ['Question: Which office?', 'Proposed at: 2026-02-02T02:40:00.000Z', 'The answer of the AI: north', 'confidence 3', 'question their own', 'data (application/json)', 'answers: x', '1: a 1 · b null', '2: b two', 'income: none', 'debts: none', 'two lines: both', 'letter (text/plain)', 'Dear office']) expect(text).toContain(said);
    for (const unsaid of ['Uncertainty', 'encoding', 'in full', '1770000000000000']) expect(text).not.toContain(unsaid);
  });

  test('that is too long is cut, and says so once', async () => {
    const text = await written({ case: { parts: [{ name: 'a', mediaType: 'text/plain', content: `${'many words '.repeat(20_000)}THE END` }, { name: 'b', mediaType: 'text/plain', content: 'after it' }] }, question: 'after all' });
    expect(text.match(/more of it than is printed/g)).toHaveLength(1);
    for (const gone of ['THE END', 'after it', 'after all']) expect(text).not.toContain(gone);
  });

  test('that is a picture is drawn, what only says so is named by its digest', async () => {
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==';
    const text = await written({ case: { parts: [{ name: 'scan', mediaType: 'image/png', content: png, encoding: 'base64' }, { name: 'no scan', mediaType: 'image/png', content: 'AAAA', encoding: 'base64' }] } });
    expect(text).toContain('A picture of 1 × 1 pixels: 67 bytes of image/png');
    expect(text).toContain('3 bytes of image/png, SHA-256 709e80c88487a2411e1ee4dfb9f22a861492d20c4765150c0c794abd70f8147c');
  });
});
