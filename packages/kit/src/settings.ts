import { readFileSync } from 'node:fs';

type Kind = 'text' | 'integer' | 'number' | 'boolean' | 'secret' | 'list';
type ValueOf<K extends Kind> = K extends 'integer' | 'number' ? number : K extends 'boolean' ? boolean : K extends 'list' ? readonly string[] : string;

/** One setting: its environment variable, what it is for, and what it may be. */
export type Setting<K extends Kind = Kind, D extends ValueOf<K> | null | undefined = ValueOf<K> | null | undefined> = {
  kind: K;
  env: string;
  describe: string;
  /** `undefined`: required. `null`: may be absent. */
  default?: D;
  min?: number;
  max?: number;
  oneOf?: readonly string[];
  /** Others, by their names beside this one, without which it says nothing. */
  needs?: readonly string[];
  /** A value that is good enough for development, and refused in production, also as the default. */
  developmentOnly?: ValueOf<K>;
};

export type Settings = Readonly<Record<string, Setting>>;
type Read<S extends Setting> = S extends { default: null } ? ValueOf<S['kind']> | null : ValueOf<S['kind']>;
export type ValuesOf<S extends Settings> = { readonly [N in keyof S]: Read<S[N]> };

const registered = new Map<string, Setting & { owners: Set<string> }>();

/** Declares the settings of one owner (a service or `common`), and enters them in the one table of all settings. */
export function defineSettings<const S extends Settings>(owner: string, settings: S): S {
  for (const setting of Object.values(settings)) {
    const known = registered.get(setting.env);
    if (known === undefined) registered.set(setting.env, { ...setting, owners: new Set([owner]) });
    else known.owners.add(owner);
  }
  return settings;
}

/** The environment is wrong; the message names every variable at fault, with what it should be. */
export class SettingsError extends Error {
  override name = 'SettingsError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The settings are wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reads and checks all of them at once. `NAME_FILE` gives the file that holds the value of `NAME`. */
export function readSettings<const S extends Settings>(settings: S, env: Readonly<Record<string, string | undefined>>): ValuesOf<S> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const text = textOf(setting.env, env, problems);
    if (text === undefined || text === '') {
      if (setting.default === undefined) problems.push(`${setting.env} is required: ${setting.describe}`);
      values[name] = setting.default;
    } else {
      values[name] = parse(setting, text, problems);
    }
  }
  for (const [name, { env: variable, developmentOnly, needs = [] }] of Object.entries(settings)) {
    const missing = values[name] === null ? [] : needs.filter((other) => values[other] === null).map((other) => settings[other]?.env);
    if (missing.length > 0) problems.push(`${variable} is set without ${missing.join(' and ')}: set both, or neither.`);
    if (developmentOnly !== undefined && values['environment'] === 'production' && values[name] === developmentOnly) problems.push(`${variable} must not be ${String(developmentOnly)} in production.`);
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return values as ValuesOf<S>;
}

/** The table of all settings that were declared, as Markdown, by name. */
export function settingsTable(): string {
  const rows = [...registered.values()]
    .sort((a, b) => a.env.localeCompare(b.env))
    .map((setting) => {
      const fallback = setting.default === undefined ? 'required' : setting.default === null ? 'none' : `\`${String(setting.default)}\``;
      const limits = setting.oneOf?.join(', ') ?? [setting.min, setting.max].map((limit) => limit ?? '').join(' to ').replace(/^ to $/, '');
      return `| \`${setting.env}\` | ${setting.kind} | ${fallback} | ${limits} | ${[...setting.owners].sort().join(', ')} | ${setting.describe} |`;
    });
  return ['| variable | kind | default | allowed | read by | what it is |', '|---|---|---|---|---|---|', ...rows, ''].join('\n');
}

function textOf(name: string, env: Readonly<Record<string, string | undefined>>, problems: string[]): string | undefined {
  const file = env[`${name}_FILE`];
  if (file === undefined || file === '' || Object.hasOwn(env, name)) return env[name];
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    problems.push(`${name}_FILE names ${file}, which cannot be read.`);
    return '-';
  }
}

