import { sql } from 'kysely';
import { createOutbox, createPositions } from '@countersign/kit';
import type { Migrations } from '@countersign/kit';
import { accessTables } from './access.ts';
import { calibrationTables } from './calibration.ts';
import { deskTables } from './desk.ts';
import { erasureColumns } from './erasure.ts';
import { escalationColumns } from './escalations.ts';
import { heldByColumn } from './held-by.ts';
import { idTokenColumn } from './id-token.ts';
import { incidentEnds } from './incidents.ts';
import { initialTables } from './initial.ts';
import { peopleSearch } from './people-search.ts';
import { looksWithoutTask } from './looks.ts';
import { placeColumns } from './places.ts';
import { queueOrder } from './queue-order.ts';
import { releaseColumns } from './releases.ts';
import { sessionTables } from './sessions.ts';
import { traceTables } from './traces.ts';
import { watchedTimers } from './watched.ts';
import { backgroundTables, viewTables } from './view.ts';

/** Migrations of review, in the order of their names. */
export const migrations: Migrations = {
  '001-initial': {
    up: async (db) => {
      await sql.raw(initialTables).execute(db);
      await createPositions(db);
      await createOutbox(db);
    },
  },
  '002-traces': {
    up: async (db) => {
      await sql.raw(traceTables).execute(db);
    },
  },
  '003-escalations': {
    up: async (db) => {
      await sql.raw(escalationColumns).execute(db);
    },
  },
  '004-sessions': {
    up: async (db) => {
      await sql.raw(sessionTables).execute(db);
    },
  },
  '005-access': {
    up: async (db) => {
      await sql.raw(accessTables).execute(db);
    },
  },
  '006-desk': {
    up: async (db) => {
      await sql.raw(deskTables).execute(db);
    },
  },
  '007-view': {
    up: async (db) => {
      await sql.raw(viewTables).execute(db);
      await sql.raw(backgroundTables).execute(db);
    },
  },
  '008-calibration': {
    up: async (db) => {
      await sql.raw(calibrationTables).execute(db);
    },
  },
  '009-queue-order': {
    up: async (db) => {
      await sql.raw(queueOrder).execute(db);
    },
  },
  '010-watched-later': {
    up: async (db) => {
      await sql.raw(watchedTimers).execute(db);
    },
  },
  '011-people-search': {
    up: async (db) => {
      await sql.raw(peopleSearch).execute(db);
    },
  },
  '012-erasure': {
    up: async (db) => {
      await sql.raw(erasureColumns).execute(db);
    },
  },
  '013-watched-places': {
    up: async (db) => {
      await sql.raw(placeColumns).execute(db);
    },
  },
  '014-releases': {
    up: async (db) => {
      await sql.raw(releaseColumns).execute(db);
    },
  },
  '015-id-token': {
    up: async (db) => {
      await sql.raw(idTokenColumn).execute(db);
    },
  },
  '016-incidents': {
    up: async (db) => {
      await sql.raw(incidentEnds).execute(db);
    },
  },
  '017-looks': {
    up: async (db) => {
      await sql.raw(looksWithoutTask).execute(db);
    },
  },
  '018-held-by': {
    up: async (db) => {
      await sql.raw(heldByColumn).execute(db);
    },
  },
};
