import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames } from '@countersign/contracts';
import { cacheFolder } from '../../packages/stack/src/cli/home.ts';
import type { Child } from '../../packages/stack/src/infrastructure/child.ts';
import { kafkaJars } from '../../packages/stack/src/infrastructure/download.ts';
import { findJava } from '../../packages/stack/src/infrastructure/java.ts';
import { startKafka } from '../../packages/stack/src/infrastructure/kafka.ts';
import { distinctPorts, onFreePorts } from '../../packages/stack/src/infrastructure/ports.ts';
import { makeCertificate } from './certificate.ts';

const administrator = 'admin';
/** Let in, and in no list. */
export const stranger = 'stranger';
/** Who is known by a password; `admin` is the one that may do everything. */
const users = [administrator, stranger, ...[...serviceNames, 'pipeline', 'witness', 'cli', 'setup'].map((name) => `countersign-${name}`)];
/** Known by its certificate instead. */
export const certified = 'countersign-routing';

/**
 * A broker of its own that lets in who has a password (SASL over TLS) or a certificate (mutual TLS), and lets them do what its list says; nobody
 * but the administrator may do anything before a list is loaded.
 */
export class SecuredKafka implements AsyncDisposable {
  readonly folder: string;
  readonly #broker: Child;
  readonly #passwords: ReadonlyMap<string, string>;
  readonly #ports: { sasl: number; tls: number };

  private constructor(parts: { folder: string; broker: Child; passwords: ReadonlyMap<string, string>; ports: { sasl: number; tls: number } }) {
    this.folder = parts.folder;
    this.#broker = parts.broker;
    this.#passwords = parts.passwords;
    this.#ports = parts.ports;
  }

  static async start(): Promise<SecuredKafka> {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-secured-'));
    const at = (name: string) => join(folder, name);
    await makeCertificate(folder, 'server', 'localhost');
    await makeCertificate(folder, 'client', certified);
    // A store in PEM is one file; a broker is a client of its own, too.
    const store = async (name: string, ...parts: readonly string[]) => await writeFile(at(name), (await Promise.all(parts.map((part) => readFile(at(part), 'utf8')))).join(''));
    await store('server.pem', 'server.key', 'server.crt');
    await store('trusted.pem', 'server.crt', 'client.crt');
    const passwords = new Map(users.map((user) => [user, randomBytes(12).toString('hex')]));
    const [{ command: java }, jars, free] = [await findJava(), await kafkaJars(cacheFolder()), distinctPorts()];
    let ports = { sasl: 0, tls: 0 };
    const start = async () => {
      ports = { sasl: await free(), tls: await free() };
      const controllerPort = await free();
      return await startKafka({
        home: folder, java, jars, port: ports.sasl, controllerPort, logFile: at('kafka.log'), over: propertiesOf(folder, ports, controllerPort, passwords.get(administrator) ?? ''),
        format: users.filter((user) => user !== administrator).flatMap((user) => ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => ['--add-scram', `${mechanism}=[name=${user},password=${passwords.get(user)}]`])),
        // It lives for a minute: what is compiled well comes too late.
        javaArgs: ['-Dorg.slf4j.simpleLogger.log.kafka.authorizer.logger=info', '-XX:TieredStopAtLevel=1'],
      });
    };
    return new SecuredKafka({ folder, broker: await onFreePorts(start, () => Promise.resolve(true)), passwords, ports });
  }

  /** What somebody is configured with. */
  as(name: string): Record<string, string> {
    const ca = { COUNTERSIGN_KAFKA_TLS_CA_FILE: join(this.folder, 'server.crt') };
    if (name === certified) return { ...ca, COUNTERSIGN_KAFKA_BROKERS: `127.0.0.1:${this.#ports.tls}`, COUNTERSIGN_KAFKA_TLS_CERT_FILE: join(this.folder, 'client.crt'), COUNTERSIGN_KAFKA_TLS_KEY_FILE: join(this.folder, 'client.key') };
    return {
      ...ca, COUNTERSIGN_KAFKA_BROKERS: `127.0.0.1:${this.#ports.sasl}`, COUNTERSIGN_KAFKA_SASL_USERNAME: name, COUNTERSIGN_KAFKA_SASL_PASSWORD: this.#passwords.get(name) ?? '',
      COUNTERSIGN_KAFKA_SASL_MECHANISM: name === administrator ? 'plain' : name === 'countersign-sampling' ? 'scram-sha-256' : 'scram-sha-512',
    };
  }

  /** What the broker refused so far, in its own words. */
  denials(): string[] {
    return this.#broker.said().split('\n').filter((line) => line.includes('is Denied'));
  }

  /** All that nobody may read anywhere. */
  async secrets(): Promise<string[]> {
    return [...this.#passwords.values(), ...(await readFile(join(this.folder, 'client.key'), 'utf8')).split('\n').filter((line) => line.length > 20 && !line.startsWith('-'))];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#broker[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The registry of the run behind a door that asks for a user, in the clear and, with the certificate of the broker, over TLS. */
export async function guardRegistry(url: string, folder: string, user: string): Promise<AsyncDisposable & { http: string; https: string }> {
  const { host, pathname } = new URL(url);
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (incoming.headers.authorization !== `Basic ${btoa(user)}`) return void outgoing.writeHead(401).end('{"message": "nobody we know"}');
    const onward = request({ host: host.split(':')[0], port: host.split(':')[1], method: incoming.method, path: incoming.url, headers: { ...incoming.headers, host } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.once('error', () => outgoing.destroy());
    incoming.pipe(onward);
  };
  const servers = [createServer(pass), createSecureServer({ key: await readFile(join(folder, 'server.key')), cert: await readFile(join(folder, 'server.crt')) }, pass)] as const;
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))));
  const [http, https] = servers.map((server) => `${user}@127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`);
  return {
    http: `http://${http}`, https: `https://${https}`,
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      })));
    },
  };
}

function propertiesOf(folder: string, { sasl, tls }: { sasl: number; tls: number }, controllerPort: number, password: string): Record<string, string> {
  const module = 'org.apache.kafka.common.security';
  return {
    listeners: `SASL_SSL://127.0.0.1:${sasl},SSL://127.0.0.1:${tls},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `SASL_SSL://127.0.0.1:${sasl},SSL://127.0.0.1:${tls}`,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL',
    'inter.broker.listener.name': 'SASL_SSL', 'sasl.mechanism.inter.broker.protocol': 'PLAIN', 'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.sasl_ssl.plain.sasl.jaas.config': `${module}.plain.PlainLoginModule required username="${administrator}" password="${password}" user_${administrator}="${password}";`,
    'listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
    'ssl.keystore.type': 'PEM', 'ssl.keystore.location': join(folder, 'server.pem'), 'ssl.truststore.type': 'PEM', 'ssl.truststore.location': join(folder, 'trusted.pem'),
    'listener.name.ssl.ssl.client.auth': 'required', 'listener.name.ssl.ssl.principal.mapping.rules': 'RULE:^CN=([^,]+).*$/$1/',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    // Broker and controller are one process, and speak to each other in the clear.
    'super.users': `User:${administrator};User:ANONYMOUS`,
  };
}
