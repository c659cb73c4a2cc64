import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { bundlePath, formatVerifierKey, openCheckpoint, tilePath, type Checkpoint } from '@countersign/merkle';
import { node } from '../../../packages/merkle/src/testing/naive-tree.ts';
import { readTopic } from '../../../tests/harness/topics.ts';
import { readLogKeys } from '../log/keys.ts';
import type { TestLog } from './log-world.ts';

type Row = {
  log_index: string; leaf_hash: Buffer; recorded_us: string; event_id: string; topic: string; partition: number; log_offset: string; record: string; occurred_at: string; published_at: string | null; system: string | null;
  decision_id: string | null; decision_type: string | null; actor: string | null; policy_version: string | null; kind: string | null; reviewer: string | null; payload_kind: string; value_digest: Buffer | null; payload: Buffer | null; sealed: Buffer | null; batch: string;
};

const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const number = (text: string | null) => (text === null ? null : Number(text));

/** The bytes of a leaf, told from the row alone, with another library. */
function canonicalBytes(row: Row): Buffer {
  const kept = row.payload ?? row.sealed;
  const text = canonicalize({
    eventId: row.event_id, topic: row.topic, partition: row.partition, offset: Number(row.log_offset), record: row.record, occurredAt: Number(row.occurred_at), publishedAt: number(row.published_at), recordedAt: Number(row.recorded_us),
    system: row.system, decisionId: row.decision_id, decisionType: row.decision_type, actor: row.actor, policyVersion: row.policy_version, kind: row.kind, reviewer: row.reviewer, valueDigest: row.value_digest?.toString('hex') ?? null, payload: row.payload_kind,
    payloadSha256: kept === null ? null : sha256(kept).toString('hex'),
  });
  return Buffer.from(text ?? '');
}

