import type { Pool, PoolClient } from 'pg';

/** In the order in which a batch writes them, so that locking all of them cannot deadlock with one. */
const replaced = ['decision_facts', 'task_facts', 'selections', 'calibration_facts', 'refusals', 'verdict_conflicts'] as const;
/** What was emitted is never forgotten, whether or not the log has it yet: these only gain rows. */
const completed = ['alerts', 'feedback'] as const;

/**
 * Empty copies of the fact tables that only this session sees, under the same names: from here on it merges facts
 * into them, and nothing it does shows.
 */
export async function stageFacts(client: PoolClient): Promise<void> {
  await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0');
  for (const table of [...replaced, ...completed]) {
    await client.query(`drop table if exists pg_temp.${table}; create temp table ${table} (like metrics.${table} including all)`);
  }
}

/** Waits for what is being written and holds back what comes next, until the transaction ends. Reading goes on. */
export async function lockFacts(client: PoolClient): Promise<void> {
  await client.query(`lock table ${[...replaced, ...completed].map((table) => `metrics.${table}`).join(', ')} in exclusive mode`);
}

/** Puts the staged facts in the place of the others. MUST run in the transaction that locked them. */
export async function swapFacts(client: PoolClient): Promise<void> {
  for (const table of replaced) await client.query(`delete from metrics.${table}; insert into metrics.${table} select * from pg_temp.${table}`);
  for (const table of completed) await client.query(`insert into metrics.${table} select * from pg_temp.${table} on conflict do nothing`);
}

export async function unstageFacts(client: PoolClient): Promise<void> {
  for (const table of [...replaced, ...completed]) await client.query(`drop table if exists pg_temp.${table}`);
  await client.query('reset statement_timeout; reset idle_in_transaction_session_timeout');
}

export async function countStaged(client: PoolClient): Promise<{ decisions: number; tasks: number; alerts: number }> {
  const { rows } = await client.query<{ decisions: number; tasks: number; alerts: number }>(
    'select (select count(*) from pg_temp.decision_facts) as decisions, (select count(*) from pg_temp.task_facts) as tasks, (select count(*) from pg_temp.alerts) as alerts');
  return rows[0] ?? { decisions: 0, tasks: 0, alerts: 0 };
}

export type Position = { topic: string; partition: number; clusterId: string; nextOffset: number };

/** How far the facts go. */
export async function readPositions(client: Pool | PoolClient): Promise<Position[]> {
  return (await client.query<Position>('select topic, partition, cluster_id as "clusterId", next_offset as "nextOffset" from metrics.positions where next_offset > 0')).rows;
}
