import { sql, type Kysely } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { LostOwnershipError, type TopicPartition } from '@countersign/kafka';
import { inTransaction } from './database.ts';

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
    // One transaction: an assignment that is refused has taken no partition from its owner.
    const rows = await inTransaction(this.#pool, async (client) => await this.#take(client, partitions));
    for (const { topic, partition, epoch } of rows) this.#epochs.set(`${topic}/${partition}`, epoch);
    return rows.map(({ topic, partition, next_offset }) => ({ topic, partition, offset: BigInt(next_offset) }));
  }

  async #take(client: PoolClient, partitions: ReadonlyArray<TopicPartition & { low: bigint }>) {
    const { rows } = await client.query<{ topic: string; partition: number; cluster_id: string; next_offset: number; epoch: number }>(
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
    }
    return rows;
  }

  /** MUST run in the transaction that wrote the rows of these records. Throws `LostOwnershipError` to roll it back. */
  async advance(client: PoolClient, moves: ReadonlyArray<TopicPartition & { from: bigint; to: bigint }>): Promise<void> {
    const moved = await this.#move(client, moves);
    if (moved !== moves.length) throw new LostOwnershipError(`${this.#groupId} no longer owns all of ${moves.map(({ topic, partition, from }) => `${topic}/${partition} at ${from}`).join(', ')}.`);
  }

  /**
   * Where partitions stand, by topic and partition: asked for after a transaction that failed, since a connection may end between the commit and its answer. Throws
   * `LostOwnershipError` where another owner took one over.
   */
  async read(partitions: readonly TopicPartition[]): Promise<Map<string, bigint>> {
    if (partitions.length === 0) return new Map();
    const { rows } = await this.#pool.query<{ topic: string; partition: number; next_offset: number }>(
      `select p.topic, p.partition, p.next_offset from positions p
       join unnest($2::text[], $3::int[], $4::bigint[]) as m(topic, partition, epoch) on p.topic = m.topic and p.partition = m.partition and p.epoch = m.epoch where p.group_id = $1`,
      [this.#groupId, partitions.map(({ topic }) => topic), partitions.map(({ partition }) => partition), this.#epochsOf(partitions)],
    );
    if (rows.length !== partitions.length) throw new LostOwnershipError(`${this.#groupId} no longer owns all of ${partitions.map(({ topic, partition }) => `${topic}/${partition}`).join(', ')}.`);
    return new Map(rows.map(({ topic, partition, next_offset }) => [`${topic}/${partition}`, BigInt(next_offset)]));
  }

  #epochsOf(partitions: readonly TopicPartition[]): number[] {
    return partitions.map(({ topic, partition }) => this.#epochs.get(`${topic}/${partition}`) ?? -1);
  }

  /** Moves those that are still ours, and still before where they would go: nothing was written that depends on them. */
  async follow(moves: readonly Move[]): Promise<void> {
    await this.#move(this.#pool, moves.map((move) => ({ ...move, from: move.to })));
  }

  async #move(connection: Pool | PoolClient, moves: ReadonlyArray<TopicPartition & { from: bigint; to: bigint }>): Promise<number> {
    const { rowCount } = await connection.query({
      name: 'advance-positions',
      text: `update positions p set next_offset = m.next
       from unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[]) as m(topic, partition, epoch, first, next)
       where p.group_id = $1 and p.topic = m.topic and p.partition = m.partition and p.epoch = m.epoch and p.next_offset <= m.first`,
      values: [this.#groupId, moves.map(({ topic }) => topic), moves.map(({ partition }) => partition), this.#epochsOf(moves), moves.map(({ from }) => from.toString()), moves.map(({ to }) => to.toString())],
    });
    return rowCount ?? 0;
  }
}

type Move = TopicPartition & { to: bigint };
const deferMs = 1000;

/**
 * Positions behind records that left no rows: nothing depends on them, but a restart should read little again, and must
 * not find the records gone. Stored a second later, or when the consumer ends.
 */
export class DeferredPositions implements AsyncDisposable {
  readonly #positions: PositionStore;
  readonly #moves = new Map<string, Move>();
  #timer: NodeJS.Timeout | undefined;

  constructor(positions: PositionStore) {
    this.#positions = positions;
  }

  add(moves: readonly Move[]): void {
    for (const { topic, partition, to } of moves) this.#moves.set(`${topic}/${partition}`, { topic, partition, to });
    this.#timer ??= setTimeout(() => void this.#store(), deferMs).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    await this.#store();
  }

  async #store(): Promise<void> {
    this.#timer = undefined;
    const moves = [...this.#moves.values()];
    this.#moves.clear();
    // What could not be stored comes again after a restart, and leaves no rows again.
    if (moves.length > 0) await this.#positions.follow(moves).catch(() => undefined);
  }
}
