/** SQL of sessions. What has ended or expired is found by no statement that lets anybody in. */

import type { Role } from '@countersign/kit';
import type { Sql } from '../sql.ts';
import { personRoles } from './person-roles.ts';

const nowSql = '(extract(epoch from clock_timestamp()) * 1000000)::bigint';

/** A sign-in on its way to the provider and back, by its state. */
export type PendingSignIn = { verifier: string; nonce: string; to: string; begunAt: number };
export type SignIns = Readonly<Record<string, PendingSignIn>>;

/** A session that is somebody's. The person is as the register has them now. */
export type Standing = {
  sessionId: string;
  personId: string;
  name: string;
  roles: readonly Role[];
  active: boolean;
  available: boolean;
  queues: readonly string[];
  expiresAt: number;
  noticeReadAt: number | null;
};

export type BrowserSession = { csrfSecret: string | null; signIns: SignIns; standing: Standing | null };

type Row = { csrfSecret: string | null; signIns: SignIns; personId: string | null; roles: readonly string[] } & Omit<Standing, 'personId' | 'roles'>;

const standingColumns = `s.session_id as "sessionId", s.person_id as "personId", p.name, p.roles, p.active, p.available, s.expires_at as "expiresAt", s.notice_read_at as "noticeReadAt",
  coalesce((select array_agg(queue order by queue) from qualifications q where q.person_id = s.person_id), '{}') as queues`;

export async function readBrowserSession(sql: Sql, secretHash: Buffer): Promise<BrowserSession | null> {
  const row = await sql.row<Row>(
    `select s.csrf_secret as "csrfSecret", s.sign_ins as "signIns", ${standingColumns} from sessions s left join people p using (person_id)
     where s.secret_hash = $1 and s.ended_at is null and s.expires_at > ${nowSql}`,
    [secretHash],
  );
  if (row === null) return null;
  const { csrfSecret, signIns, personId, ...standing } = row;
  return { csrfSecret, signIns, standing: personId === null ? null : { ...standing, personId, roles: personRoles(standing.roles) } };
}

/** Who stands behind a token's session, `null` once it ended: one look by primary key, at each request with such a token. */
export async function readStanding(sql: Sql, sessionId: string): Promise<Pick<Standing, 'personId' | 'name' | 'roles'> | null> {
  const row = await sql.row<{ personId: string; name: string; roles: readonly string[] }>(
    `select s.person_id as "personId", p.name, p.roles from sessions s join people p using (person_id)
     where s.session_id = $1 and s.ended_at is null and s.expires_at > ${nowSql} and p.active`,
    [sessionId],
  );
  return row === null ? null : { ...row, roles: personRoles(row.roles) };
}

/** Keeps what belongs to the browser, of one that is nobody's for `lifeUs` more: a second sign-in has its own time. Nothing brings a session back that ended, and nothing here makes one somebody's. */
export async function keepBrowserSession(sql: Sql, sessionId: string, secretHash: Buffer, kept: Pick<BrowserSession, 'csrfSecret' | 'signIns'>, lifeUs: number): Promise<void> {
  await sql.run(
    `insert into sessions (session_id, secret_hash, csrf_secret, sign_ins, started_at, last_seen_at, expires_at)
     values ($1, $2, $3, $4::jsonb, ${nowSql}, ${nowSql}, ${nowSql} + $5::bigint)
     on conflict (secret_hash) do update set csrf_secret = excluded.csrf_secret, sign_ins = excluded.sign_ins,
       expires_at = case when sessions.person_id is null then greatest(sessions.expires_at, excluded.expires_at) else sessions.expires_at end
     where sessions.ended_at is null`,
    [sessionId, secretHash, kept.csrfSecret, JSON.stringify(kept.signIns), lifeUs],
  );
}

/** Forgets a browser that nobody signed in with; what is somebody's is ended, never deleted here. */
export async function forgetBrowserSession(sql: Sql, secretHash: Buffer): Promise<void> {
  await sql.run('delete from sessions where secret_hash = $1 and person_id is null', [secretHash]);
}

export type SessionStart = { secretHash: Buffer; personId: string; now: number; expiresAt: number; userAgent: string | null; address: string | null; sealedIdToken: string | null };

