import { defineSettings } from '@countersign/kit';

/** What the one-shot set-up reads besides what every service does. */
export const setupSettings = defineSettings('setup', {
  superuserUrl: { kind: 'text', env: 'COUNTERSIGN_SUPERUSER_URL', describe: 'Postgres URL, postgres://user@host:port/database, that may create databases and roles' },
  superuserPassword: { kind: 'secret', env: 'COUNTERSIGN_SUPERUSER_PASSWORD', default: null, describe: 'Password of that user, where the URL has none' },
  vaultSuperuserUrl: { kind: 'text', env: 'COUNTERSIGN_VAULT_SUPERUSER_URL', default: null, describe: 'The same of the server of COUNTERSIGN_VAULT_DATABASE_URL, where that is another one, as it should be in production (docs/erasure.md)' },
  vaultSuperuserPassword: { kind: 'secret', env: 'COUNTERSIGN_VAULT_SUPERUSER_PASSWORD', default: null, describe: 'Password of that user, where the URL has none' },
  registryPassword: { kind: 'secret', env: 'COUNTERSIGN_REGISTRY_PASSWORD', default: null, describe: "Password of the schema registry's own database and role; without it neither is made" },
  biPassword: { kind: 'secret', env: 'COUNTERSIGN_BI_PASSWORD', default: null, describe: 'Password of countersign_bi, which reads the SQL views and nothing else (docs/sql-views.md); without it the role is not made' },
});
