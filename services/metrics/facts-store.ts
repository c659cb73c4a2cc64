import type { PoolClient } from 'pg';
import { arrayParameter, type ElementType } from '@countersign/kit';

/** A column of a fact table and its Postgres type. */
type Columns = Readonly<Record<string, ElementType | 'text[]'>>;
type Row = Readonly<Record<string, unknown>>;

const statementNames = new Map<string, string>();

/** A short name for a statement that is planned once: Postgres cuts names at 63 bytes. */
function statementName(what: string): string {
  const name = statementNames.get(what) ?? `merge-${statementNames.size}`;
  statementNames.set(what, name);
  return name;
}

/**
 * Merges rows into a fact table: what is set stays, what is missing is filled; a column that `ranks` names is taken
 * from the row with the highest rank. That makes every write independent of order and repetition. Rows of one call
 * must have distinct keys.
 */
export async function mergeFacts(client: PoolClient, table: string, key: readonly string[], columns: Columns, rows: readonly Row[], ranks: Readonly<Record<string, string>> = {}): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns);
  const filled = names.filter((name) => !key.includes(name)).map((name) => `${name} = ${mergedValue(name, ranks[name])}`);
  const order = key.map((name) => names.indexOf(name) + 1).join(', ');
  await client.query({
    name: statementName(`${table} ${names.join(' ')}`),
    text: `insert into ${table} as f (${names.join(', ')})
      select ${names.map((name) => (columns[name] === 'text[]' ? `string_to_array(${name}, E'\\n')` : name)).join(', ')}
      from unnest(${names.map((name, index) => `$${index + 1}::${elementOf(columns[name])}[]`).join(', ')}) as t(${names.join(', ')}) order by ${order}
      on conflict (${key.join(', ')}) do ${filled.length === 0 ? 'nothing' : `update set ${filled.join(', ')}`}`,
    values: names.map((name) => arrayParameter(elementOf(columns[name]), rows.map((row) => valueOf(row[name])))),
  });
}

/** Takes out of the tasks of erased decisions why somebody judged as they did, and what they held right instead. */
export async function leaveOutContent(client: PoolClient, decisions: ReadonlyArray<Row>): Promise<void> {
  await client.query(
    `update task_facts t set reason_codes = null, changed_label = null from unnest($1::text[], $2::text[]) as w(system, decision_id)
     where t.system = w.system and t.decision_id = w.decision_id and (t.reason_codes is not null or t.changed_label is not null)`,
    ['system', 'decision_id'].map((name) => arrayParameter('text', decisions.map((row) => String(row[name])))));
}

function elementOf(type: ElementType | 'text[]' | undefined): ElementType {
  return type === undefined || type === 'text[]' ? 'text' : type;
}

/** Lists travel as lines, since rows of lists of several lengths are no array to Postgres. */
function valueOf(value: unknown): never {
  return (Array.isArray(value) ? value.join('\n') : (value ?? null)) as never;
}

function mergedValue(name: string, rank: string | undefined): string {
  if (name.endsWith('_rank')) return `greatest(f.${name}, excluded.${name})`;
  if (rank !== undefined) return `case when f.${rank} >= excluded.${rank} then f.${name} else excluded.${name} end`;
  return `coalesce(f.${name}, excluded.${name})`;
}

/** Rows with one key become one: the first value of each column counts, or the row with the higher `rank`, as it would over two calls. */
export function mergeByKey<R extends Row>(rows: readonly R[], keyOf: (row: R) => string, rank = ''): R[] {
  const merged = new Map<string, R>();
  for (const row of rows) {
    const before = merged.get(keyOf(row));
    if (before === undefined) {
      merged.set(keyOf(row), row);
    } else {
      const [first, second] = rankIn(row, rank) > rankIn(before, rank) ? [row, before] : [before, row];
      const filled: Record<string, unknown> = { ...first };
      for (const [name, value] of Object.entries(second)) filled[name] ??= value;
      merged.set(keyOf(row), filled as R);
    }
  }
  return [...merged.values()];
}

function rankIn(row: Row, rank: string): string {
  const value = row[rank];
  return typeof value === 'string' ? value : '';
}
