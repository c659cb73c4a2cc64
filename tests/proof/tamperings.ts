import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { encodeRecord, type CanonicalRecord, type FindingCode } from '@countersign/evidence';
import { emptyEdge, formatCheckpoint, formatNote, frontierOf, growTiles, hashLeaf, rootOf, signNote, type SigningKey } from '@countersign/merkle';
import { leafColumns } from '../../services/audit/log/store.ts';
import { TileFolder } from '../../services/audit/log/tile-folder.ts';
import type { Random } from '../chaos/random.ts';
import { keyOf } from './bundle.ts';
import type { ProofWorld } from './world.ts';

/** What a superuser does, what it is to be called, and what else may be said of it. `held`: whether it takes a checkpoint from elsewhere to see it. */
export type Tampering = { name: string; expected: FindingCode; also?: readonly FindingCode[]; held?: true; act(world: ProofWorld, random: Random): Promise<void> };

type Entry = { index: number; recordedAt: string; eventId: string };

const entries = (world: ProofWorld) => world.db.query<Entry>('select log_index as index, recorded_at::text as "recordedAt", event_id as "eventId" from log_entries order by log_index').then(({ rows }) => rows);
const placed = (entry: Entry): [string, string] => [entry.recordedAt, entry.eventId];
const at = 'recorded_at = $1::timestamptz and event_id = $2';

/** Some entry with one before and one after it. */
async function someEntry(world: ProofWorld, random: Random, where = 'true'): Promise<Entry> {
  const { rows } = await world.db.query<Entry>(`select l.log_index as index, l.recorded_at::text as "recordedAt", l.event_id as "eventId" from log_entries l join events e using (recorded_at, event_id)
    where ${where} and log_index > 0 and log_index < (select max(log_index) from log_entries) order by log_index`);
  return random.pick(rows);
}

/** Rows as they are now, as records. */
async function recordsOf(world: ProofWorld): Promise<Array<{ index: number; record: CanonicalRecord }>> {
  const { rows } = await world.db.query<CanonicalRecord & { index: number }>(`select l.log_index as index, e.* from log_entries l join lateral (select ${leafColumns} from events e where e.recorded_at = l.recorded_at and e.event_id = l.event_id) e on true order by 1`);
  return rows.map(({ index, ...record }) => ({ index, record }));
}

/** Makes the leaf hashes of the table those of the rows, from an index on. */
async function rehash(world: ProofWorld, from = 0): Promise<void> {
  for (const { index, record } of await recordsOf(world)) if (index >= from) await world.db.query('update log_entries set leaf_hash = $2 where log_index = $1 and leaf_hash <> $2', [index, hashLeaf(encodeRecord(record))]);
}

/** Makes tiles and entry bundles those of the rows too: a whole history of its own. */
async function retile(world: ProofWorld): Promise<void> {
  const { folder } = world.config;
  await rm(folder, { recursive: true });
  const all = (await recordsOf(world)).map(({ record }) => encodeRecord(record));
  const files = new TileFolder(folder);
  const { tiles } = growTiles(emptyEdge, all.map(hashLeaf));
  const bundles = Array.from({ length: Math.ceil(all.length / 256) }, (_, index) => ({ bundle: { index, width: Math.min(256, all.length - index * 256) }, entries: all.slice(index * 256, index * 256 + 256) }));
  await files.write(tiles, bundles);
}

/** Signs the checkpoints beyond a size anew, over the rows as they are now. */
async function resign(world: ProofWorld, key: SigningKey): Promise<void> {
  const leaves = (await recordsOf(world)).map(({ record }) => hashLeaf(encodeRecord(record)));
  const { rows } = await world.db.query<{ size: number }>('select size from checkpoints order by size');
  for (const { size } of rows) {
    const text = formatCheckpoint({ origin: world.keys.origin, size, root: rootOf(frontierOf(growTiles(emptyEdge, leaves.slice(0, size)).edge)), extensions: [] });
    await world.db.query('update checkpoints set note = $2 where size = $1', [size, formatNote({ text, signatures: [signNote(text, key)] })]);
  }
}

