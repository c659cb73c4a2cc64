import { createHash } from 'node:crypto';

/** What a font can draw. */
export type HasGlyph = (codePoint: number) => boolean;

/** Orders and marks that change how others read, or that nobody sees: Unicode categories Cc, Cf, Co, Cs, Cn, but for line breaks. */
const unseen = /^(?!\n)[\p{C}]$/u;

/**
 * Text as paper can hold it: what the font has no glyph for, and what would be invisible or turn the text around, stands as its
 * number. Nothing is dropped in silence.
 */
export function printable(text: string, hasGlyph: HasGlyph): string {
  return Array.from(text.toWellFormed().replace(/\r\n?/g, '\n').replaceAll('\t', '    '), (character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    return character === '\n' || (!unseen.test(character) && hasGlyph(codePoint)) ? character : `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`;
  }).join('');
}

export type OutlineLine = { depth: number; label: string | null; text: string };
const linesMax = 4000;
const charsMax = 100_000;

/** What was shown, as lines to read: of JSON each member, of anything else the text or what it is. What is too long says so, with where the whole is. */
export function outlineOf(bytes: Buffer, mediaType: string): OutlineLine[] {
  const whole = mediaType === 'application/json' ? outlineOfValue(parsed(bytes), 0, null) : [{ depth: 0, label: null, text: binaryText(bytes, mediaType) }];
  const lines: OutlineLine[] = [];
  let chars = 0;
  for (const line of whole) {
    chars += line.text.length;
    if (lines.length >= linesMax || chars > charsMax) return [...lines, { depth: 0, label: null, text: 'There is more of it than is printed here: the whole is in the bundle, under its digest.' }];
    lines.push(line);
  }
  return lines;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return binaryText(bytes, 'no JSON');
  }
}

function outlineOfValue(value: unknown, depth: number, label: string | null): OutlineLine[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return [{ depth, label, text: 'none' }];
    if (value.every((each) => typeof each !== 'object')) return [{ depth, label, text: value.map(String).join(', ') }];
    return [...headOf(depth, label), ...value.flatMap((each, index) => outlineOfValue(each, depth + 1, `${index + 1}`))];
  }
  if (typeof value === 'object' && value !== null) return [...headOf(depth, label), ...Object.entries(withoutBase64(value)).flatMap(([name, each]) => outlineOfValue(each, depth + 1, name))];
  return [{ depth, label, text: value === null || value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value) }];
}

const headOf = (depth: number, label: string | null): OutlineLine[] => (label === null ? [] : [{ depth, label, text: '' }]);

/** A picture or a file in base64 is no reading: what it is, and by which digest it is found. */
function withoutBase64(value: object): object {
  if (!('encoding' in value) || value.encoding !== 'base64' || !('content' in value) || typeof value.content !== 'string') return value;
  return { ...value, content: binaryText(Buffer.from(value.content, 'base64'), 'mediaType' in value && typeof value.mediaType === 'string' ? value.mediaType : 'binary') };
}

function binaryText(bytes: Buffer, mediaType: string): string {
  return `${bytes.length} bytes of ${mediaType}, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`;
}
