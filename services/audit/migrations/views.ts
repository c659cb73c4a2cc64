import { sql, type Kysely } from 'kysely';
import { views } from '../views/definitions.ts';

/** The views and what their columns mean, as the owner: who may read them is granted by the set-up. */
export async function createViews(db: Kysely<unknown>): Promise<void> {
  await sql`create schema audit_views`.execute(db);
  for (const { name, about, columns, from } of views) {
    const view = `audit_views.${name}`;
    const body = columns.map(([column, expression]) => `${expression} as ${column}`).join(', ');
    await sql.raw(`create view ${view} as select ${body} from ${from}`).execute(db);
    await sql.raw(`comment on view ${view} is '${quoted(about)}'`).execute(db);
    for (const [column, , meaning] of columns) await sql.raw(`comment on column ${view}.${column} is '${quoted(meaning)}'`).execute(db);
  }
}

const quoted = (text: string) => text.replaceAll("'", "''");
