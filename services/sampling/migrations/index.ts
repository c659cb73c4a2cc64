import { sql, type Kysely } from 'kysely';
import { createOutbox, createPositions } from '@countersign/kit';
import { calibrationTables } from './calibration.ts';

/** In the order they run; a released migration is never edited. */
export const migrations = {
  '001-initial': {
    async up(db: Kysely<unknown>): Promise<void> {
      // What may be known of a key: never the key.
      await sql`
        create table sampling_keys (
          key_version text primary key,
          commitment text not null,
          valid_from bigint not null,
          recorded_at timestamptz not null default clock_timestamp()
        )`.execute(db);
      await sql`comment on table sampling_keys is 'insert-only: a commitment that could change would commit to nothing'`.execute(db);
    },
  },
  '002-calibration': {
    async up(db: Kysely<unknown>): Promise<void> {
      await createPositions(db);
      await createOutbox(db);
      await sql.raw(calibrationTables).execute(db);
    },
  },
  '003-erasure': {
    async up(db: Kysely<unknown>): Promise<void> {
      // What was erased never comes into the pool again, whatever is still on its way.
      await sql`create table erased_decisions (system text not null, decision_id text not null, primary key (system, decision_id))`.execute(db);
    },
  },
};
