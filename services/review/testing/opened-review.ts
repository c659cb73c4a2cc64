import pg from 'pg';
import type { DecisionProposed } from '@countersign/contracts';
import type { ReviewContext, Work } from '../context.ts';
import type { ReviewEvent } from '../events.ts';
import { initialTables } from '../migrations/initial.ts';
import { readProposal } from '../presentation/proposal.ts';
import type { Question } from '../presentation/form.ts';
import type { Sql } from '../sql.ts';
import { replacePerson } from '../people/store.ts';

export const question: Question = {
  question: 'Which digit?',
  answers: ['0','1','2','3','4','5','6','7','8','9'].map((label) => ({ label })),
  reasonCodes: [
    { code: 'clear', label: 'Plain', for: 'approve' },
    { code: 'misread', label: 'Another', for: 'modify' },
    { code: 'illegible', label: 'None', for: 'reject' },
  ],
};
const reviver = (_: string, v: unknown) => (v !== null && typeof v === 'object' && (v as {type?: string}).type === 'Buffer' ? Buffer.from((v as {data: number[]}).data) : v);
export const encodeAccepted = (proposed: DecisionProposed) => Buffer.from(JSON.stringify(proposed));

export type OpenedReview = { review: ReviewContext; events: ReviewEvent[]; sql: Sql; close(): Promise<void> };

export async function openReview(): Promise<OpenedReview> {
  const schema = `r${Math.random().toString(36).slice(2)}`;
  const types = { getTypeParser: (oid: number, format?: 'text' | 'binary') => (oid === 20 ? Number : pg.types.getTypeParser(oid, format as 'text')) };
  const pool = new pg.Pool({ connectionString: 'postgres://postgres@127.0.0.1:55991/postgres', max: 20, options: `-c search_path=${schema}`, types: types as never });
  await pool.query(`create schema ${schema}`);
  await pool.query(initialTables);
  const sqlOf = (c: { query(t: string, p: unknown[]): Promise<pg.QueryResult> }): Sql => ({
    rows: async <Row>(t: string, p: readonly unknown[] = []) => (await c.query(t, [...p])).rows as Row[],
    row: async <Row>(t: string, p: readonly unknown[] = []) => ((await c.query(t, [...p])).rows[0] ?? null) as Row | null,
    run: async (t, p = []) => (await c.query(t, [...p])).rowCount ?? 0,
  });
  const sql = sqlOf(pool as never);
  const events: ReviewEvent[] = [];
  const review: ReviewContext = {
    sql,
    transact: async <T>(run: (work: Work) => Promise<T>) => {
      const client = await pool.connect();
      const emitted: ReviewEvent[] = [];
      try {
        await client.query('begin');
        const result = await run({ sql: sqlOf(client as never), emit: (...e) => void emitted.push(...e) });
        await client.query('commit');
        events.push(...emitted);
        return result;
      } catch (error) { await client.query('rollback'); throw error; } finally { client.release(); }
    },
    contents: { seal: async (items) => items.map(({ plain }) => plain), open: async (_, sealed) => sealed },
    questionOf: () => question,
    windowEndOf: () => null,
    severityOf: () => 'moderate',
    fetchPart: async () => { throw new Error('none'); },
    decodeAccepted: async (value) => readProposal(JSON.parse(value.toString('utf8'), reviver) as DecisionProposed),
    settings: { claimTtlMs: 300_000, claimsPerPersonMax: 3, undoWindowMs: 5000, holdExtensionMs: 3_600_000, openQualifications: true, uriAllowList: [] },
  };
  for (const id of ['ann', 'bob', 'cleo', 'dan', 'eve']) await replacePerson(sql, { personId: id, name: id, roles: ['senior'], active: true, queues: ['*'] }, 0);
  return { review, events, sql, close: async () => { await pool.query(`drop schema ${schema} cascade`); await pool.end(); } };
}
