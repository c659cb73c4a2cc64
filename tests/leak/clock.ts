/**
 * Simulated weeks for a real Postgres: in this one database the clock that judges deadlines runs behind the machine's by an offset that the test
 * moves. Nothing of the product knows. The weeks lie in the past, because nobody draws a sample with a key of the future.
 */

import pg from 'pg';
import type { TestStack } from '../harness/stack.ts';

export type SimulatedClock = AsyncDisposable & {
  /** Microseconds since the epoch, as the database tells them. */
  now(): number;
  /** Never backwards. */
  advanceTo(instant: number): Promise<void>;
};

/**
 * Starts at an instant that is past. The body of the clock is one that the planner puts in the place of a call: Postgres runs its own functions by
 * their number, whatever the catalogue says of them.
 */
export async function simulateClock(stack: TestStack, startsAt: number): Promise<SimulatedClock> {
  await stack.query(`
    create table public.clock_offset (us bigint not null);
    insert into public.clock_offset values (0);
    grant select on public.clock_offset to public;
    create function public.clock_shift() returns interval language sql stable as $$ select us * interval '1 microsecond' from public.clock_offset $$;
    set allow_system_table_mods = on;
    create or replace function pg_catalog.clock_timestamp() returns timestamptz language sql volatile as
      $$ select pg_catalog.statement_timestamp() + public.clock_shift() $$`);
  const url = new URL(stack.superuserUrl);
  url.pathname = new URL(stack.settings.databaseUrl).pathname;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  let offset = 0;
  const now = () => Date.now() * 1000 + offset;
  const setTo = async (instant: number) => {
    offset = Math.round(instant - Date.now() * 1000);
    await client.query('update public.clock_offset set us = $1', [offset]);
  };
  await setTo(startsAt);
  return {
    now,
    advanceTo: async (instant) => {
      if (instant > now()) await setTo(instant);
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}
