/**
 * One-shot set-up of a deployment, each step repeatable: `secrets HOME` before anything runs, `databases` (the schema registry's)
 * before that starts, `all` before the services do. `acls`, as an administrator of the cluster, before `all` where brokers ask who may do what.
 */
import { commonSettings, createLog, kafkaSettings, prepareOwnedDatabase, readSettings, SettingsError } from '@countersign/kit';
import { permitAll, prepareAll } from '../embedded/setup.ts';
import { ensureDeploymentSecrets } from './secrets.ts';
import { setupSettings } from './settings.ts';

const [step, home] = process.argv.slice(2);
try {
  if (step === 'secrets' && home !== undefined) await ensureDeploymentSecrets(home);
  else if (step === 'databases') await prepareRegistry();
  else if (step === 'acls') await permitAll(readSettings(kafkaSettings, process.env), createLog('setup', 'warn'));
  else if (step === 'all') await prepareEverything();
  else throw new SettingsError(['Say which step: secrets HOME, databases, acls or all.']);
} catch (error) {
  process.stderr.write(`${error instanceof SettingsError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = error instanceof SettingsError ? 2 : 1;
}

async function prepareRegistry(): Promise<void> {
  const { registryPassword, superuserUrl } = readOwn();
  if (registryPassword !== null) await prepareOwnedDatabase(superuserUrl, 'registry', registryPassword);
}

async function prepareEverything(): Promise<void> {
  const settings = readSettings(commonSettings, process.env);
  const { superuserUrl, vaultSuperuserUrl, biPassword } = readOwn();
  await prepareAll({ settings, superuserUrl, vaultSuperuserUrl, biPassword, log: createLog('setup', settings.logLevel) });
}

function readOwn() {
  const own = readSettings(setupSettings, process.env);
  const vault = own.vaultSuperuserUrl === null ? null : withPassword(own.vaultSuperuserUrl, own.vaultSuperuserPassword);
  return { ...own, superuserUrl: withPassword(own.superuserUrl, own.superuserPassword), vaultSuperuserUrl: vault };
}

function withPassword(text: string, password: string | null): string {
  const url = new URL(text);
  if (password !== null) url.password = encodeURIComponent(password);
  return url.href;
}
