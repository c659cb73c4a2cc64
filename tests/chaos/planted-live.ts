import avro from 'avsc';
import kafkajs from 'kafkajs';
import pg from 'pg';
import { readEveryRecord, type RawRecord } from './checker/kafka-log.ts';
import type { Sources } from './checker/reader.ts';

const frameBytes = 5;

/** A second verdict, with other bytes, goes onto the real topic. */
export async function forgeVerdict(sources: Sources): Promise<void> {
  const topic = `${sources.prefix}decisions.resolved.v1`;
  const given: RawRecord[] = [];
  await readEveryRecord(sources, (record) => {
    if (record.topic === topic) given.push(record);
    return Promise.resolve();
  });
  const [first] = given;
  if (first === undefined || first.value === null) throw new Error('There is no verdict to forge.');
  const answer = (await (await fetch(`${sources.registry}/schemas/ids/${first.value.readUInt32BE(1)}`)).json()) as { schema: string };
  const type = avro.Type.forSchema(JSON.parse(answer.schema) as avro.Schema);
  const verdict = type.fromBuffer(first.value.subarray(frameBytes)) as { verdict: string };
  const value = Buffer.concat([first.value.subarray(0, frameBytes), type.toBuffer({ ...verdict, verdict: verdict.verdict === 'rejected' ? 'approved' : 'rejected' })]);
  const producer = new kafkajs.Kafka({ clientId: 'forger', brokers: [sources.kafka], logLevel: kafkajs.logLevel.NOTHING }).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, messages: [{ partition: first.partition, value }] });
  await producer.disconnect();
}

/** Somebody with all rights takes an event off the audit log: the triggers hold services back, not a superuser. */
export async function deleteAuditRow(sources: Sources): Promise<void> {
  await asSuperuser(sources, ['set session_replication_role = replica', `delete from audit.events where event_id = (select event_id from audit.events where topic = 'decisions.routed' order by event_id limit 1)`]);
}

/** The read model of intake says something else than was decided. */
export async function rewriteVerdictRow(sources: Sources): Promise<void> {
  await asSuperuser(sources, [`update intake.verdicts set verdict = 'modified' where (system, decision_id) = (select system, decision_id from intake.verdicts where basis = 'auto' order by decision_id limit 1)`]);
}

async function asSuperuser(sources: Sources, statements: readonly string[]): Promise<void> {
  const db = new pg.Client({ connectionString: sources.database });
  await db.connect();
  try {
    let changed = 0;
    for (const statement of statements) changed = (await db.query(statement)).rowCount ?? 0;
    if (changed !== 1) throw new Error(`One row was to be changed, not ${changed}.`);
  } finally {
    await db.end();
  }
}
