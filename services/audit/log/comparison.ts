import { openCheckpoint, parseCheckpoint, parseNote, type Checkpoint, type VerifierKey } from '@countersign/merkle';

/**
 * The log contradicts what it published: an older copy of the database, or another history. Nothing is sequenced and nothing signed until a person has
 * looked, since every further signature would make it worse.
 */
export class RefusedLogError extends Error {
  override name = 'RefusedLogError';
}

const remedy = 'Nothing is signed. Bring back the newest state of the database, the anchor file and the tiles; docs/audit-log.md, "Restoring a backup", says what to do when it is lost.';

/** What the anchor file holds of this log, verified: lines of other origins are another log's. Throws `RefusedLogError` for one of ours that no key of ours signed. */
export function anchoredCheckpoints(notes: readonly string[], origin: string, keys: readonly VerifierKey[]): Checkpoint[] {
  return notes.filter((note) => originOf(note) === origin).map((note) => {
    const opened = openCheckpoint(note, { origin, logKeys: keys });
    if (!opened.ok) throw new RefusedLogError(`The anchor file holds a checkpoint of ${origin} that the keys of this log did not sign: ${opened.reason} ${remedy}`);
    return opened.value.checkpoint;
  });
}

export type Compared = {
  /** Of the anchor file. */
  anchored: readonly Checkpoint[];
  /** Those of the database with the same sizes. */
  stored: readonly Checkpoint[];
  newest: Checkpoint | null;
  size: number;
};

/** Throws `RefusedLogError` unless the database holds everything that was anchored, with the same roots. */
export function requireNoContradiction({ anchored, stored, newest, size }: Compared): void {
  const last = anchored.reduce((most, checkpoint) => Math.max(most, checkpoint.size), 0);
  if (last > size) throw new RefusedLogError(`The anchor file holds a checkpoint of ${last} records; the log in the database has ${size}: it was set back to an older state. ${remedy}`);
  for (const { size: at, root } of anchored) {
    const own = stored.find((checkpoint) => checkpoint.size === at);
    if (own === undefined) throw new RefusedLogError(`The database does not know the anchored checkpoint of ${at} records: it was set back and went on differently. ${remedy}`);
    if (!Buffer.from(own.root).equals(root)) throw new RefusedLogError(`The anchored checkpoint of ${at} records has another root than that of the database: two histories were signed. ${remedy}`);
  }
  if (newest !== null && newest.size > size) throw new RefusedLogError(`The database holds a checkpoint of ${newest.size} records, and ${size} entries: entries were taken away. ${remedy}`);
}

/** For what only shows in the entries themselves. */
export function contradiction(what: string): RefusedLogError {
  return new RefusedLogError(`${what} ${remedy}`);
}

function originOf(note: string): string | null {
  const parsed = parseNote(note);
  const checkpoint = parsed.ok ? parseCheckpoint(parsed.value.text) : parsed;
  return checkpoint.ok ? checkpoint.value.origin : null;
}
