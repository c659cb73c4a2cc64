import { createOutbox } from '@countersign/kit';
import type { Kysely } from 'kysely';
import * as policies from './001-initial.ts';

/** In the order they run; a released migration is never edited. */
export const migrations = {
  '001-initial': policies,
  '002-outbox': { up: (db: Kysely<unknown>) => createOutbox(db) },
};