function parse(setting: Setting, text: string, problems: string[]): unknown {
  switch (setting.kind) {
    case 'integer':
    case 'number': {
      const value = Number(text);
      const bounds = `${setting.min ?? 'any'} to ${setting.max ?? 'any'}`;
      const whole = setting.kind === 'number' || Number.isInteger(value);
      if (!Number.isFinite(value) || !whole || value < (setting.min ?? -Infinity) || value > (setting.max ?? Infinity)) {
        problems.push(`${setting.env} must be ${setting.kind === 'integer' ? 'a whole number' : 'a number'} (${bounds}), not "${text}".`);
      }
      return value;
    }
    case 'boolean':
      if (text !== 'true' && text !== 'false') problems.push(`${setting.env} must be true or false, not "${text}".`);
      return text === 'true';
    case 'list':
      return text.split(',').map((part) => part.trim()).filter((part) => part !== '');
    case 'text':
      if (setting.oneOf !== undefined && !setting.oneOf.includes(text)) problems.push(`${setting.env} must be one of ${setting.oneOf.join(', ')}, not "${text}".`);
      return text;
    case 'secret':
      return text;
    default:
      return setting.kind satisfies never;
  }
}

const saslMechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'];

/** What every service reads. */
export const commonSettings = defineSettings('every service', {
  environment: { kind: 'text', env: 'COUNTERSIGN_ENVIRONMENT', default: 'production', oneOf: ['production', 'development'], describe: 'development allows development tokens and open qualifications' },
  brokers: { kind: 'list', env: 'COUNTERSIGN_KAFKA_BROKERS', describe: 'Kafka brokers, host:port separated by commas' },
  sessionTimeoutMs: { kind: 'integer', env: 'COUNTERSIGN_KAFKA_SESSION_TIMEOUT_MS', default: 10_000, min: 6000, max: 300_000, describe: 'How long a silent instance keeps its partitions: after a crash, nobody works on them for so long, not even the same instance started again. Heartbeats leave every 2 s, also while a batch is in hand, and losing partitions for nothing costs a repeat; raise it where hosts or brokers stand still for seconds' },
  kafkaTls: { kind: 'boolean', env: 'COUNTERSIGN_KAFKA_TLS', default: false, describe: 'Speak TLS with the brokers; a CA or a certificate switches it on too (docs/access.md)' },
  kafkaTlsCa: { kind: 'text', env: 'COUNTERSIGN_KAFKA_TLS_CA', default: null, describe: 'The authorities that sign the certificates of the brokers, in PEM, instead of those that Node trusts; give their file as COUNTERSIGN_KAFKA_TLS_CA_FILE' },
  kafkaTlsCert: { kind: 'text', env: 'COUNTERSIGN_KAFKA_TLS_CERT', default: null, needs: ['kafkaTlsKey'], describe: 'The certificate, in PEM, by which brokers know this client, where they ask for one' },
  kafkaTlsKey: { kind: 'secret', env: 'COUNTERSIGN_KAFKA_TLS_KEY', default: null, needs: ['kafkaTlsCert'], describe: 'The private key of that certificate, in PEM, without a passphrase' },
  kafkaSaslMechanism: { kind: 'text', env: 'COUNTERSIGN_KAFKA_SASL_MECHANISM', default: null, oneOf: saslMechanisms, needs: ['kafkaSaslUsername', 'kafkaSaslPassword'], describe: 'How this client says to the brokers who it is; plain sends the password as it is, so use it with TLS only' },
  kafkaSaslUsername: { kind: 'text', env: 'COUNTERSIGN_KAFKA_SASL_USERNAME', default: null, needs: ['kafkaSaslMechanism'], describe: 'Its user there, such as countersign-intake: each service has its own (docs/access.md)' },
  kafkaSaslPassword: { kind: 'secret', env: 'COUNTERSIGN_KAFKA_SASL_PASSWORD', default: null, needs: ['kafkaSaslMechanism'], describe: 'The password of that user' },
  registryUrl: { kind: 'text', env: 'COUNTERSIGN_REGISTRY_URL', describe: 'Confluent-compatible API of the schema registry. Where it wants a user: https://USER:PASSWORD@HOST/PATH, both percent-encoded, in the file of COUNTERSIGN_REGISTRY_URL_FILE' },
  databaseUrl: { kind: 'text', env: 'COUNTERSIGN_DATABASE_URL', describe: 'postgres://host:port/database, without a user: each service has its own. For TLS: ?sslmode=verify-full&sslrootcert=FILE' },
  vaultDatabaseUrl: { kind: 'text', env: 'COUNTERSIGN_VAULT_DATABASE_URL', describe: 'The database of content keys; keep it out of the backups of the other one (docs/erasure.md)' },
  databasePassword: { kind: 'secret', env: 'COUNTERSIGN_DATABASE_PASSWORD', describe: 'Password of the service roles' },
  databasePoolMax: { kind: 'integer', env: 'COUNTERSIGN_DATABASE_POOL_MAX', default: 8, min: 2, max: 100, describe: 'Connections a service holds at the most' },
  topicPrefix: { kind: 'text', env: 'COUNTERSIGN_TOPIC_PREFIX', default: 'countersign.', describe: 'Prefix of topic and group names' },
  partitions: { kind: 'integer', env: 'COUNTERSIGN_PARTITIONS', default: 12, min: 1, max: 1000, describe: 'Partitions of the decision topics; never change it on a running cluster' },
  replicationFactor: { kind: 'integer', env: 'COUNTERSIGN_REPLICATION_FACTOR', default: 1, min: 1, max: 10, describe: 'Replicas of each topic' },
  masterKeyFile: { kind: 'text', env: 'COUNTERSIGN_MASTER_KEY_FILE', describe: 'File with 32 random bytes in base64 that wraps every subject key' },
  samplingKeysFile: { kind: 'text', env: 'COUNTERSIGN_SAMPLING_KEYS_FILE', describe: 'JSON file of the sampling keys' },
  jwks: { kind: 'text', env: 'COUNTERSIGN_JWKS', describe: 'File or URL of the public keys that sign tokens' },
  tokenIssuer: { kind: 'text', env: 'COUNTERSIGN_TOKEN_ISSUER', default: 'countersign-development', developmentOnly: 'countersign-development', describe: 'Issuer that tokens must name; production refuses the development issuer, and so needs it set' },
  sessionJwks: { kind: 'text', env: 'COUNTERSIGN_SESSION_JWKS', default: null, describe: 'File or URL of the keys with which review signs the tokens of people who are signed in; without it those are not trusted' },
  httpHost: { kind: 'text', env: 'COUNTERSIGN_HTTP_HOST', default: '127.0.0.1', describe: 'Address to listen on' },
  httpPort: { kind: 'integer', env: 'COUNTERSIGN_HTTP_PORT', default: 8080, min: 0, max: 65535, describe: 'Port to listen on; 0 takes a free one' },
  trustedProxies: { kind: 'list', env: 'COUNTERSIGN_TRUSTED_PROXIES', default: ['loopback'], describe: 'Whose `X-Forwarded-For` and `-Proto` are believed: addresses, networks (10.4.0.0/16), `loopback` or `uniquelocal` (private networks), separated by commas. Never a network that callers come from: they would choose the address that is recorded, and is counted by' },
  logLevel: { kind: 'text', env: 'COUNTERSIGN_LOG_LEVEL', default: 'info', oneOf: ['trace', 'debug', 'info', 'warn', 'error', 'silent'], describe: 'Least level that is logged' },
  otlpUrl: { kind: 'text', env: 'COUNTERSIGN_OTLP_URL', default: null, describe: 'OTLP/HTTP endpoint for traces; without it none are recorded' },
  traceRatio: { kind: 'number', env: 'COUNTERSIGN_TRACE_RATIO', default: 1, min: 0, max: 1, describe: 'Share of traces that are recorded, by trace id: of those that begin here and of those that come in sampled' },
});
export type CommonSettings = ValuesOf<typeof commonSettings>;
