import { readFile } from 'node:fs/promises';
import type { PoolClient } from 'pg';
import type { VerifierKey } from '@countersign/merkle';
import { AnchorFile } from './anchor-file.ts';
import { announceCheckpoint, announceKeys, type Announcer } from './announcements.ts';
import { checkpointOf, signCheckpoint } from './checkpoint.ts';
import { anchoredCheckpoints, requireNoContradiction } from './comparison.ts';
import type { AuditLogConfig } from './config.ts';
import { parseLogKeys, storedVerifierKey, type LogKeys } from './keys.ts';
import { RecentRows } from './recent-rows.ts';
import { countOf, sequenceSome } from './sequencing.ts';
import { noFault, type AtStep } from './steps.ts';
import { insertCheckpoint, moveAnchoredSize, newestCheckpoint, readCheckpoints, readCheckpointsAfter, readKeys, readState, type StoredCheckpoint } from './store.ts';
import { openTree } from './takeover.ts';
import { TileFolder } from './tile-folder.ts';
import type { TreeWriter } from './tree-writer.ts';

export type SequencerDeps = { announcer: Announcer; config: AuditLogConfig; recent?: RecentRows; at?: AtStep };

/** More than this waits in memory for no signature: what is full goes to disk. */
const pendingMax = 16_384;
const anchorPage = 1000;

/**
 * The one who orders, stores and signs, as long as its connection holds the lock. After any error it MUST be dropped with that connection, and another
 * one opened: opening repairs whatever was cut off, and refuses what contradicts what was published.
 */
export class Sequencer {
  readonly #client: PoolClient;
  readonly #deps: SequencerDeps;
  readonly #at: AtStep;
  readonly #recent: RecentRows;
  readonly #folder: TileFolder;
  readonly #anchors: AnchorFile;
  readonly #tree: TreeWriter;
  #keysText: string;
  #keys: LogKeys;
  #signedSize: number;

  private constructor(client: PoolClient, deps: SequencerDeps, parts: { folder: TileFolder; anchors: AnchorFile; tree: TreeWriter; keysText: string; keys: LogKeys; signedSize: number }) {
    this.#client = client;
    this.#deps = deps;
    this.#at = deps.at ?? noFault;
    this.#recent = deps.recent ?? new RecentRows();
    this.#folder = parts.folder;
    this.#anchors = parts.anchors;
    this.#tree = parts.tree;
    this.#keysText = parts.keysText;
    this.#keys = parts.keys;
    this.#signedSize = parts.signedSize;
  }

  /** `client` MUST hold the lock. Throws `RefusedLogError` where the database contradicts the anchor file, the tiles or itself. */
  static async open(client: PoolClient, deps: SequencerDeps): Promise<Sequencer> {
    const { config, announcer, at } = deps;
    const keysText = await readFile(config.keyFile, 'utf8');
    const keys = parseLogKeys(keysText, config.keyFile);
    const anchors = new AnchorFile(config.anchorFile);
    const { size, anchoredSize } = await readState(client);
    const newest = await newestCheckpoint(client);
    const anchored = await compare(client, anchors, keys, size, newest);
    const folder = new TileFolder(config.folder, at);
    await folder.clean();
    const tree = await openTree(client, folder, newest === null ? null : checkpointOf(newest.note), size);
    await announceKeys(announcer, client, keys);
    const sequencer = new Sequencer(client, deps, { folder, anchors, tree, keysText, keys, signedSize: newest?.size ?? 0 });
    await sequencer.#anchorFrom(anchored);
    if (newest !== null && anchoredSize < newest.size) await sequencer.#announce(newest);
    return sequencer;
  }

  /** Entries there are. */
  get size(): number {
    return this.#tree.size;
  }

  /** Whether there is something to sign. */
  get grown(): boolean {
    return this.#tree.size > this.#signedSize;
  }

  /** Takes some of what waits; answers how many rows that were. */
  async sequence(): Promise<number> {
    const batches = await sequenceSome(this.#client, this.#tree.size, this.#recent, this.#at);
    for (const rows of batches) this.#tree.add(rows);
    if (this.#tree.pending >= pendingMax) await this.#tree.store();
    return countOf(batches);
  }

  /** Signs what there is and hands it out: first the tiles, then the checkpoint, then the anchors. Does nothing where nothing was added. */
  async publish(): Promise<void> {
    if (!this.grown) return;
    await this.#tree.store();
    await this.#at('tiles-written');
    const note = signCheckpoint(this.#keys, this.#tree.size, this.#tree.root());
    await this.#at('checkpoint-signed');
    // Fails where the lock is lost: what was signed then is known to nobody.
    const checkpoint = await insertCheckpoint(this.#client, this.#tree.size, note);
    await this.#at('checkpoint-inserted');
    this.#signedSize = checkpoint.size;
    await this.#anchors.append([note], () => this.#at('anchor-written'));
    await this.#at('anchored');
    await this.#announce(checkpoint);
  }

  /** Takes up a changed file of keys; throws where it is no good, and goes on with those it has. */
  async refreshKeys(): Promise<void> {
    const text = await readFile(this.#deps.config.keyFile, 'utf8');
    if (text === this.#keysText) return;
    const keys = parseLogKeys(text, this.#deps.config.keyFile);
    if (keys.origin !== this.#keys.origin) throw new RangeError(`${this.#deps.config.keyFile} names another origin than the log that runs: that begins a new log. Restart audit if it is meant.`);
    await announceKeys(this.#deps.announcer, this.#client, keys);
    this.#keys = keys;
    this.#keysText = text;
  }

  /** What was signed and did not reach the file. */
  async #anchorFrom(size: number): Promise<void> {
    for (let from = size; ; ) {
      const missing = await readCheckpointsAfter(this.#client, from, anchorPage);
      // An earlier log, under another name, is closed.
      await this.#anchors.append(missing.map(({ note }) => note).filter((note) => checkpointOf(note).origin === this.#keys.origin));
      from = missing.at(-1)?.size ?? from;
      if (missing.length < anchorPage) return;
    }
  }

  async #announce(checkpoint: StoredCheckpoint): Promise<void> {
    await this.#folder.writeCheckpoint(checkpoint.note);
    await this.#at('checkpoint-filed');
    await announceCheckpoint(this.#deps.announcer, checkpoint);
    await this.#at('published');
    await moveAnchoredSize(this.#client, checkpoint.size);
    await this.#at('anchored-size-moved');
  }
}

/** Holds the database to the anchor file; answers how far that file goes. */
async function compare(client: PoolClient, anchors: AnchorFile, { origin, keys }: LogKeys, size: number, newest: StoredCheckpoint | null): Promise<number> {
  const known = (await readKeys(client)).filter((key) => key.origin === origin).map(({ verifierKey }) => storedVerifierKey(verifierKey));
  const anchored = anchoredCheckpoints(await anchors.tail(), origin, distinctKeys([...keys.map(({ verifier }) => verifier), ...known]));
  const stored = await readCheckpoints(client, anchored.map((checkpoint) => checkpoint.size));
  requireNoContradiction({ anchored, stored: stored.map(({ note }) => checkpointOf(note)), newest: newest === null ? null : checkpointOf(newest.note), size });
  return anchored.reduce((most, checkpoint) => Math.max(most, checkpoint.size), 0);
}

function distinctKeys(keys: readonly VerifierKey[]): VerifierKey[] {
  return keys.filter(({ publicKey }, at) => !keys.slice(0, at).some((before) => before.publicKey.equals(publicKey)));
}
