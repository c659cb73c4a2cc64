import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { PoolClient } from 'pg';
import { frameBytes, readStored } from '@countersign/contracts';
import { encodeRecord, writeBundle, type BundledCheckpoint, type BundledRecord, type ExtraFile, type Manifest } from '@countersign/evidence';
import { encodeBase64, hashLeaf, proveConsistency, proveInclusion, readFrontier, sameHash, tileWidth, type ReadTiles } from '@countersign/merkle';
import { ownerOf } from '../audited.ts';
import { checkpointOf, withCosignatures } from '../log/checkpoint.ts';
import { beginReading, everySchema } from '../log/evidence.ts';
import { newestCheckpoint, readCosignatures, readKeys } from '../log/store.ts';
import type { TileFolder } from '../log/tile-folder.ts';
import type { EventFilter } from '../searches/filter.ts';
import type { BoundedFile } from './bounded-file.ts';
import { readBounds, readChosen, readPlaces, readStretch, type BundleRow } from './bundle-store.ts';
import { firstSizeOf, readThinned } from '../log/checkpoints-store.ts';
import { ExportFailedError, type ExportFile, type ExportJob } from './job.ts';
import type { MakeDeps } from './make-deps.ts';
import { tilesOfTree } from './tiles.ts';

/** Rows in memory: each may have half a megabyte of content. */
const pageRows = 64;
/** Of the whole log every checkpoint, unless there are very many; of a part of it enough to date what is in it. */
const checkpointsMax = { whole: 20_000, part: 200 } as const;

type Chosen = { kind: 'range' | 'selection'; first: number; last: number; pages(): AsyncIterable<BundleRow[]> };

/** Writes the evidence of an export: what was chosen, with proofs up to the newest checkpoint; answers how many records. */
export async function writeBundleFile(deps: MakeDeps, writing: Writing): Promise<number> {
  const client = await deps.pool.connect();
  try {
    // Everything as of one instant, however long it takes.
    await beginReading(client);
    const newest = await newestCheckpoint(client);
    if (newest === null || newest.size === 0) throw new ExportFailedError('bundle-unavailable', 'The log has no checkpoint yet.');
    const { size, note } = newest;
    return await write({ ...deps, client, size, origin: checkpointOf(note).origin, readTiles: tilesOfTree(deps.folder.readTiles, size) }, writing);
  } finally {
    // The transaction ends with its connection, also where a cursor is still open.
    client.release(true);
  }
}

/** `size`: of the tree under the newest checkpoint, up to which everything is proven; `origin`: of the log that signed it. */
type Reading = MakeDeps & { client: PoolClient; size: number; origin: string; readTiles: ReadTiles };
type Writing = { job: ExportJob; filter: EventFilter; file: BoundedFile; others: readonly ExportFile[]; directory: string; onRecords(count: number): void };

async function write(reading: Reading, { job, filter, file, others, directory, onRecords }: Writing): Promise<number> {
  const chosen = await choose(reading, job, filter);
  let count = 0;
  async function* records(): AsyncGenerator<BundledRecord> {
    for await (const rows of chosen.pages()) {
      yield* await bundled(reading, rows, { disclose: job.disclose, proven: chosen.kind === 'selection' });
      count += rows.length;
      onRecords(count);
    }
  }
  const most = chosen.kind === 'range' && chosen.first === 0 ? checkpointsMax.whole : checkpointsMax.part;
  for await (const piece of writeBundle({ manifest: await manifestOf(reading, job, chosen), schemas: everySchema, checkpoints: checkpoints(reading, chosen.last, most), records: records(), extras: extras(others, directory) })) await file.write(piece);
  return count;
}

async function choose(reading: Reading, job: ExportJob, filter: EventFilter): Promise<Chosen> {
  const { client, size } = reading;
  if (job.kind === 'range') {
    const bounds = await readBounds(client, filter, size);
    if (bounds === null) throw new ExportFailedError('nothing-found', 'Nothing was recorded in that stretch of time that the log has a place for.');
    return { kind: 'range', ...bounds, pages: () => stretches(client, bounds.first, bounds.last) };
  }
  const places = job.kind === 'case' ? await placesOfCase(reading, filter) : await placesOf(client, filter, size);
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined) throw new ExportFailedError('nothing-found', 'The log has a place for nothing that matches.');
  return { kind: 'selection', first, last, pages: () => chosenRows(client, places) };
}

async function* stretches(client: PoolClient, first: number, last: number): AsyncGenerator<BundleRow[]> {
  for (let from = first; from <= last; from += pageRows) yield await readStretch(client, from, Math.min(last, from + pageRows - 1));
}

async function* chosenRows(client: PoolClient, places: readonly number[]): AsyncGenerator<BundleRow[]> {
  for (let at = 0; at < places.length; at += pageRows) yield await readChosen(client, places.slice(at, at + pageRows));
}

/** Places are numbers: ten million of them take less than a page of contents may. */
async function placesOf(client: PoolClient, filter: EventFilter, size: number): Promise<number[]> {
  const places: number[] = [];
  for await (const batch of readPlaces(client, filter, size, 10_000)) for (const place of batch) places.push(place);
  return places;
}

