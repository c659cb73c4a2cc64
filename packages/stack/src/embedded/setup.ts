import { aclEntries, EventCodec, SchemaRegistry, serviceNames, topology, type Party, type TopicName } from '@countersign/contracts';
import { connectAdmin, type TopicSpec } from '@countersign/kafka';
import { kafkaConnection, migrateService, migrateVault, prepareBiRole, prepareDatabases, SettingsError, withSetupLock, type CommonSettings, type KafkaSettings, type Log } from '@countersign/kit';
import { serviceMigrations } from './services.ts';

export type SetupOptions = {
  settings: KafkaSettings & Pick<CommonSettings, 'partitions' | 'replicationFactor' | 'databaseUrl' | 'vaultDatabaseUrl' | 'databasePassword'>;
  superuserUrl: string;
  /** Where the vault is on a server of its own. */
  vaultSuperuserUrl?: string | null;
  log: Log;
  /** Makes the role that reads the SQL views; without it none is made. */
  biPassword?: string | null;
};

/** Everything that must exist before a service starts: databases, roles, schemas, topics, event schemas. Repeatable. */
export async function prepareAll(options: SetupOptions): Promise<void> {
  await Promise.all([prepareStorage(options), prepareKafka(options)]);
}

export async function prepareStorage({ settings, superuserUrl, vaultSuperuserUrl = null, biPassword = null }: SetupOptions): Promise<void> {
  const database = databaseName(settings.databaseUrl);
  const vault = databaseName(settings.vaultDatabaseUrl);
  const vaultServer = vaultSuperuserUrl ?? superuserUrl;
  requireKnownServer(settings, vaultSuperuserUrl);
  await prepareDatabases(superuserUrl, [database], settings.databasePassword);
  if (new URL(vaultServer).host !== new URL(superuserUrl).host) await requireOneVault(superuserUrl, vault);
  await prepareDatabases(vaultServer, [vault], settings.databasePassword);
  await migrateVault(withDatabase(vaultServer, vault));
  await Promise.all(serviceNames.map(async (service) => {
    const migrations = serviceMigrations[service];
    if (migrations !== undefined) await migrateService(withDatabase(superuserUrl, database), service, migrations);
  }));
  if (biPassword !== null) await prepareBiRole(superuserUrl, withDatabase(superuserUrl, database), biPassword);
}

/** Services would look for a vault where nobody made one. */
function requireKnownServer(settings: SetupOptions['settings'], vaultSuperuserUrl: string | null): void {
  const [log, vault] = [settings.databaseUrl, settings.vaultDatabaseUrl].map((url) => new URL(url).host);
  if (vaultSuperuserUrl === null && log !== vault) throw new SettingsError([`COUNTERSIGN_VAULT_SUPERUSER_URL is required: COUNTERSIGN_VAULT_DATABASE_URL names ${vault}, another server than COUNTERSIGN_DATABASE_URL does.`]);
}

/** An empty vault beside one that holds keys: services would find no content any more, and nobody would know why. */
async function requireOneVault(superuserUrl: string, vault: string): Promise<void> {
  await withSetupLock(superuserUrl, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [vault]);
    if (rowCount !== 0) throw new SettingsError([`The server of COUNTERSIGN_SUPERUSER_URL has a database ${vault}, and COUNTERSIGN_VAULT_DATABASE_URL names another server. Move it there with its keys and drop it here (docs/erasure.md), or name this server.`]);
  });
}

export async function prepareKafka({ settings, log }: SetupOptions): Promise<void> {
  await using admin = await connectAdmin(kafkaConnection(settings, 'countersign-setup', log));
  const registry = new SchemaRegistry(settings.registryUrl);
  const topics = Object.keys(topology) as TopicName[];
  const [differences, codec] = await Promise.all([admin.ensureTopics(topicSpecs(settings)), EventCodec.connect(registry, settings.topicPrefix, topics)]);
  for (const { topic, setting, is, wanted } of differences) log.warn({ topic, setting, is, wanted }, `a topic that was there has another setting: unless that is meant, kafka-configs.sh --alter --entity-type topics --entity-name ${topic} --add-config ${setting}=${wanted}`);
  await Promise.all(topics.flatMap((topic) => topology[topic].records.map((record) =>
    registry.setCompatibility(`${codec.topicName(topic)}-io.countersign.${record}`, topology[topic].outside ? 'FULL_TRANSITIVE' : 'BACKWARD_TRANSITIVE'))));
}

/** Enters who may do what, for the topic prefix of the settings. Only for whoever may alter the cluster: the set-up of topics may not. */
export async function permitAll(settings: KafkaSettings, log: Log): Promise<void> {
  await using admin = await connectAdmin(kafkaConnection(settings, 'countersign-setup', log));
  await admin.permit(aclEntries(settings.topicPrefix));
}

/** What Kafka must hold, from the topology. */
export function topicSpecs(settings: Pick<CommonSettings, 'topicPrefix' | 'partitions' | 'replicationFactor'>): TopicSpec[] {
  return Object.entries(topology).map(([name, topic]) => ({
    topic: `${settings.topicPrefix}${name}.v1`,
    partitions: topic.partitions === 'decision' ? settings.partitions : topic.partitions,
    replicationFactor: settings.replicationFactor,
    config: {
      'cleanup.policy': topic.cleanup, 'retention.ms': String(topic.retentionMs), 'max.message.bytes': String(topic.messageBytesMax + 100_000),
      'min.insync.replicas': String(Math.max(1, settings.replicationFactor - 1)),
      // How long Kafka keeps a record, and which erasures reach it, must not hang on the clock of whoever sent it.
      'message.timestamp.type': (topic.writers as readonly Party[]).includes('pipeline') ? 'LogAppendTime' : 'CreateTime',
    },
  }));
}

function databaseName(url: string): string {
  return new URL(url).pathname.slice(1);
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