const textFields = ['system', 'decision_id', 'decision_type', 'actor', 'policy_version', 'kind', 'reviewer', 'record', 'topic'] as const;

async function editField(world: ProofWorld, random: Random, entry?: Entry): Promise<Entry> {
  const chosen = entry ?? await someEntry(world, random);
  const change = random.pick([...textFields.map((field) => `${field} = coalesce(${field}, '') || 'x'`), 'log_offset = log_offset + 1', 'partition = partition + 1', `value_digest = sha256(coalesce(value_digest, ''))`]);
  await world.db.query(`update events set ${change} where ${at}`, placed(chosen));
  return chosen;
}

async function editAll(world: ProofWorld, random: Random): Promise<void> {
  const { index } = await editField(world, random);
  await rehash(world, index);
  await retile(world);
}

async function backdate(world: ProofWorld, random: Random, column: 'occurred_at' | 'published_at'): Promise<void> {
  await world.db.query(`update events set ${column} = ${column} - ${random.between(60, 90_000)} * 1000000::bigint where ${at}`, placed(await someEntry(world, random)));
}

/** Moves a row to another instant, with its content, and with its entry where `along`. */
async function redate(world: ProofWorld, random: Random, along: boolean): Promise<void> {
  const entry = await someEntry(world, random, `recorded_at > now() - interval '12 hours'`);
  for (const table of ['contents', 'events', ...(along ? ['log_entries'] : [])]) await world.db.query(`update ${table} set recorded_at = recorded_at - interval '${random.between(60, 3000)} seconds' where ${at}`, placed(entry));
}

const shown = `e.record = 'ContentRecorded'`;

async function reseal(world: ProofWorld, entry: Entry, along: boolean): Promise<void> {
  const sealed = randomBytes(200);
  await world.db.query(`update contents set sealed = $3 where ${at}`, [...placed(entry), sealed]);
  if (along) await world.db.query(`update events set commitment = $3 where ${at}`, [...placed(entry), createHash('sha256').update(sealed).digest()]);
}

/** Takes the state of the database back to one of its own checkpoints, as a backup of then has it. */
async function restore(world: ProofWorld, random: Random): Promise<void> {
  const { rows } = await world.db.query<{ size: number }>('select size from checkpoints order by size desc offset 1');
  const { size } = random.pick(rows);
  await truncate(world, size);
  await world.db.query('delete from checkpoints where size > $1', [size]);
}

async function truncate(world: ProofWorld, size: number): Promise<void> {
  for (const table of ['contents', 'events']) await world.db.query(`delete from ${table} t using log_entries l where l.recorded_at = t.recorded_at and l.event_id = t.event_id and l.log_index >= $1`, [size]);
  await world.db.query('delete from log_entries where log_index >= $1', [size]);
  await world.db.query('update log_state set size = $1, anchored_size = $1', [size]);
}

async function dropDay(world: ProofWorld, random: Random, tables: readonly string[]): Promise<void> {
  const { rows } = await world.db.query<{ day: string }>(`select to_char(recorded_at at time zone 'UTC', 'YYYYMMDD') as day from events group by 1 having count(*) > 1 order by 1`);
  const { day } = random.pick(rows);
  for (const table of tables) await world.db.query(`drop table ${table}_${day}`);
}

/** A row like another, under an id of its own. */
async function insert(world: ProofWorld, random: Random, batch: string): Promise<void> {
  const columns = 'topic, partition, record, occurred_at, published_at, system, decision_id, decision_type, actor, policy_version, kind, reviewer, value_digest, payload_kind, payload, commitment';
  await world.db.query(`insert into events (recorded_at, event_id, log_offset, batch, ${columns}) select recorded_at + interval '1 second', $3, log_offset + 1000, ${batch}, ${columns} from events where ${at}`, [...placed(await someEntry(world, random)), randomUUID()]);
}