/** A case, and what the rules need to judge it: its policies, the people in it and what they were allowed, the keys that drew. */
async function placesOfCase({ client, size }: Reading, filter: EventFilter): Promise<number[]> {
  const own = await placesOf(client, { ...(filter.system === undefined ? {} : { system: filter.system }), ...(filter.decisionId === undefined ? {} : { decisionId: filter.decisionId }) }, size);
  const people = new Set<string>();
  const policies = new Set<string>();
  for await (const rows of chosenRows(client, own)) {
    for (const { row } of rows) {
      for (const person of [row?.actor, row?.reviewer]) if (person != null) people.add(person);
      if (row?.policyVersion != null) policies.add(row.policyVersion);
    }
  }
  const places = new Set(own);
  for (const policyVersion of policies) for (const place of await placesOf(client, { record: ['PolicyProposed', 'PolicyApproved', 'PolicyActivated', 'PolicyWithdrawn'], policyVersion }, size)) places.add(place);
  for (const place of await placesOf(client, { record: ['SamplingKeyChanged'] }, size)) places.add(place);
  for await (const rows of chosenRows(client, await placesOf(client, { record: ['PersonChanged'] }, size))) for (const { logIndex, bytes } of rows) if (bytes !== null && people.has(readStored('PersonChanged', bytes.subarray(frameBytes)).personId)) places.add(logIndex);
  return [...places].sort((a, b) => a - b);
}

async function manifestOf({ client, size, origin, readTiles }: Reading, job: ExportJob, { kind, first, last }: Chosen): Promise<Omit<Manifest, 'format'>> {
  const keys = (await readKeys(client)).filter((key) => key.origin === origin);
  const base64 = (hashes: readonly Uint8Array[]) => hashes.map((hash) => encodeBase64(hash));
  return {
    kind, origin, logKeys: keys.map(({ verifierKey }) => verifierKey), madeAt: new Date(job.startedAt ?? job.requestedAt).toISOString(), madeBy: job.requestedBy,
    filter: { exportId: job.exportId, kind: job.kind, ...job.filter, disclosed: job.disclose, reason: job.reason }, first, last,
    ...(kind === 'range' && first > 0 ? { frontier: base64((await readFrontier(readTiles, first)).hashes) } : {}),
    ...(kind === 'range' && last + 1 < size ? { closing: base64(await proveConsistency(readTiles, last + 1, size)) } : {}),
  };
}

async function* checkpoints({ client, size: newest, origin, readTiles }: Reading, last: number, max: number): AsyncGenerator<BundledCheckpoint> {
  let before = 0;
  const first = await firstSizeOf(client, origin, newest);
  for (const { size, note } of await readThinned(client, { first, newest, records: last + 1, max })) {
    const signatures = (await readCosignatures(client, size)).map(({ keyName: name, keyId, signature }) => ({ name, keyId, signature }));
    yield { note: withCosignatures(note, signatures), consistency: before === 0 ? [] : await proveConsistency(readTiles, before, size) };
    before = size;
  }
}

async function bundled({ vault, folder, size, readTiles }: Reading, rows: readonly BundleRow[], { disclose, proven }: { disclose: boolean; proven: boolean }): Promise<BundledRecord[]> {
  const sealed = disclose ? rows.filter(({ row }) => row?.payload === 'sealed') : [];
  const keys = await vault.keysOf(sealed.flatMap(({ row }) => (row === null ? [] : [ownerOf(row)])));
  const keyOf = new Map(sealed.map(({ logIndex }, at) => [logIndex, keys[at] ?? null]));
  const records: BundledRecord[] = [];
  for (const { logIndex, leafHash, row, bytes } of rows) {
    const leaf = (await leafAt(readTiles, logIndex, size)) ?? leafHash;
    const record = row === null ? null : encodeRecord(row);
    const changed = record === null || !sameHash(hashLeaf(record), leaf);
    const logged = changed ? await loggedAt(folder, logIndex, size) : undefined;
    records.push({ index: logIndex, leaf, record, payload: bytes, key: keyOf.get(logIndex) ?? null, ...(proven ? { proof: await proveInclusion(readTiles, logIndex, size) } : {}), ...(logged === undefined ? {} : { logged }) });
  }
  return records;
}

const blockOf = (index: number, size: number) => ({ index: Math.floor(index / tileWidth), width: Math.min(tileWidth, size - Math.floor(index / tileWidth) * tileWidth) });

/** From the tiles, which the tables cannot change. */
async function leafAt(readTiles: ReadTiles, index: number, size: number): Promise<Uint8Array | null> {
  const [tile] = await readTiles([{ level: 0, ...blockOf(index, size) }]);
  const at = (index % tileWidth) * 32;
  return tile === undefined || tile.length < at + 32 ? null : tile.subarray(at, at + 32);
}

/** What the log was given once, so that a report can say what became of it. */
async function loggedAt(folder: TileFolder, index: number, size: number): Promise<Uint8Array | undefined> {
  return (await folder.entries(blockOf(index, size)))?.[index % tileWidth];
}

function* extras(files: readonly ExportFile[], directory: string): Generator<ExtraFile> {
  for (const { name, bytes } of files) yield { name, bytes, content: createReadStream(join(directory, name)) as AsyncIterable<Uint8Array> };
}
