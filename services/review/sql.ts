/** The little that store files need of a database connection or transaction; bigints arrive as numbers. */

import type { Pool, PoolClient, QueryResult } from 'pg';

export type Sql = {
  rows<Row>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  row<Row>(text: string, parameters?: readonly unknown[]): Promise<Row | null>;
  /** Answers the number of rows touched. */
  run(text: string, parameters?: readonly unknown[]): Promise<number>;
};

/** More texts than store files hold; beyond it, a text that somebody builds anew each time would fill the server's memory. */
const namesMax = 500;
const names = new Map<string, string>();

/** Statements with a name are parsed once a connection, and planned a few times: most of what a small statement costs is planning. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= namesMax) return known;
  const name = `review-${names.size}`;
  names.set(text, name);
  return name;
}

/** Statements of one transaction, or each on its own where a pool is given. The row types are the callers' word. */
export function sqlOf(connection: Pool | PoolClient): Sql {
  const query = async (text: string, parameters: readonly unknown[]): Promise<QueryResult> => {
    const name = parameters.length === 0 ? undefined : nameOf(text);
    return await connection.query({ text, values: [...parameters], ...(name === undefined ? {} : { name }) });
  };
  return {
    rows: async <Row>(text: string, parameters: readonly unknown[] = []) => (await query(text, parameters)).rows as Row[],
    row: async <Row>(text: string, parameters: readonly unknown[] = []) => ((await query(text, parameters)).rows[0] ?? null) as Row | null,
    run: async (text, parameters = []) => (await query(text, parameters)).rowCount ?? 0,
  };
}
