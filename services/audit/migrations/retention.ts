import { sql, type Kysely } from 'kysely';

/** For how long records are kept, by two people; and the days that left. */
export async function createRetention(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table retention_rules (
      -- '*' is what belongs to no type, and every type without a rule.
      decision_type text primary key,
      -- Null keeps for ever.
      keep_days integer check (keep_days > 0),
      asked_by text,
      changed_by text,
      changed_at bigint,
      wanted_by text,
      wanted_at bigint,
      wanted_days integer check (wanted_days > 0),
      wanted_reason text,
      -- Two people: who asked for what is in force, and who agreed.
      check (changed_by <> asked_by),
      check ((changed_by is null) = (asked_by is null)),
      check (changed_by is not null or keep_days is null)
    )`.execute(db);
  await sql`
    create table retention_days (
      day date primary key,
      state text not null check (state in ('kept', 'held', 'exported', 'applied')),
      because text not null,
      looked_at bigint not null,
      decision_types text[] not null default '{}',
      rule_days integer,
      records bigint not null default 0,
      first_index bigint,
      last_index bigint,
      export_sha256 bytea,
      export_bytes bigint,
      applied_at bigint
    )`.execute(db);
  // Runs as the owner, so that the service needs no such right; and believes the service nothing that it can see itself.
  await sql`
    create function detach_day(the_day date) returns void language plpgsql security definer set search_path = audit, pg_temp as $$
    declare
      part text := 'events_' || to_char(the_day, 'YYYYMMDD');
      contents_part text := 'contents_' || to_char(the_day, 'YYYYMMDD');
      exported retention_days;
      found bigint;
    begin
      perform set_config('lock_timeout', '5s', true);
      perform pg_advisory_xact_lock(hashtextextended('audit.partitions', 0));
      select * into exported from retention_days where day = the_day for update;
      if exported.state is distinct from 'exported' or exported.export_sha256 is null then
        raise exception 'the records of % were not exported', the_day using errcode = 'insufficient_privilege';
      end if;
      -- Every record by its own rule, in whatever words the service asked; a type without a rule of two people keeps its day.
      if exists (
        select 1 from (select distinct decision_type from events where recorded_at >= the_day::timestamp at time zone 'UTC' and recorded_at < (the_day + 1)::timestamp at time zone 'UTC') t
        where not exists (
          select 1 from retention_rules r
          where r.decision_type = coalesce((select o.decision_type from retention_rules o where o.decision_type = t.decision_type and o.changed_by is not null), '*')
            and r.changed_by is not null and r.keep_days is not null and the_day + r.keep_days < (now() at time zone 'UTC')::date
        )
      ) then
        raise exception 'the time of some records of % is not over', the_day using errcode = 'insufficient_privilege';
      end if;
      if exists (
        select 1 from legal_holds h join events e on e.system = h.system
        where h.lifted_at is null and e.recorded_at >= the_day::timestamp at time zone 'UTC' and e.recorded_at < (the_day + 1)::timestamp at time zone 'UTC'
          and (e.decision_id = any(h.decision_ids) or e.decision_type = h.decision_type and (extract(epoch from (the_day + 1)::timestamp at time zone 'UTC') * 1000000)::bigint > coalesce(h.held_from, 0))
      ) then
        raise exception 'a legal hold keeps records of %', the_day using errcode = 'insufficient_privilege';
      end if;
      -- What has no place in the log would leave no proof; and what was exported must be all there is.
      select count(l.event_id) into found from events e left join log_entries l on l.recorded_at = e.recorded_at and l.event_id = e.event_id
      where e.recorded_at >= the_day::timestamp at time zone 'UTC' and e.recorded_at < (the_day + 1)::timestamp at time zone 'UTC'
      having count(*) = count(l.event_id);
      if found is distinct from exported.records then
        raise exception 'the records of % are not those that were exported', the_day using errcode = 'insufficient_privilege';
      end if;
      execute format('alter table events detach partition %I', part);
      execute format('alter table contents detach partition %I', contents_part);
      execute format('drop table %I', part);
      execute format('drop table %I', contents_part);
    end $$`.execute(db);
}
