/** API keys of pipelines, of which only the hash of the secret is kept; whether people take work, and how much. */
export const accessTables = `
create table api_keys (
  key_id text primary key,
  name text not null,
  systems text[] not null,
  secret_sha256 bytea not null check (octet_length(secret_sha256) = 32),
  -- What a replacement lives, too.
  lifetime_days integer not null check (lifetime_days between 1 and 400),
  created_by text not null,
  created_at bigint not null,
  -- From when on it is refused: as it was made, or earlier where it was replaced.
  expires_at bigint not null,
  -- One replacement a key, whoever asks at once.
  replaced_by text unique references api_keys,
  revoked_at bigint,
  revoked_by text,
  revoked_reason text,
  version integer not null default 1,
  last_used_at bigint,
  check ((revoked_at is null) = (revoked_by is null) and (revoked_at is null) = (revoked_reason is null))
);
create index api_keys_newest on api_keys (created_at desc, key_id desc);
create index api_keys_name on api_keys (name);
alter table people
  add column available boolean not null default true,
  add column claims_max integer check (claims_max between 1 and 50),
  -- On access.changed and on record, these are keys: no person may be taken for one, nor stand in for one in the compacted topic.
  add check (person_id !~ '^api-key[:/]');
create index people_admins on people (person_id) where active and 'admin' = any(roles);
`;
