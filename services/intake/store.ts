import type { Pool, PoolClient } from 'pg';
import { arrayParameter } from '@countersign/kit';

export type PinRequest = { system: string; decisionId: string; digest: Buffer; policyVersion: string; proposedAt: number; channel: string; topic: string; partition: number; offset: string };
export type Pin = { system: string; decisionId: string; digest: Buffer; policyVersion: string; acceptedAt: number; proposedAt: number; channel: string; topic: string; partition: number; offset: number; erased: boolean };

/** The database's clock in microseconds: acceptance is dated by it, whatever our own says. */
export async function databaseNow(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ now: number }>({ name: 'now', text: `select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now` });
  return rows[0]?.now ?? 0;
}

/** Pins what is new and returns the pins of all, old and new, one per distinct decision. */
export async function pinDecisions(pool: Pool, requests: readonly PinRequest[], acceptedAt: number): Promise<Pin[]> {
  const made = await insertPins(pool, requests, acceptedAt);
  if (made === requests.length) return requests.map((request) => ({ ...request, acceptedAt, offset: Number(request.offset), erased: false }));
  return await readPins(pool, requests);
}

/** How many were new. Sorted, so that two instances cannot deadlock. */
async function insertPins(pool: Pool, requests: readonly PinRequest[], acceptedAt: number): Promise<number> {
  const { rowCount } = await pool.query({
    name: 'insert-pins',
    text: `
      insert into pins (system, decision_id, content_digest, policy_version, accepted_at, proposed_at, channel, source_topic, source_partition, source_offset)
      select system, decision_id, content_digest, policy_version, $10::bigint, proposed_at, channel, source_topic, source_partition, source_offset
      from unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::int[], $9::bigint[])
        as w(system, decision_id, content_digest, policy_version, proposed_at, channel, source_topic, source_partition, source_offset)
      order by 1, 2
      on conflict do nothing`,
    values: [
      arrayParameter('text', requests.map((r) => r.system)), arrayParameter('text', requests.map((r) => r.decisionId)), arrayParameter('bytea', requests.map((r) => r.digest)),
      arrayParameter('text', requests.map((r) => r.policyVersion)), arrayParameter('bigint', requests.map((r) => r.proposedAt)), arrayParameter('text', requests.map((r) => r.channel)),
      arrayParameter('text', requests.map((r) => r.topic)), arrayParameter('int', requests.map((r) => r.partition)), arrayParameter('bigint', requests.map((r) => r.offset)), acceptedAt,
    ],
  });
  return rowCount ?? 0;
}

/** By lateral, or the planner may read the whole table for the few rows of a batch. */
async function readPins(pool: Pool, decisions: ReadonlyArray<{ system: string; decisionId: string }>): Promise<Pin[]> {
  const { rows } = await pool.query<Pin>({
    name: 'read-pins',
    text: `
      select p.* from unnest($1::text[], $2::text[]) as w(system, decision_id)
      cross join lateral (
        select p.system, p.decision_id as "decisionId", p.content_digest as digest, p.policy_version as "policyVersion", p.accepted_at as "acceptedAt",
          p.proposed_at as "proposedAt", p.channel, p.source_topic as topic, p.source_partition as partition, p.source_offset as "offset", p.erased
        from pins p where p.system = w.system and p.decision_id = w.decision_id limit 1
      ) p`,
    values: [arrayParameter('text', decisions.map((d) => d.system)), arrayParameter('text', decisions.map((d) => d.decisionId))],
  });
  return rows;
}

export async function findPin(pool: Pool, system: string, decisionId: string): Promise<{ digest: Buffer; policyVersion: string; acceptedAt: number; erased: boolean } | undefined> {
  const { rows } = await pool.query<{ digest: Buffer; policyVersion: string; acceptedAt: number; erased: boolean }>({
    name: 'find-pin',
    text: 'select content_digest as digest, policy_version as "policyVersion", accepted_at as "acceptedAt", erased from pins where system = $1 and decision_id = $2',
    values: [system, decisionId],
  });
  return rows[0];
}

export type VerdictRow = {
  system: string; decisionId: string; verdict: string; resolvedBy: string; basis: string; reason: string; outputLabel: string | null; contentChanged: boolean; resolvedAt: number; valueSha256: Buffer;
};

/** Another verdict than the one that is kept; `resolvedAt` is the other one's. */
export type VerdictConflictRow = { system: string; decisionId: string; first: Buffer; other: Buffer; resolvedAt: number };

