import type { PoolClient } from 'pg';
import { earlierSchemas, schemas, type RecordName } from '@countersign/contracts';
import { bundleFormat, encodeCheckpointLine, encodeRecord, encodeRecordLine, LiveRowCheck, recordOfEntry, type BundledRecord, type CanonicalRecord, type EvidenceSource } from '@countersign/evidence';
import type { Vault } from '@countersign/kit';
import { formatNote, hashLeaf, parseNote, sameHash, tileWidth } from '@countersign/merkle';
import { ownerOf } from '../audited.ts';
import { isOfLog } from './checkpoint.ts';
import { firstSizeOf } from './checkpoints-store.ts';
import * as store from './evidence-store.ts';
import { newestCheckpoint, readState } from './store.ts';
import { TileFolder } from './tile-folder.ts';

export { beginReading } from './evidence-store.ts';

/**
 * What live tables are read with. `folder`: that of the tiles, where there is one at hand: without it leaves are taken from the tables that are to be
 * checked, and what was changed of a row cannot be told. `vault`: without it content stays closed. `origin`: of the log, where its own checkpoints cannot say.
 */
export type DatabaseEvidence = { folder: string | null; vault: Pick<Vault, 'keysOf'> | null; origin: string };

/** Every Avro schema by record name, that of today first: what a bundle carries. */
export const everySchema: Readonly<Record<string, readonly unknown[]>> = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, [schema, ...(earlierSchemas[name as RecordName] ?? [])]]));

const pageRows = 1000;
/** More places than this without an entry are no gap, but another log. */
const gapMax = 1_000_000;

/**
 * The live tables of the log as evidence. `client` MUST be in a transaction that sees one instant (`beginReading`), until the evidence was read. Everything
 * comes as it is: whoever verifies finds what is wrong with it.
 */
export async function databaseEvidence(client: PoolClient, { folder, vault, origin }: DatabaseEvidence): Promise<EvidenceSource> {
  const { size } = await readState(client);
  const newest = await newestCheckpoint(client);
  const firstSize = newest !== null && isOfLog(newest.note, origin) ? await firstSizeOf(client, origin, newest.size) : 0;
  const reader = new EntryReader(client, folder === null ? null : new TileFolder(folder), vault, newest?.size ?? 0);
  return {
    kind: 'database',
    manifest: { format: bundleFormat, kind: 'range', origin, logKeys: [], madeAt: new Date().toISOString(), madeBy: 'countersign audit verify', filter: {}, first: 0, last: size - 1 },
    schemas: everySchema,
    counts: null,
    // Those of a log before it, in the same tables, are another's.
    checkpoints: () => checkpointLines(client, firstSize),
    records: () => reader.pieces(),
    rowCheck: (found) => new LiveRowCheck(found, async () => [...reader.doubles, ...(await store.readStrays(client))]),
  };
}

async function* checkpointLines(client: PoolClient, firstSize: number): AsyncGenerator<Buffer> {
  for (let after = firstSize - 1; ; ) {
    const notes = await store.readNotes(client, after, pageRows);
    const last = notes.at(-1);
    if (last === undefined) return;
    after = last.size;
    // Roots are rebuilt from the leaves, which proves more than consistency proofs would.
    yield bytesOf(notes.map(({ note, witnessed }) => encodeCheckpointLine({ note: witnessedNote(note, witnessed), consistency: [] })));
  }
}

function witnessedNote(note: string, witnessed: store.EvidenceNote['witnessed']): string {
  const parsed = parseNote(note);
  if (!parsed.ok || witnessed.length === 0) return note;
  return formatNote({ text: parsed.value.text, signatures: [...parsed.value.signatures, ...witnessed.map(({ name, keyId, signature }) => ({ name, keyId, signature: Buffer.from(signature, 'hex') }))] });
}

function bytesOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

