import bidiFactory from 'bidi-js';
import LineBreaker from 'linebreak';

/** What is drawn with one font from left to right. `rtl`: its letters are given in the order in which they are read, which is the other one. */
export type Run = { text: string; font: string; rtl: boolean; width: number };
export type Line = { runs: readonly Run[]; width: number; rtl: boolean };

export type Typesetter = {
  /** The font that draws a character. */
  fontOf(character: string): string;
  /** Points. */
  widthOf(text: string, font: string, rtl: boolean): number;
};

const bidi = bidiFactory();
/** Letters of scripts that are read from right to left. */
const rightToLeft = /[\p{scx=Hebrew}\p{scx=Arabic}\p{scx=Syriac}\p{scx=Thaana}\p{scx=Nko}]/u;
const strongRtl = /(?=\p{L})[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Breaks a text into lines no wider than `width`, the first no wider than `firstWidth`: where Unicode allows it (UAX #14), and inside of what is longer than a line.
 * What stands in a line is in the order in which it is seen (UAX #9), each paragraph by its own first strong letter.
 */
export function linesOf(text: string, { width, firstWidth = width }: { width: number; firstWidth?: number }, setter: Typesetter): Line[] {
  const lines: Line[] = [];
  for (const paragraph of text.split('\n')) {
    const levels = rightToLeft.test(paragraph) ? bidi.getEmbeddingLevels(paragraph) : null;
    const base = levels?.paragraphs[0]?.level ?? 0;
    for (const [start, end] of ranges(paragraph, (index) => (lines.length + index === 0 ? firstWidth : width), setter)) lines.push(lineOf(paragraph, start, end, levels?.levels ?? null, base, setter));
  }
  return lines;
}

/** Where each line begins and ends; `widthOfLine` of its number in the paragraph. */
function ranges(paragraph: string, widthOfLine: (index: number) => number, setter: Typesetter): Array<[number, number]> {
  const found: Array<[number, number]> = [];
  let [start, end, used] = [0, 0, 0];
  const close = (at: number) => {
    found.push([start, end]);
    [start, end, used] = [at, at, 0];
  };
  for (const [from, to] of pieces(paragraph, () => Math.min(widthOfLine(0), widthOfLine(1)), setter)) {
    const piece = paragraph.slice(from, to);
    if (end > start && used + widthOf(piece.trimEnd(), setter) > widthOfLine(found.length)) close(from);
    used += widthOf(piece, setter);
    end = to;
  }
  close(end);
  return found;
}

/** Stretches that stay together: up to each place where a line may end, and no longer than a line. */
function* pieces(paragraph: string, widthMax: () => number, setter: Typesetter): Generator<[number, number]> {
  const breaker = new LineBreaker(paragraph);
  let from = 0;
  for (let stop = breaker.nextBreak(); stop !== null; stop = breaker.nextBreak()) {
    const word = paragraph.slice(from, stop.position);
    if (widthOf(word.trimEnd(), setter) <= widthMax()) yield [from, stop.position];
    else yield* cut(word, from, widthMax(), setter);
    from = stop.position;
  }
}

function* cut(word: string, offset: number, widthMax: number, setter: Typesetter): Generator<[number, number]> {
  let [from, used] = [0, 0];
  for (const { segment, index } of graphemes.segment(word)) {
    const own = widthOf(segment, setter);
    if (used > 0 && used + own > widthMax) {
      yield [offset + from, offset + index];
      [from, used] = [index, 0];
    }
    used += own;
  }
  yield [offset + from, offset + word.length];
}

function widthOf(text: string, setter: Typesetter): number {
  return byFont(text, setter).reduce((sum, { text: part, font }) => sum + setter.widthOf(part, font, strongRtl.test(part)), 0);
}

function lineOf(paragraph: string, start: number, end: number, levels: Uint8Array | null, base: number, setter: Typesetter): Line {
  const text = paragraph.slice(start, end).trimEnd();
  const runs = levels === null ? byFont(text, setter).map(({ text: part, font }): Run => ({ text: part, font, rtl: false, width: setter.widthOf(part, font, false) })) : seen(paragraph, start, start + text.length, levels, setter);
  return { runs, width: runs.reduce((sum, run) => sum + run.width, 0), rtl: base % 2 === 1 };
}

/** Rule L2 of UAX #9 over runs: from the highest level down to the lowest odd one, what is at it or above is turned around. */
function seen(paragraph: string, start: number, end: number, levels: Uint8Array, setter: Typesetter): Run[] {
  let runs: Array<{ level: number; run: Run }> = [];
  for (let at = start, stop = at; at < end; at = stop) {
    const level = levels[at] ?? 0;
    while (stop < end && levels[stop] === level) stop += 1;
    const parts = byFont(level % 2 === 1 ? mirrored(paragraph.slice(at, stop)) : paragraph.slice(at, stop), setter);
    runs.push(...parts.map(({ text, font }) => ({ level, run: runOf(text, font, level % 2 === 1, setter) })));
  }
  const odd = runs.filter(({ level }) => level % 2 === 1).map(({ level }) => level);
  for (let level = Math.max(0, ...runs.map((each) => each.level)); odd.length > 0 && level >= Math.min(...odd); level -= 1) runs = turned(runs, (each) => each.level >= level);
  return runs.map(({ run }) => run);
}

function turned<T>(items: readonly T[], chosen: (item: T) => boolean): T[] {
  const result: T[] = [];
  for (let at = 0, stop = 0; at < items.length; at = stop) {
    const turn = chosen(items[at] as T);
    while (stop < items.length && chosen(items[stop] as T) === turn) stop += 1;
    result.push(...(turn ? items.slice(at, stop).reverse() : items.slice(at, stop)));
  }
  return result;
}

/** The font turns letters around that are read so; signs and spaces between them are turned here. */
function runOf(text: string, font: string, rtl: boolean, setter: Typesetter): Run {
  if (!rtl || strongRtl.test(text)) return { text, font, rtl, width: setter.widthOf(text, font, rtl) };
  const reversed = Array.from(graphemes.segment(text), ({ segment }) => segment).reverse().join('');
  return { text: reversed, font, rtl: false, width: setter.widthOf(reversed, font, false) };
}

function mirrored(text: string): string {
  return Array.from(text, (character) => bidi.getMirroredCharacter(character) ?? character).join('');
}

/** Marks, joiners and spaces stay with the letter before them. */
function byFont(text: string, setter: Typesetter): Array<{ text: string; font: string }> {
  const parts: Array<{ text: string; font: string }> = [];
  for (const character of text) {
    const last = parts.at(-1);
    const font = last !== undefined && /[\p{M}\p{Cf} ]/u.test(character) ? last.font : setter.fontOf(character);
    if (last?.font === font) last.text += character;
    else parts.push({ text: character, font });
  }
  return parts;
}