async function swapPlaces(world: ProofWorld, random: Random): Promise<void> {
  const all = await entries(world);
  const [one, other] = random.shuffled(all).slice(0, 2);
  if (one === undefined || other === undefined) throw new Error('There are no two.');
  await world.db.query('update log_entries set log_index = -1 where log_index = $1', [one.index]);
  await world.db.query('update log_entries set log_index = $1 where log_index = $2', [one.index, other.index]);
  await world.db.query('update log_entries set log_index = $1 where log_index = -1', [other.index]);
}

/** Everything of two rows but what places them. */
async function swapRows(world: ProofWorld, random: Random): Promise<void> {
  const [one, other] = [await someEntry(world, random, `e.record = 'DecisionAccepted'`), await someEntry(world, random, `e.record = 'DecisionResolved'`)];
  const columns = ['topic', 'partition', 'log_offset', 'record', 'occurred_at', 'published_at', 'system', 'decision_id', 'decision_type', 'actor', 'policy_version', 'kind', 'reviewer', 'value_digest', 'payload_kind', 'payload', 'commitment'];
  const set = columns.map((column) => `${column} = o.${column}`).join(', ');
  await world.db.query(`update events e set ${set} from events o where (e.event_id = $1 and o.event_id = $2) or (e.event_id = $2 and o.event_id = $1)`, [one.eventId, other.eventId]);
}

async function fork(world: ProofWorld, random: Random, key: SigningKey): Promise<void> {
  await editAll(world, random);
  await resign(world, key);
}

const own = (world: ProofWorld): SigningKey => {
  const [key] = world.keys.keys;
  if (key === undefined) throw new Error('There is no key.');
  return key;
};