/** Makes a browser's session somebody's; `null` where it is gone or somebody's already. */
export async function startSession(sql: Sql, start: SessionStart): Promise<string | null> {
  const row = await sql.row<{ sessionId: string }>(
    `update sessions set person_id = $2, started_at = $3, last_seen_at = $3, expires_at = $4, user_agent = $5, address = $6, sealed_id_token = $7, sign_ins = '{}'
     where secret_hash = $1 and person_id is null and ended_at is null returning session_id as "sessionId"`,
    [start.secretHash, start.personId, start.now, start.expiresAt, start.userAgent, start.address, start.sealedIdToken],
  );
  return row?.sessionId ?? null;
}

/** Moves the end of a session that is used; ten seconds of exactness are enough, and spare a write at each request. */
export async function touchSession(sql: Sql, sessionId: string, idleUs: number, lifeUs: number): Promise<void> {
  await sql.run(
    `update sessions set last_seen_at = ${nowSql}, expires_at = least(${nowSql} + $2::bigint, started_at + $3::bigint)
     where session_id = $1 and ended_at is null and expires_at > ${nowSql} and last_seen_at < ${nowSql} - 10000000`,
    [sessionId, idleUs, lifeUs],
  );
}

export async function markNoticeRead(sql: Sql, sessionId: string, now: number): Promise<boolean> {
  return (await sql.run('update sessions set notice_read_at = $2 where session_id = $1 and ended_at is null and notice_read_at is null', [sessionId, now])) > 0;
}

export type ListedSession = { sessionId: string; startedAt: number; lastSeenAt: number; userAgent: string | null; address: string | null };

/** The sessions of a person that stand, newest first. */
export async function readSessionsOf(sql: Sql, personId: string): Promise<ListedSession[]> {
  return await sql.rows(
    `select session_id as "sessionId", started_at as "startedAt", last_seen_at as "lastSeenAt", user_agent as "userAgent", address from sessions
     where person_id = $1 and ended_at is null and expires_at > ${nowSql} order by started_at desc, session_id`,
    [personId],
  );
}

export async function readOwner(sql: Sql, sessionId: string): Promise<string | null> {
  return (await sql.row<{ personId: string }>('select person_id as "personId" from sessions where session_id = $1 and person_id is not null', [sessionId]))?.personId ?? null;
}

export async function readSealedIdToken(sql: Sql, sessionId: string): Promise<string | null> {
  return (await sql.row<{ sealedIdToken: string | null }>('select sealed_id_token as "sealedIdToken" from sessions where session_id = $1', [sessionId]))?.sealedIdToken ?? null;
}

export type Ended = { sessionId: string; personId: string };

const endedColumns = 'session_id as "sessionId", person_id as "personId"';

/** Ends those that have not ended; answers which. */
export async function endSessions(sql: Sql, sessionIds: readonly string[], because: string, now: number): Promise<Ended[]> {
  return await sql.rows(`update sessions set ended_at = $3, ended_because = $2, sealed_id_token = null where session_id = any($1::uuid[]) and ended_at is null and person_id is not null returning ${endedColumns}`, [sessionIds, because, now]);
}

/** Ends what expired, and what belongs to people who are not active any more, a bounded number at a time. */
export async function endLapsed(sql: Sql, now: number, max: number): Promise<Array<Ended & { because: 'expired' | 'inactive' }>> {
  return await sql.rows(
    `update sessions set ended_at = $1, ended_because = lapsed.because, sealed_id_token = null from (
       select s.session_id as id, case when s.expires_at <= $1 then 'expired' else 'inactive' end as because from sessions s join people p using (person_id)
       where s.ended_at is null and (s.expires_at <= $1 or not p.active) order by s.expires_at limit $2 for update of s skip locked) lapsed
     where session_id = lapsed.id returning ${endedColumns}, ended_because as because`,
    [now, max],
  );
}

/** Deletes browsers that never came back and sessions that ended long ago: the events are the record. */
export async function deleteOldSessions(sql: Sql, now: number, endedBefore: number, max: number): Promise<number> {
  const browsers = await sql.run('delete from sessions where session_id in (select session_id from sessions where person_id is null and ended_at is null and expires_at <= $1 limit $2 for update skip locked)', [now, max]);
  return browsers + (await sql.run('delete from sessions where session_id in (select session_id from sessions where ended_at < $1 limit $2 for update skip locked)', [endedBefore, max]));
}
