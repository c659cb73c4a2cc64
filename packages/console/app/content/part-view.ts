/** Decides how a piece of content is shown, from its media type and what is in it. Pure; everything it gives back is inert data. */

import { parseCsv } from './csv.ts';
import { readLossless } from './lossless-json.ts';
import { isDrawable, tableOf } from './table.ts';
import type { Table } from './table.ts';

export type Content = { content?: string; encoding?: 'text' | 'base64'; mediaType: string };

export type PartView =
  | { kind: 'text'; text: string }
  | { kind: 'html'; source: string }
  | { kind: 'json'; value: unknown; source: string }
  | { kind: 'table'; table: Table; source: string }
  | { kind: 'image'; bytes: Uint8Array<ArrayBuffer>; mediaType: string }
  | { kind: 'file'; bytes: Uint8Array<ArrayBuffer>; mediaType: string };

/** Only what a browser draws as a picture and never runs; SVG among them, since an `img` runs none of its scripts and loads nothing. */
const imageTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp', 'image/svg+xml'];

/** The type without its parameters, in small letters. */
export function essenceOf(mediaType: string): string {
  return (mediaType.split(';')[0] ?? '').trim().toLowerCase();
}

export function partViewOf({ content = '', encoding = 'text', mediaType }: Content): PartView {
  const essence = essenceOf(mediaType);
  if (imageTypes.includes(essence)) return { kind: 'image', bytes: bytesOf(content, encoding), mediaType: essence };
  if (encoding === 'base64') return { kind: 'file', bytes: bytesOf(content, encoding), mediaType: essence };
  if (essence === 'text/html' || essence === 'application/xhtml+xml') return { kind: 'html', source: content };
  if (essence === 'application/json' || essence.endsWith('+json')) return jsonView(content);
  if (essence === 'text/csv' || essence === 'text/tab-separated-values') return csvView(content, essence === 'text/csv' ? ',' : '\t');
  return { kind: 'text', text: content };
}

function jsonView(text: string): PartView {
  try {
    const value = readLossless(text);
    if (value === undefined) return { kind: 'text', text };
    const table = tableOf(value);
    return table !== null && isDrawable(table) ? { kind: 'table', table, source: text } : { kind: 'json', value, source: text };
  } catch {
    return { kind: 'text', text };
  }
}

function csvView(text: string, separator: string): PartView {
  const [header, ...rows] = parseCsv(text, separator);
  if (header === undefined || rows.length === 0) return { kind: 'text', text };
  // A title above the table, or a line that somebody made longer: every cell is shown.
  const width = rows.reduce((most, row) => Math.max(most, row.length), header.length);
  const table = { columns: [...header, ...Array<string>(width - header.length).fill('')], rows };
  return isDrawable(table) ? { kind: 'table', table, source: text } : { kind: 'text', text };
}

/** Base64 that is none gives no bytes: what cannot be decoded is not guessed at. */
export function bytesOf(content: string, encoding: 'text' | 'base64'): Uint8Array<ArrayBuffer> {
  if (encoding === 'text') return new TextEncoder().encode(content);
  try {
    return Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** `812 B`, `4.2 kB`, `1.3 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

/** A name to save under: no path, nothing a shell or a file manager would read anything into. */
export function fileNameOf(name: string): string {
  const plain = name.normalize('NFKC').replace(/[^\p{L}\p{N} ._-]/gu, '_').replace(/^[. ]+/, '').slice(0, 80).trim();
  return plain === '' ? 'part' : plain;
}

/** An address that may become a link, or null: only http and https, and none that carries a user name to deceive. */
export function linkOf(uri: string): URL | null {
  try {
    const url = new URL(uri);
    return (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === '' ? url : null;
  } catch {
    return null;
  }
}