/** Everything that a superuser may try, with hashes left as they are and made to fit. */
export const tamperings: readonly Tampering[] = [
  { name: 'edit a field', expected: 'row-changed', act: async (world, random) => void (await editField(world, random)) },
  { name: 'edit a payload in the clear', expected: 'content-changed', act: async (world, random) => void (await world.db.query(`update events set payload = payload || '\\x00' where ${at}`, placed(await someEntry(world, random, 'e.payload is not null')))) },
  { name: 'edit a field and its leaf hash', expected: 'row-changed', also: ['index-changed'], act: async (world, random) => await rehash(world, (await editField(world, random)).index) },
  { name: 'edit a row and its neighbours, with their leaf hashes', expected: 'row-changed', also: ['index-changed', 'rows-swapped'], act: async (world, random) => {
    const { index } = await editField(world, random);
    for (const entry of (await entries(world)).filter((each) => Math.abs(each.index - index) === 1)) await editField(world, random, entry);
    await rehash(world);
  } },
  { name: 'edit a field, its leaf hash and all tiles', expected: 'history-rewritten', also: ['content-changed'], act: editAll },
  { name: 'delete a row', expected: 'row-missing', act: async (world, random) => void (await world.db.query(`delete from events where ${at}`, placed(await someEntry(world, random)))) },
  { name: 'delete a row, its content and its entry', expected: 'row-missing', act: async (world, random) => {
    const entry = await someEntry(world, random);
    for (const table of ['events', 'contents', 'log_entries']) await world.db.query(`delete from ${table} where ${at}`, placed(entry));
  } },
  { name: 'delete a row and close the gap', expected: 'row-missing', also: ['rows-swapped', 'tail-truncated', 'index-changed'], act: async (world, random) => {
    const entry = await someEntry(world, random);
    for (const table of ['events', 'contents', 'log_entries']) await world.db.query(`delete from ${table} where ${at}`, placed(entry));
    for (const { index } of (await entries(world)).filter((each) => each.index > entry.index)) await world.db.query('update log_entries set log_index = log_index - 1 where log_index = $1', [index]);
    await world.db.query('update log_state set size = size - 1, anchored_size = anchored_size - 1');
  } },
  { name: 'delete an entry of the index', expected: 'index-changed', act: async (world, random) => void (await world.db.query(`delete from log_entries where ${at}`, placed(await someEntry(world, random)))) },
  { name: 'edit a leaf hash', expected: 'index-changed', act: async (world, random) => void (await world.db.query('update log_entries set leaf_hash = sha256(leaf_hash) where log_index = $1', [(await someEntry(world, random)).index])) },
  { name: 'insert a row', expected: 'row-inserted', act: async (world, random) => await insert(world, random, 'null') },
  { name: 'insert a row into a batch that was sequenced', expected: 'row-inserted', act: async (world, random) => await insert(world, random, 'batch') },
  { name: 'insert a row in the place of another', expected: 'row-inserted', act: async (world, random) => void (await world.db.query(`insert into events select * from events where ${at}`, placed(await someEntry(world, random)))) },
  { name: 'insert a content beside another', expected: 'row-inserted', also: ['content-changed', 'presentation-changed'], act: async (world, random) => void (await world.db.query(`insert into contents (recorded_at, event_id, sealed) select recorded_at, event_id, '\\x0301' from contents where ${at}`, placed(await someEntry(world, random, `e.payload_kind = 'sealed'`)))) },
  { name: 'swap two places', expected: 'rows-swapped', also: ['index-changed', 'rule-offset-order', 'backdated'], act: swapPlaces },
  { name: 'swap two rows', expected: 'rows-swapped', also: ['content-changed', 'content-missing'], act: swapRows },
  { name: 'truncate the tail', expected: 'tail-truncated', act: async (world, random) => {
    const size = (await entries(world)).length;
    await truncate(world, size - random.between(1, 10));
  } },
  { name: 'truncate the tail, rows alone', expected: 'tail-truncated', act: async (world, random) => {
    const size = (await entries(world)).length;
    await world.db.query('delete from events e using log_entries l where l.recorded_at = e.recorded_at and l.event_id = e.event_id and l.log_index >= $1', [size - random.between(1, 10)]);
  } },
  { name: 'drop a partition', expected: 'partition-missing', act: async (world, random) => await dropDay(world, random, ['events', 'contents']) },
  { name: 'drop a partition of content', expected: 'content-missing', act: async (world, random) => await dropDay(world, random, ['contents']) },
  { name: 'restore a backup', expected: 'log-rolled-back', held: true, act: restore },
  { name: 'fork the log without its key', expected: 'checkpoint-unsigned', also: ['log-forked', 'content-changed'], held: true, act: async (world, random) => await fork(world, random, keyOf(world.keys.origin, 'ed25519', 77)) },
  { name: 'fork the log with its key', expected: 'log-forked', also: ['content-changed'], held: true, act: async (world, random) => await fork(world, random, own(world)) },
  { name: 'change a presentation', expected: 'presentation-changed', act: async (world, random) => await reseal(world, await someEntry(world, random, shown), false) },
  { name: 'change a presentation and its commitment', expected: 'presentation-changed', act: async (world, random) => await reseal(world, await someEntry(world, random, shown), true) },
  { name: 'change other content', expected: 'content-changed', act: async (world, random) => await reseal(world, await someEntry(world, random, `e.payload_kind = 'sealed' and not ${shown}`), random.chance(0.5)) },
  { name: 'delete content', expected: 'content-missing', act: async (world, random) => void (await world.db.query(`delete from contents where ${at}`, placed(await someEntry(world, random, `e.payload_kind = 'sealed'`)))) },
  { name: 'backdate an event', expected: 'backdated', act: async (world, random) => await backdate(world, random, 'occurred_at') },
  { name: 'backdate when it was published', expected: 'backdated', act: async (world, random) => await backdate(world, random, 'published_at') },
  { name: 'backdate a record', expected: 'backdated', act: async (world, random) => await redate(world, random, false) },
  { name: 'backdate a record with its entry and leaf hash', expected: 'backdated', also: ['index-changed'], act: async (world, random) => {
    await redate(world, random, true);
    await rehash(world);
  } },
];
