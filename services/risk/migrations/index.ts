import { createOutbox } from '@countersign/kit';
import { sql, type Kysely } from 'kysely';
import * as policies from './001-initial.ts';

/** In the order they run; a released migration is never edited. */
export const migrations = {
  '001-initial': policies,
  '002-outbox': { up: (db: Kysely<unknown>) => createOutbox(db) },
  '003-activation-notes': {
    up: async (db: Kysely<unknown>) => {
      await sql`alter table activations add column note text not null default ''`.execute(db);
    },
  },
};
