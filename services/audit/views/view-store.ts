import type { Client } from 'pg';
import type { ViewColumn } from './definitions.ts';

/** What the database says of the views for business intelligence, in the order in which they were made. */
export async function readViewColumns(client: Client): Promise<ViewColumn[]> {
  const { rows } = await client.query<ViewColumn>(`
    select c.relname as view, obj_description(c.oid, 'pg_class') as about, a.attname as column, format_type(a.atttypid, a.atttypmod) as type, col_description(c.oid, a.attnum) as meaning
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where n.nspname = 'audit_views' and c.relkind = 'v' order by c.oid, a.attnum`);
  return rows;
}