/** Root over [start, end), by the definition of RFC 6962; `known` holds what was computed before. */
function naiveRoot(leaves: readonly Buffer[], start: number, end: number, known: Map<string, Buffer>): Buffer {
  if (end - start === 0) return sha256();
  if (end - start === 1) return leaves[start] ?? Buffer.alloc(0);
  const key = `${start}:${end}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  let k = 1;
  while (k * 2 < end - start) k *= 2;
  const root = node(naiveRoot(leaves, start, start + k, known), naiveRoot(leaves, start + k, end, known));
  known.set(key, root);
  return root;
}

/**
 * Everything that must hold of a log, computed anew from its rows: every row that was announced has one place, places have no gap, leaves are what the
 * rows say, rows of a partition are in order, every checkpoint anywhere has the root of the rows under it, and tiles are what they must be.
 */
export async function checkLog(log: TestLog, { kafka = false, pending = 0 } = {}): Promise<{ size: number; checkpoints: Checkpoint[] }> {
  const rows = await log.world.asSuperuser<Row>(log.databaseName, `select l.log_index, l.leaf_hash, (extract(epoch from e.recorded_at) * 1000000)::bigint as recorded_us, e.*, c.sealed
    from audit.log_entries l left join audit.events e on e.recorded_at = l.recorded_at and e.event_id = l.event_id left join audit.contents c on c.recorded_at = l.recorded_at and c.event_id = l.event_id order by l.log_index`);
  const [counts] = await log.world.asSuperuser<Record<string, string>>(log.databaseName, `select (select count(*) from audit.events where batch is not null) as events, (select coalesce(sum(rows), 0) from audit.log_batches) as pending, size, anchored_size from audit.log_state`);
  assert.deepEqual(rows.map(({ log_index }) => Number(log_index)), rows.map((_, index) => index), 'places without gap');
  assert.equal(new Set(rows.map(({ event_id }) => event_id)).size, rows.length, 'no event twice');
  assert.deepEqual(counts, { events: String(rows.length + pending), pending: String(pending), size: String(rows.length), anchored_size: String(rows.length) }, 'every row has its place, and is anchored');
  requireOrder(rows);
  const entries = rows.map(canonicalBytes);
  const leaves = entries.map((entry) => sha256(Buffer.from([0]), entry));
  assert.deepEqual(rows.map(({ leaf_hash }) => leaf_hash.toString('hex')), leaves.map((leaf) => leaf.toString('hex')), 'leaves are what the rows say');
  const checkpoints = await requireCheckpoints(log, leaves, kafka);
  await requireTiles(log, leaves, entries);
  return { size: rows.length, checkpoints };
}

function requireOrder(rows: readonly Row[]): void {
  const last = new Map<string, number>();
  for (const { topic, partition, log_offset } of rows) {
    const place = `${topic}/${partition}`;
    assert.ok((last.get(place) ?? -1) < Number(log_offset), `${place} is in order at ${log_offset}`);
    last.set(place, Number(log_offset));
  }
}

/** Of the table, the anchor file, the folder and, if asked for, Kafka: all of one history, and the newest everywhere. */
async function requireCheckpoints(log: TestLog, leaves: readonly Buffer[], kafka: boolean): Promise<Checkpoint[]> {
  const { origin, keys } = await readLogKeys(log.config.keyFile);
  const known = new Map<string, Buffer>();
  const open = (note: string) => {
    const opened = openCheckpoint(note, { origin, logKeys: keys.map(({ verifier }) => verifier) });
    assert.ok(opened.ok, `${note} is signed by ${keys.map(({ verifier }) => formatVerifierKey(verifier)).join()}`);
    const { checkpoint } = opened.value;
    assert.ok(checkpoint.size <= leaves.length);
    assert.equal(Buffer.from(checkpoint.root).toString('hex'), naiveRoot(leaves, 0, checkpoint.size, known).toString('hex'), `root of ${checkpoint.size}`);
    return checkpoint;
  };
  const stored = (await log.world.asSuperuser<{ note: string }>(log.databaseName, 'select note from audit.checkpoints order by size')).map(({ note }) => open(note));
  const anchored = (await log.anchors()).map(open);
  const sizes = (checkpoints: readonly Checkpoint[]) => [...new Set(checkpoints.map(({ size }) => size))].sort((a, b) => a - b);
  assert.deepEqual(sizes(anchored), sizes(stored), 'the anchor file has every checkpoint');
  if (leaves.length > 0) assert.equal(stored.at(-1)?.size, leaves.length, 'the newest checkpoint covers everything');
  if (leaves.length > 0) assert.equal(open(await readFile(join(log.config.folder, 'checkpoint'), 'utf8')).size, leaves.length, 'the folder has the newest');
  if (kafka) {
    const published = (await readTopic(log.world.stack, 'audit.checkpointed')).filter(({ event }) => event.value.origin === origin);
    assert.deepEqual(sizes(published.map(({ event }) => open(event.value.checkpoint))), sizes(stored), 'Kafka has every checkpoint');
    assert.equal(new Set(published.map(({ record }) => record.value?.toString('hex'))).size, stored.length, 'a repeat has the same bytes');
  }
  return stored;
}

/** Every full tile, and the partial ones at the right edge; read as files, whatever our own reader does. */
async function requireTiles(log: TestLog, leaves: readonly Buffer[], entries: readonly Buffer[]): Promise<void> {
  const file = async (path: string) => (await readFile(join(log.config.folder, path))).toString('hex');
  let level = 0;
  for (let hashes: readonly Buffer[] = leaves; hashes.length > 0; level += 1) {
    const above: Buffer[] = [];
    for (let at = 0; at < hashes.length; at += 256) {
      const own = hashes.slice(at, at + 256);
      assert.equal(await file(tilePath({ level, index: at / 256, width: own.length })), Buffer.concat(own).toString('hex'), `tile ${level}/${at / 256}`);
      if (own.length === 256) above.push(naiveRoot(own, 0, 256, new Map()));
      if (level > 0) continue;
      const bundle = entries.slice(at, at + 256).flatMap((entry) => [Buffer.from([entry.length >> 8, entry.length & 255]), entry]);
      assert.equal(await file(bundlePath({ index: at / 256, width: own.length })), Buffer.concat(bundle).toString('hex'), `bundle ${at / 256}`);
    }
    hashes = above;
  }
}
