/** One-shot set-up of a cluster: `databases` before the registry starts, `all` before the services do. Repeatable. */
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { commonSettings, createLog, defineSettings, prepareDatabases, readSettings } from '@countersign/kit';
import { ensureSecrets } from '../embedded/secrets.ts';
import { prepareAll } from '../embedded/setup.ts';

const setupSettings = defineSettings('setup', {
  superuserUrl: { kind: 'secret', env: 'COUNTERSIGN_SUPERUSER_URL', describe: 'Postgres URL that may create databases and roles' },
  databasePassword: { kind: 'secret', env: 'COUNTERSIGN_DATABASE_PASSWORD', describe: 'Password the service roles get' },
});

/** Keys that nobody brought are made once, into the folder that the services read. */
async function provideSecrets(masterKeyFile: string): Promise<void> {
  const folder = dirname(masterKeyFile);
  if (existsSync(masterKeyFile)) return;
  const files = await ensureSecrets(folder);
  for (const file of Object.values(files)) await cp(file, join(folder, file.slice(file.lastIndexOf('/') + 1)));
}

const own = readSettings(setupSettings, process.env);
if (process.argv[2] === 'databases') {
  await prepareDatabases(own.superuserUrl, ['registry', 'countersign', 'countersign_vault'], own.databasePassword);
} else {
  const settings = readSettings(commonSettings, process.env);
  await provideSecrets(settings.masterKeyFile);
  await prepareAll({ settings, superuserUrl: own.superuserUrl, log: createLog('setup', settings.logLevel) });
}
