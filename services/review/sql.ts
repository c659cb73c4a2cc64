/** The little that store files need of a database connection or transaction; bigints arrive as numbers. */
export type Sql = {
  rows<Row>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  row<Row>(text: string, parameters?: readonly unknown[]): Promise<Row | null>;
  /** Answers the number of rows touched. */
  run(text: string, parameters?: readonly unknown[]): Promise<number>;
};