/** Reads entry after entry, and says what is missing between them. */
class EntryReader {
  readonly #client: PoolClient;
  readonly #folder: TileFolder | null;
  readonly #vault: DatabaseEvidence['vault'];
  readonly #signedSize: number;
  /** Rows that have the place of another, as records. */
  readonly doubles: CanonicalRecord[] = [];
  #block: { index: number; hashes: Buffer | null } = { index: -1, hashes: null };

  constructor(client: PoolClient, folder: TileFolder | null, vault: DatabaseEvidence['vault'], signedSize: number) {
    [this.#client, this.#folder, this.#vault, this.#signedSize] = [client, folder, vault, signedSize];
  }

  async *pieces(): AsyncGenerator<Buffer> {
    let next = 0;
    for (;;) {
      const rows = await store.readEvidence(this.#client, next - 1, pageRows);
      if (rows.length === 0) break;
      const keys = await this.#keysOf(rows);
      const lines: string[] = [];
      for (const [at, row] of rows.entries()) {
        if (row.logIndex > next + gapMax) {
          yield bytesOf(lines);
          return;
        }
        for (; next < row.logIndex; next += 1) lines.push(await this.#goneLine(next));
        // Two rows in one place: the second has none of its own.
        if (row.logIndex < next) {
          if (row.row !== null) this.doubles.push(row.row);
          continue;
        }
        lines.push(await this.#line(row, keys[at] ?? null));
        next += 1;
      }
      yield bytesOf(lines);
    }
    // Tiles remember what the tables have no more.
    for (; this.#folder !== null && next < this.#signedSize; next += 1) yield bytesOf([await this.#goneLine(next)]);
  }

  async #line({ logIndex, leafHash, entryRecordedAt, entryEventId, row, bytes }: store.EvidenceRow, key: Buffer | null): Promise<string> {
    const leaf = (await this.#leafAt(logIndex)) ?? leafHash;
    const record = row === null ? null : encodeRecord(row);
    const sound = record !== null && sameHash(hashLeaf(record), leaf) && sameHash(leafHash, leaf);
    const entry = sound ? {} : { entry: { eventId: entryEventId, leaf: leafHash, recordedAt: entryRecordedAt } };
    return encodeRecordLine({ index: logIndex, leaf, record, payload: bytes, key, ...entry, ...(sound ? {} : await this.#loggedAt(logIndex)) });
  }

  async #goneLine(index: number): Promise<string> {
    return encodeRecordLine({ index, leaf: (await this.#leafAt(index)) ?? Buffer.alloc(32), record: null, payload: null, ...(await this.#loggedAt(index)) });
  }

  async #leafAt(index: number): Promise<Buffer | null> {
    const block = Math.floor(index / tileWidth);
    if (this.#block.index !== block) this.#block = { index: block, hashes: (await this.#folder?.tile({ level: 0, index: block, width: this.#widthOf(block) })) ?? null };
    const at = (index % tileWidth) * 32;
    const leaf = this.#block.hashes?.subarray(at, at + 32);
    return leaf?.length === 32 ? leaf : null;
  }

  async #loggedAt(index: number): Promise<Pick<BundledRecord, 'logged'>> {
    const block = Math.floor(index / tileWidth);
    const entries = (await this.#folder?.entries({ index: block, width: this.#widthOf(block) })) ?? null;
    const entry = entries?.[index % tileWidth];
    return entry !== undefined && recordOfEntry(entry) !== null ? { logged: entry } : {};
  }

  /** Of a tile in the tree of the newest checkpoint; a block beyond it has none. */
  #widthOf(block: number): number {
    return Math.min(tileWidth, Math.max(1, this.#signedSize - block * tileWidth));
  }

  async #keysOf(rows: readonly store.EvidenceRow[]): Promise<Array<Buffer | null>> {
    const owners = rows.map(({ row }) => (row?.payload === 'sealed' ? ownerOf(row) : null));
    const known = owners.filter((owner) => owner !== null);
    const keys = (await this.#vault?.keysOf(known)) ?? [];
    const byOwner = new Map(known.map((owner, at) => [owner, keys[at] ?? null]));
    return owners.map((owner) => (owner === null ? null : (byOwner.get(owner) ?? null)));
  }
}
