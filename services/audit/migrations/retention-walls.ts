import { sql, type Kysely } from 'kysely';

/**
 * The owner of the tables looks at holds on subjects too, whom it knows only by a reference: their decisions are listed for it. And what searches
 * know of verdicts and judgements leaves with the day that told of them.
 */
export async function createRetentionWalls(db: Kysely<unknown>): Promise<void> {
  // Until when, in microseconds, the decisions of a held subject are listed; null before they were.
  await sql`alter table legal_holds add column listed_through bigint`.execute(db);
  await sql`
    create table held_decisions (
      hold_id text not null references legal_holds,
      decision_id text not null,
      primary key (hold_id, decision_id)
    )`.execute(db);
  // Found by day when a day leaves; nothing else asks for them so, and each costs next to nothing to keep.
  for (const table of ['verdicts', 'judgements']) await sql`create index ${sql.id(`${table}_by_day`)} on ${sql.id(table)} using brin (recorded_at)`.execute(db);
  await createDetachDay(db);
}

/** Runs as the owner, so that the service needs no such right; and believes the service nothing that it can see itself. */
async function createDetachDay(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function detach_day(the_day date) returns void language plpgsql security definer set search_path = audit, pg_temp as $$
    declare
      begins constant timestamptz := the_day::timestamp at time zone 'UTC';
      ends constant timestamptz := (the_day + 1)::timestamp at time zone 'UTC';
      ends_us constant bigint := (extract(epoch from ends) * 1000000)::bigint;
      exported retention_days;
      found_rows bigint;
      parent text;
    begin
      perform set_config('lock_timeout', '5s', true);
      perform pg_advisory_xact_lock(hashtextextended('audit.partitions', 0));
      select * into exported from retention_days where day = the_day for update;
      if exported.state is distinct from 'exported' or exported.export_sha256 is null then
        raise exception 'the records of % were not exported', the_day using errcode = 'insufficient_privilege';
      end if;
      -- Every record by its own rule, in whatever words the service asked; a type without a rule of two people keeps its day.
      if exists (
        select 1 from (select distinct decision_type from events where recorded_at >= begins and recorded_at < ends) t
        where not exists (
          select 1 from retention_rules r
          where r.decision_type = coalesce((select o.decision_type from retention_rules o where o.decision_type = t.decision_type and o.changed_by is not null), '*')
            and r.changed_by is not null and r.keep_days is not null and the_day + r.keep_days < (now() at time zone 'UTC')::date
        )
      ) then
        raise exception 'the time of some records of % is not over', the_day using errcode = 'insufficient_privilege';
      end if;
      -- A decision of the day had its key, by which the vault knows whose it is, before it was recorded: listed after the day, none is missing.
      if exists (select 1 from legal_holds where lifted_at is null and subject_ref is not null and (listed_through is null or listed_through < ends_us)) then
        raise exception 'the decisions of a held subject are not listed up to the end of %', the_day using errcode = 'insufficient_privilege';
      end if;
      if exists (
        select 1 from legal_holds h join events e on e.system = h.system
        where h.lifted_at is null and e.recorded_at >= begins and e.recorded_at < ends
          and (e.decision_id = any(h.decision_ids) or e.decision_type = h.decision_type and ends_us > coalesce(h.held_from, 0)
            or h.subject_ref is not null and exists (select 1 from held_decisions d where d.hold_id = h.hold_id and d.decision_id = e.decision_id))
      ) then
        raise exception 'a legal hold keeps records of %', the_day using errcode = 'insufficient_privilege';
      end if;
      -- What has no place in the log would leave no proof; and what was exported must be all there is.
      select count(l.event_id) into found_rows from events e left join log_entries l on l.recorded_at = e.recorded_at and l.event_id = e.event_id
      where e.recorded_at >= begins and e.recorded_at < ends having count(*) = count(l.event_id);
      if found_rows is distinct from exported.records then
        raise exception 'the records of % are not those that were exported', the_day using errcode = 'insufficient_privilege';
      end if;
      -- In the order in which the service writes to them: whoever is writing is waited for, and waits.
      foreach parent in array array['events', 'contents'] loop
        execute format('alter table %I detach partition %I', parent, parent || '_' || to_char(the_day, 'YYYYMMDD'));
        execute format('drop table %I', parent || '_' || to_char(the_day, 'YYYYMMDD'));
      end loop;
      foreach parent in array array['verdicts', 'judgements'] loop
        execute format('alter table %I disable trigger log_only_grows', parent);
        execute format('delete from %I where recorded_at >= $1 and recorded_at < $2', parent) using begins, ends;
        execute format('alter table %I enable trigger log_only_grows', parent);
      end loop;
    end $$`.execute(db);
}
