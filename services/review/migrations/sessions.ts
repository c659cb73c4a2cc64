/**
 * Sessions of browsers. The cookie holds 32 random bytes; the table holds their SHA-256, so whoever reads it can take over none.
 * A row without a person is a browser on its way to the identity provider and back.
 */
export const sessionTables = `
create table sessions (
  -- What others may know it by: tokens, lists, events.
  session_id uuid primary key,
  secret_hash bytea not null unique,
  person_id text references people,
  csrf_secret text,
  -- Sign-ins under way, by their state.
  sign_ins jsonb not null default '{}',
  started_at bigint not null,
  last_seen_at bigint not null,
  -- The earlier of too long unused and too old; moved by use.
  expires_at bigint not null,
  user_agent text,
  address text,
  notice_read_at bigint,
  ended_at bigint,
  ended_because text,
  check ((ended_at is null) = (ended_because is null))
);
create index sessions_person on sessions (person_id, started_at) where ended_at is null;
create index sessions_expiry on sessions (expires_at) where ended_at is null;
create index sessions_ended on sessions (ended_at) where ended_at is not null;
`;
