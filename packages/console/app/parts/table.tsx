/** A table that becomes a list of cards where there is no room for its columns. The roles are said, since cards are no table to a browser. */

import { useLayoutEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import classes from './table.module.css';

export type Column<Row> = {
  key: string;
  label: string;
  render(row: Row): ReactNode;
  /** Figures stand under each other. */
  numeric?: boolean;
  /** A word or two that belong in one line. */
  tight?: boolean;
  /** Left out where it is narrow, and back where rows are cards. */
  spare?: boolean;
  /** The label is for screen readers only: the content speaks for itself. */
  quiet?: boolean;
  /** Names the row; one column does. */
  heading?: boolean;
};

type TableProps<Row> = { label: string; columns: readonly Column<Row>[]; rows: readonly Row[]; rowKey(row: Row): string; currentKey?: string | null; stack?: 'early' | 'late' };

export function Table<Row>({ label, columns, rows, rowKey, currentKey = null, stack = 'late' }: TableProps<Row>) {
  const table = useFocusKept();
  return (
    <div className={classes.frame} data-stack={stack}>
      <table className={classes.table} role="table" aria-label={label} ref={table} tabIndex={-1}>
        <thead role="rowgroup" className={classes.head}>
          <tr role="row">
            {columns.map(({ key, label: heading, numeric, spare, quiet }) => (
              <th key={key} role="columnheader" scope="col" data-numeric={numeric} data-spare={spare}><span className={quiet === true ? 'visually-hidden' : undefined}>{heading}</span></th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => {
            const key = rowKey(row);
            return (
              <tr key={key} role="row" data-current={key === currentKey}>
                {columns.map((column) => <Cell key={column.key} column={column} row={row} />)}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const { label, numeric, tight, spare, quiet, heading } = column;
  const content = column.render(row);
  const inside = (
    <>
      {quiet !== true && heading !== true && <span className={classes.label} aria-hidden="true">{label}</span>}
      <div className={classes.content}>{content}</div>
    </>
  );
  if (heading === true) return <th role="rowheader" scope="row" className={classes.cell} data-heading>{inside}</th>;
  return <td role="cell" className={classes.cell} data-numeric={numeric} data-tight={tight} data-spare={spare} data-empty={content === null || content === '–'}>{inside}</td>;
}

/** When the row that has the focus goes away, the focus stays in the table instead of falling back to the top of the page. */
function useFocusKept() {
  const table = useRef<HTMLTableElement>(null);
  const last = useRef<Element | null>(null);
  useLayoutEffect(() => {
    const node = table.current;
    if (node === null) return;
    const remember = (event: FocusEvent) => {
      last.current = event.target instanceof Element ? event.target : null;
    };
    node.addEventListener('focusin', remember);
    return () => node.removeEventListener('focusin', remember);
  }, []);
  useLayoutEffect(() => {
    if (last.current === null || last.current.isConnected) return;
    last.current = null;
    if (document.activeElement === document.body || document.activeElement === null) table.current?.focus();
  });
  return table;
}
