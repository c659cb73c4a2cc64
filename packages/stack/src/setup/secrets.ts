import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureSecrets } from '../embedded/secrets.ts';

/** The files of secrets that a deployment needs besides those of the services. */
export type DeploymentSecrets = { postgresPassword: string; vaultPassword: string; registryProperties: string; registryPassword: string; grafanaPassword: string; oidcClientSecret: string };

export function deploymentSecretFiles(home: string): DeploymentSecrets {
  const at = (name: string) => join(home, 'secrets', name);
  return { postgresPassword: at('postgres-password'), vaultPassword: at('vault-password'), registryProperties: at('registry.properties'), registryPassword: at('registry-password'), grafanaPassword: at('grafana-password'), oidcClientSecret: at('oidc-client-secret') };
}

/**
 * Makes the secrets of a deployment that are missing in `home`/secrets; none is ever replaced. The folder is closed to
 * other users of the machine, its files are not: a container reads the one file that is mounted into it, as whatever user
 * its image runs as. Only the key that signs development tokens stays with its owner. The client secret of the identity
 * provider is theirs to give: its file is empty until somebody puts it there. Everything belongs to the owner of
 * the folder afterwards, also when a container made it as root.
 */
export async function ensureDeploymentSecrets(home: string): Promise<void> {
  const folder = join(home, 'secrets');
  const { issuerKey } = await ensureSecrets(home);
  const files = deploymentSecretFiles(home);
  const keep = async (file: string, content: string) => {
    if (!existsSync(file)) await writeFile(file, content);
  };
  await keep(files.postgresPassword, password());
  await keep(files.vaultPassword, password());
  await keep(files.grafanaPassword, password());
  await keep(files.oidcClientSecret, '');
  await keep(files.registryPassword, password());
  // The registry reads its password from a file of properties: the same secret in another form.
  await writeFile(files.registryProperties, `apicurio.datasource.password=${(await readFile(files.registryPassword, 'utf8')).trim()}\n`);
  const owner = await stat(folder);
  await chmod(folder, 0o700);
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    if (process.getuid?.() === 0) await chown(file, owner.uid, owner.gid);
    await chmod(file, file === issuerKey ? 0o600 : 0o644);
  }
}

function password(): string {
  return randomBytes(24).toString('base64url');
}
