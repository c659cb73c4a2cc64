import { sql, type Kysely } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import type { TopicPartition } from '@countersign/kafka';

/** Another owner raised the epoch: this batch is theirs now, and nothing of ours may be written. */
export class LostOwnershipError extends Error {
  override name = 'LostOwnershipError';
}

/** The cluster was replaced under us: its offsets mean other records. */
export class ForeignClusterError extends Error {
  override name = 'ForeignClusterError';
}

/** Part of the first migration of every service that stores rows from Kafka. */
export async function createPositions(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table positions (
      group_id text not null,
      topic text not null,
      partition integer not null,
      cluster_id text not null,
      next_offset bigint not null,
      epoch bigint not null default 0,
      primary key (group_id, topic, partition)
    )`.execute(db);
}

/**
 * Where a group stands, decided by Postgres. Assignment raises the epoch; a batch moves its position in the transaction
 * of its rows, and only if epoch and offset are as it fetched them.
 */
export class PositionStore {
  readonly #pool: Pool;
  readonly #groupId: string;
  readonly #clusterId: string;
  readonly #epochs = new Map<string, number>();

  constructor(pool: Pool, groupId: string, clusterId: string) {
    this.#pool = pool;
    this.#groupId = groupId;
    this.#clusterId = clusterId;
  }

  /** Takes the partitions over and returns where to go on; a new partition starts at `low`. */
  async assign(partitions: ReadonlyArray<TopicPartition & { low: bigint }>): Promise<Array<TopicPartition & { offset: bigint }>> {
    const { rows } = await this.#pool.query<{ topic: string; partition: number; cluster_id: string; next_offset: number; epoch: number }>(
      `insert into positions as p (group_id, topic, partition, cluster_id, next_offset, epoch)
       select $1, t.topic, t.partition, $2, t.low, 1 from unnest($3::text[], $4::int[], $5::bigint[]) as t(topic, partition, low)
       order by t.topic, t.partition
       on conflict (group_id, topic, partition) do update set epoch = p.epoch + 1
       returning topic, partition, cluster_id, next_offset, epoch`,
      [this.#groupId, this.#clusterId, partitions.map(({ topic }) => topic), partitions.map(({ partition }) => partition), partitions.map(({ low }) => low.toString())],
    );
    for (const row of rows) {
      if (row.cluster_id !== this.#clusterId) {
        throw new ForeignClusterError(`The position of ${row.topic}/${row.partition} belongs to Kafka cluster ${row.cluster_id}, this is ${this.#clusterId}. Point the service at its cluster, or reset the positions of ${this.#groupId} on purpose.`);
      }
      this.#epochs.set(`${row.topic}/${row.partition}`, row.epoch);
    }
    return rows.map(({ topic, partition, next_offset }) => ({ topic, partition, offset: BigInt(next_offset) }));
  }

  /** MUST run in the transaction that wrote the batch's rows. Throws `LostOwnershipError` to roll it back. */
  async advance(client: PoolClient, { topic, partition }: TopicPartition, from: bigint, to: bigint): Promise<void> {
    const { rowCount } = await client.query({
      name: 'advance-position',
      text: `update positions set next_offset = $1
       where group_id = $2 and topic = $3 and partition = $4 and epoch = $5 and next_offset <= $6`,
      values: [to.toString(), this.#groupId, topic, partition, this.#epochs.get(`${topic}/${partition}`) ?? -1, from.toString()],
    });
    if (rowCount !== 1) throw new LostOwnershipError(`${this.#groupId} no longer owns ${topic}/${partition} at ${from}.`);
  }
}