/** Keeps the first verdict of each decision, first in the table or else in `rows`, and returns those that differ from what is kept. */
export async function recordVerdicts(client: PoolClient, rows: readonly VerdictRow[]): Promise<VerdictConflictRow[]> {
  const values = [
    arrayParameter('text', rows.map((r) => r.system)), arrayParameter('text', rows.map((r) => r.decisionId)), arrayParameter('text', rows.map((r) => r.verdict)), arrayParameter('text', rows.map((r) => r.resolvedBy)),
    arrayParameter('text', rows.map((r) => r.basis)), arrayParameter('text', rows.map((r) => r.reason)), arrayParameter('text', rows.map((r) => r.outputLabel)), arrayParameter('bigint', rows.map((r) => r.resolvedAt)),
    arrayParameter('bytea', rows.map((r) => r.valueSha256)), arrayParameter('boolean', rows.map((r) => r.contentChanged)),
  ];
  const { rowCount } = await client.query({
    name: 'record-verdicts',
    text: `insert into verdicts (system, decision_id, verdict, resolved_by, basis, reason, output_label, resolved_at, value_sha256, content_changed)
      select system, decision_id, verdict, resolved_by, basis, case when gone then 'Its content was erased.' else reason end, case when not gone then output_label end, resolved_at,
        case when gone then '' else value_sha256 end, content_changed
      from (select w.*, exists (select 1 from pins p where p.system = w.system and p.decision_id = w.decision_id and p.erased) as gone from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bytea[], $10::boolean[]) with ordinality
        as w(system, decision_id, verdict, resolved_by, basis, reason, output_label, resolved_at, value_sha256, content_changed, place)) w
      order by system, decision_id, place
      on conflict do nothing`,
    values,
  });
  if (rowCount === rows.length) return [];
  const conflicts = await client.query<VerdictConflictRow>(
    `select v.system, v.decision_id as "decisionId", v.value_sha256 as first, w.value_sha256 as other, w.resolved_at as "resolvedAt"
     from verdicts v join unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[]) as w(system, decision_id, value_sha256, resolved_at) using (system, decision_id)
     where v.value_sha256 <> w.value_sha256 and v.value_sha256 <> ''`,
    [values[0], values[1], values[8], values[7]],
  );
  return conflicts.rows;
}

export type VerdictView = { verdict: string; resolvedBy: string; basis: string; reason: string; outputLabel: string | null; contentChanged: boolean; resolvedAt: number };

export async function findVerdict(pool: Pool, system: string, decisionId: string): Promise<VerdictView | undefined> {
  const { rows } = await pool.query<VerdictView>({
    name: 'find-verdict',
    text: `select verdict, resolved_by as "resolvedBy", basis, reason, output_label as "outputLabel", content_changed as "contentChanged", resolved_at as "resolvedAt" from verdicts where system = $1 and decision_id = $2`,
    values: [system, decisionId],
  });
  return rows[0];
}

/** Which of these decisions have a verdict: one query for everybody who waits. */
export async function findResolved(pool: Pool, keys: ReadonlyArray<{ system: string; decisionId: string }>): Promise<Array<{ system: string; decisionId: string }>> {
  const { rows } = await pool.query<{ system: string; decisionId: string }>(
    `select v.system, v.decision_id as "decisionId" from verdicts v join unnest($1::text[], $2::text[]) as w(system, decision_id) using (system, decision_id)`,
    [keys.map((key) => key.system), keys.map((key) => key.decisionId)],
  );
  return rows;
}

export type IdempotencyClaim = { bodySha256: Buffer; eventId: string; usedAtMs: number };

/**
 * Claims an idempotency key; returns what it stands for, which is another request's where that was first. Undefined when
 * the other one committed just now and is not visible to this statement yet, or the decision was erased meanwhile: ask again.
 */
export async function claimIdempotencyKey(pool: Pool, row: { subject: string; key: string; bodySha256: Buffer; eventId: string; system: string; decisionId: string }): Promise<IdempotencyClaim | undefined> {
  const { rows } = await pool.query<IdempotencyClaim>(
    `with claimed as (
       insert into idempotency (subject, idempotency_key, body_sha256, event_id, system, decision_id)
       select $1, $2, $3, $4, $5, $6 where not exists (select 1 from pins p where p.system = $5 and p.decision_id = $6 and p.erased) on conflict do nothing
       returning body_sha256, event_id, used_at
     )
     select body_sha256 as "bodySha256", event_id as "eventId", floor(extract(epoch from used_at) * 1000)::bigint as "usedAtMs"
     from (select * from claimed union all select body_sha256, event_id, used_at from idempotency where subject = $1 and idempotency_key = $2) known`,
    [row.subject, row.key, row.bodySha256, row.eventId, row.system, row.decisionId],
  );
  return rows[0];
}

/**
 * Takes what is content out of the rows of erased decisions, and refuses them from now on, also those that never came. Verdicts and reports that
 * are being written at this instant are waited for; later ones find the pin.
 */
export async function eraseDecisions(client: PoolClient, keys: ReadonlyArray<{ system: string; decisionId: string }>): Promise<void> {
  const places = [arrayParameter('text', keys.map((key) => key.system)), arrayParameter('text', keys.map((key) => key.decisionId))];
  await client.query('lock table verdicts, idempotency in share row exclusive mode');
  await client.query(
    `insert into pins (system, decision_id, content_digest, policy_version, accepted_at, proposed_at, channel, source_topic, source_partition, source_offset, erased)
     select system, decision_id, '', '', 0, 0, '', '', 0, 0, true from unnest($1::text[], $2::text[]) as w(system, decision_id) group by 1, 2 order by 1, 2
     on conflict (system, decision_id) do update set content_digest = '', erased = true`, places);
  await client.query(
    `update verdicts v set output_label = null, value_sha256 = '', reason = 'Its content was erased.' from unnest($1::text[], $2::text[]) as w(system, decision_id)
     where v.system = w.system and v.decision_id = w.decision_id`, places);
  await client.query(
    `delete from idempotency i using unnest($1::text[], $2::text[]) as w(system, decision_id) where i.system = w.system and i.decision_id = w.decision_id`, places);
}
