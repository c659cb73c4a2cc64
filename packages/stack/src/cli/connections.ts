import { readFileSync } from 'node:fs';
import { commonSettings, kafkaSettings as kafkaNames, readSettings, type CommonSettings, type KafkaSettings } from '@countersign/kit';
import { secretFiles } from '../embedded/secrets.ts';
import { homeFolder, runningEndpoints } from './home.ts';

const { databaseUrl, vaultDatabaseUrl, databasePassword, databasePoolMax, masterKeyFile, brokers, registryUrl, topicPrefix } = commonSettings;
const storageNames = { databaseUrl, vaultDatabaseUrl, databasePassword, databasePoolMax, masterKeyFile };

/** Where the data is: as the environment says, by the names the services use, or else of the copy that runs from this home. */
export function storageSettings(env: NodeJS.ProcessEnv = process.env): Pick<CommonSettings, keyof typeof storageNames> {
  if (env[databaseUrl.env] !== undefined) return readSettings(storageNames, env);
  const { host } = new URL(runningEndpoints().postgres);
  const files = secretFiles(homeFolder());
  return readSettings(storageNames, {
    [databaseUrl.env]: `postgres://${host}/countersign`, [vaultDatabaseUrl.env]: `postgres://${host}/countersign_vault`,
    [databasePassword.env]: readFileSync(files.databasePassword, 'utf8').trim(), [masterKeyFile.env]: files.masterKey,
  });
}

/** Where Kafka is, by the same rule. */
export function kafkaSettings(env: NodeJS.ProcessEnv = process.env): KafkaSettings {
  if (env[brokers.env] !== undefined) return readSettings(kafkaNames, env);
  const { kafka, registry } = runningEndpoints();
  return readSettings(kafkaNames, { [brokers.env]: kafka, [registryUrl.env]: registry, ...(env[topicPrefix.env] === undefined ? {} : { [topicPrefix.env]: env[topicPrefix.env] }) });
}
