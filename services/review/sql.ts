/** The little that store files need of a database connection or transaction; bigints arrive as numbers. */

import type { Pool, PoolClient } from 'pg';

export type Sql = {
  rows<Row>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  row<Row>(text: string, parameters?: readonly unknown[]): Promise<Row | null>;
  /** Answers the number of rows touched. */
  run(text: string, parameters?: readonly unknown[]): Promise<number>;
};

/** Statements of one transaction, or each on its own where a pool is given. The row types are the callers' word. */
export function sqlOf(connection: Pool | PoolClient): Sql {
  return {
    rows: async <Row>(text: string, parameters: readonly unknown[] = []) => (await connection.query(text, [...parameters])).rows as Row[],
    row: async <Row>(text: string, parameters: readonly unknown[] = []) => ((await connection.query(text, [...parameters])).rows[0] ?? null) as Row | null,
    run: async (text, parameters = []) => (await connection.query(text, [...parameters])).rowCount ?? 0,
  };
}
