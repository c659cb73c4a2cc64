/** JSON as a tree that folds. Deep and wide values cost nothing until they are opened. */

import { useState } from 'react';
import { usePrinting } from '../parts/printing.ts';
import classes from './content.module.css';

const openDepth = 2;
const itemsShown = 100;
/** Of what is nested deeper no browser makes a page. */
const printedDepth = 50;

export function JsonTree({ value }: { value: unknown }) {
  return <div className={classes.tree}><Node value={value} depth={0} /></div>;
}

function Node({ name, value, depth }: { name?: string; value: unknown; depth: number }) {
  if (typeof value !== 'object' || value === null) {
    return <div className={classes.leaf}>{name !== undefined && <span className={classes.name} dir="auto">{name}</span>}<Scalar value={value} /></div>;
  }
  return <Branch {...(name === undefined ? {} : { name })} value={value} depth={depth} />;
}

function Branch({ name, value, depth }: { name?: string; value: object; depth: number }) {
  const [open, setOpen] = useState(depth < openDepth);
  const [all, setAll] = useState(false);
  const printing = usePrinting() && depth < printedDepth;
  const entries = Array.isArray(value) ? value.map((item, index) => [String(index), item as unknown] as const) : Object.entries(value as Record<string, unknown>);
  const size = Array.isArray(value) ? `${entries.length} items` : `${entries.length} fields`;
  const shown = all || printing ? entries : entries.slice(0, itemsShown);
  return (
    <details open={open || printing} onToggle={({ currentTarget }) => !printing && setOpen(currentTarget.open)}>
      <summary>{name !== undefined && <span className={classes.name} dir="auto">{name}</span>}<span className={classes.size}>{size}</span></summary>
      {(open || printing) && (
        <div className={classes.branch}>
          {shown.map(([key, item]) => <Node key={key} name={key} value={item} depth={depth + 1} />)}
          {shown.length < entries.length && <button type="button" className={classes.fold} onClick={() => setAll(true)}>Show {entries.length - shown.length} more</button>}
        </div>
      )}
    </details>
  );
}

function Scalar({ value }: { value: unknown }) {
  if (typeof value === 'string') return <span className={classes.string} dir="auto">{value === '' ? '""' : value}</span>;
  return <span className={classes.scalar}>{String(value)}</span>;
}
