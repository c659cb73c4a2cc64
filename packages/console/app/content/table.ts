/** Tables: which may be drawn, and the one in JSON, a list of alike objects or an object of them. Pure. */

export type Table = { columns: readonly string[]; rows: ReadonlyArray<readonly string[]> };

const columnsMax = 24;

/** A browser draws these in one go. What is larger is read as text. */
const drawnMax = { columns: 100, cells: 20_000 };

export function isDrawable({ columns, rows }: Table): boolean {
  return columns.length <= drawnMax.columns && columns.length * rows.length <= drawnMax.cells;
}

/** Null where the value is no table: then a tree shows it better. */
export function tableOf(value: unknown): Table | null {
  if (Array.isArray(value)) return rowsTable(value.map((item) => [null, item]));
  if (isRecord(value)) return rowsTable(Object.entries(value));
  return null;
}

function rowsTable(entries: ReadonlyArray<readonly [string | null, unknown]>): Table | null {
  if (entries.length < 2 || !entries.every(([, item]) => isRecord(item))) return null;
  const items = entries.map(([name, item]) => [name, item as Record<string, unknown>] as const);
  const columns = [...new Set(items.flatMap(([, item]) => Object.keys(item)))];
  if (columns.length === 0 || columns.length > columnsMax) return null;
  // Objects that share little are no rows of one table.
  const filled = items.reduce((sum, [, item]) => sum + Object.keys(item).length, 0);
  if (filled < 0.6 * columns.length * items.length || !items.every(([, item]) => Object.values(item).every(isCell))) return null;
  const named = items.some(([name]) => name !== null);
  return {
    columns: named ? ['', ...columns] : columns,
    rows: items.map(([name, item]) => [...(name === null ? [] : [name]), ...columns.map((column) => cellText(Object.hasOwn(item, column) ? item[column] : undefined))]),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isScalar = (value: unknown) => value === null || ['string', 'number', 'boolean'].includes(typeof value);

function isCell(value: unknown): boolean {
  return isScalar(value) || (Array.isArray(value) && value.length <= 4 && value.every(isScalar));
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(cellText).join(' – ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
