import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Child } from './child.ts';

const run = promisify(execFile);
const startedLogger = 'kafka.server.KafkaRaftServer';
const startedMessage = 'Kafka Server started';

export type KafkaOptions = {
  home: string; java: string; jars: string; port: number; controllerPort: number; logFile: string;
  /** Properties over ours, arguments of the storage tool, and of Java: for tests of brokers that ask who somebody is. */
  over?: Readonly<Record<string, string>>; format?: readonly string[]; javaArgs?: readonly string[];
};

/** One KRaft broker on the loopback interface. Its ports are kept in its data: a broker advertises its address. */
export async function startKafka(options: KafkaOptions): Promise<Child> {
  const data = join(options.home, 'kafka');
  await mkdir(data, { recursive: true });
  const config = join(data, 'server.properties');
  await writeFile(config, properties(options.port, options.controllerPort, join(data, 'log'), options.over), { mode: 0o600 });
  const classpath = `${options.jars}/*`;
  if (!existsSync(join(data, 'log', 'meta.properties'))) {
    await run(options.java, ['-cp', classpath, 'kafka.tools.StorageTool', 'format', '-t', newClusterId(), '-c', config, ...(options.format ?? [])]);
  }
  const broker = new Child({
    name: 'Kafka', command: options.java, logFile: options.logFile,
    args: ['-Xms256m', '-Xmx512m', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', `-Dorg.slf4j.simpleLogger.log.${startedLogger}=info`, '-Dorg.slf4j.simpleLogger.showDateTime=true', ...(options.javaArgs ?? []), '-cp', classpath, 'kafka.Kafka', config],
  });
  // Somebody else may listen on the port, another Kafka too: it is ours once it says so itself.
  await broker.waitFor(async () => broker.said().includes(startedMessage) && (await listens(options.port)), 60_000);
  return broker;
}

/** 128 random bits in base64url. Never with a dash in front, as Kafka's own: a command line takes that for an option. */
export function newClusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

/** The broker's port of an earlier start, so that clients find it where it was. */
export function formerKafkaPort(home: string): number | undefined {
  const config = join(home, 'kafka', 'server.properties');
  if (!existsSync(config)) return undefined;
  const port = /^listeners=PLAINTEXT:\/\/127\.0\.0\.1:(\d+)/m.exec(readFileSync(config, 'utf8'))?.[1];
  return port === undefined ? undefined : Number(port);
}

function properties(port: number, controllerPort: number, logDir: string, over: KafkaOptions['over'] = {}): string {
  return [
    'process.roles=broker,controller', 'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    `log.dirs=${logDir}`,
    // One broker: nothing can be replicated, nobody else can join a group late.
    'offsets.topic.replication.factor=1', 'offsets.topic.num.partitions=4',
    'transaction.state.log.replication.factor=1', 'transaction.state.log.min.isr=1',
    'share.coordinator.state.topic.replication.factor=1', 'share.coordinator.state.topic.min.isr=1',
    'group.initial.rebalance.delay.ms=0', 'auto.create.topics.enable=false',
    // The metadata log counts on its own disk forces; records are forced by the operating system, as Kafka means it.
    'log.segment.bytes=67108864', 'num.network.threads=2', 'num.io.threads=4', 'log.cleaner.dedupe.buffer.size=16777216',
    // Of a property that is there twice, the last counts.
    ...Object.entries(over).map(([name, value]) => `${name}=${value}`), '',
  ].join('\n');
}

/** True when somebody accepts connections there. */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
