/** One piece of content, shown inertly: nothing in it runs, nothing in it is loaded from elsewhere. */

import { useEffect, useLayoutEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { usePrinting } from '../parts/printing.ts';
import classes from './content.module.css';
import { JsonTree } from './json-tree.tsx';
import { fileNameOf, partViewOf, sizeText } from './part-view.ts';
import type { Content, PartView } from './part-view.ts';
import { usePlacedName } from './place.tsx';
import type { Table } from './table.ts';

export function PartContent({ name, part }: { name: string; part: Content }) {
  const view = useMemo(() => partViewOf(part), [part]);
  switch (view.kind) {
    case 'text':
      return <FoldedText text={view.text} />;
    case 'html':
      return <WithSource source={view.source}><HtmlFrame name={name} source={view.source} /></WithSource>;
    case 'json':
      return <WithSource source={view.source}><JsonTree value={view.value} /></WithSource>;
    case 'table':
      return <WithSource source={view.source}><TableContent name={name} table={view.table} /></WithSource>;
    case 'image':
      return <ImageContent name={name} view={view} />;
    case 'file':
      return <FileContent name={name} bytes={view.bytes} mediaType={view.mediaType} />;
    default:
      return view satisfies never;
  }
}

const foldedLines = 16;
const foldedCharacters = 1400;

/** Each paragraph in its own direction; what is long is folded, and says how long it is. */
export function FoldedText({ text, small = false }: { text: string; small?: boolean }) {
  const [open, setOpen] = useState(false);
  const long = text.length > foldedCharacters || text.split('\n').length > foldedLines;
  if (text === '') return <p className={classes.nothing}>Empty</p>;
  return (
    <div>
      <div className={classes.text} data-folded={long && !open} data-small={small} dir="auto">{text}</div>
      {long && <button type="button" className={classes.fold} aria-expanded={open} onClick={() => setOpen(!open)}>{open ? 'Show less' : `Show all ${text.length.toLocaleString()} characters`}</button>}
    </div>
  );
}

/** Drawn, or as it is written: no drawing says all that a source does. */
function WithSource({ source, children }: { source: string; children: ReactNode }) {
  const [raw, setRaw] = useState(false);
  return (
    <div>
      {raw ? <FoldedText text={source} small /> : children}
      <button type="button" className={classes.fold} aria-pressed={raw} onClick={() => setRaw(!raw)}>{raw ? 'Show it drawn' : 'Show the source'}</button>
    </div>
  );
}

/** In a frame that may neither run nor load anything. Paper cannot be scrolled: there the source stands below. */
function HtmlFrame({ name, source }: { name: string; source: string }) {
  const title = usePlacedName(name);
  const printing = usePrinting();
  const policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">';
  return (
    <>
      <iframe className={classes.frame} title={title} sandbox="" referrerPolicy="no-referrer" srcDoc={`${policy}${source}`} />
      {printing && <FoldedText text={source} small />}
    </>
  );
}

const rowsShown = 60;

function TableContent({ name, table: { columns, rows } }: { name: string; table: Table }) {
  const [all, setAll] = useState(false);
  const printing = usePrinting();
  const numeric = useMemo(() => columns.map((_, index) => rows.every((row) => /^[-+−]?[\d.,\s–]*%?$/.test(row[index] ?? ''))), [columns, rows]);
  return (
    <div>
      <div className={classes.tableFrame} role="group" aria-label={`${name}, as a table`} tabIndex={0}>
        <table className={classes.table}>
          <thead><tr>{columns.map((column, index) => (column === '' ? <td key={index} /> : <th key={index} scope="col" data-numeric={numeric[index]} dir="auto">{column}</th>))}</tr></thead>
          <tbody>
            {(all || printing ? rows : rows.slice(0, rowsShown)).map((row, at) => (
              <tr key={at}>{columns.map((column, index) => (index === 0 && column === '' ? <th key={index} scope="row" dir="auto">{row[index]}</th> : <td key={index} data-numeric={numeric[index]} dir="auto">{row[index] ?? ''}</td>))}</tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > rowsShown && <button type="button" className={classes.fold} aria-expanded={all} onClick={() => setAll(!all)}>{all ? 'Show less' : `Show all ${rows.length} rows`}</button>}
    </div>
  );
}

/** An object URL of the bytes while the component stands. */
function useObjectUrl(bytes: Uint8Array<ArrayBuffer>, mediaType: string): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useLayoutEffect(() => {
    const made = URL.createObjectURL(new Blob([bytes], { type: mediaType }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, mediaType]);
  return url;
}

/** Smaller pictures are drawn larger with their pixels kept, as a scan of eight by eight. */
const pixelatedBelow = 96;

function ImageContent({ name, view }: { name: string; view: Extract<PartView, { kind: 'image' }> }) {
  const url = useObjectUrl(view.bytes, view.mediaType);
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    setBroken(false);
    setSize(null);
  }, [view]);
  if (broken) return <FileContent name={name} bytes={view.bytes} mediaType={view.mediaType} note="This picture cannot be drawn." />;
  const pixelated = size !== null && Math.max(size.width, size.height) < pixelatedBelow;
  return (
    <figure className={classes.image}>
      {url !== null && (
        <img
          data-case-image src={url} alt={name} data-pixelated={pixelated} draggable={false}
          onLoad={({ currentTarget }) => setSize({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })} onError={() => setBroken(true)}
        />
      )}
      <figcaption>{size === null ? '\u00a0' : `${size.width} × ${size.height}, ${sizeText(view.bytes.length)}`}</figcaption>
    </figure>
  );
}

/** Saved, never opened: the type is that of bytes nobody knows, so that no browser runs it. */
function FileContent({ name, bytes, mediaType, note }: { name: string; bytes: Uint8Array<ArrayBuffer>; mediaType: string; note?: string }) {
  const url = useObjectUrl(bytes, 'application/octet-stream');
  return (
    <p className={classes.file}>
      <span>{note ?? 'This kind of content is not shown here.'} {mediaType}, {sizeText(bytes.length)}.</span>
      {url !== null && <a href={url} download={fileNameOf(name)}>Save the file</a>}
    </p>
  );
}
