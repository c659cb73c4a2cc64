import { openCheckpoint, parseNote, sameHash, verifyConsistency, type OpenedCheckpoint, type VerifierKey } from '@countersign/merkle';
import { BundleError, type EvidenceSource } from '../bundle/read.ts';
import { hashesOf, parseObject } from './line.ts';
import type { Collector } from './report.ts';

/** Whom an auditor trusts, and what they hold. */
export type Trust = {
  /** Keys of the log, from elsewhere than the bundle; several while keys rotate. */
  logKeys: readonly VerifierKey[];
  witnessKeys: readonly VerifierKey[];
  /** Notes of checkpoints that were kept elsewhere: an anchor file, a witness's. */
  held: readonly string[];
};

/** The head of a tree that the log signed. `cosignedAtS`: seconds of the earliest cosignature of a trusted witness, where there is one. */
export type Head = { size: number; root: Uint8Array; cosignedAtS: number | null };

/** Signed heads: those of the log itself, and those kept elsewhere, each ascending by size. */
export type Heads = { own: Head[]; held: Head[] };

/**
 * Checks every checkpoint of the evidence: that the log signed it, and that each begins the next, hence all later ones; and those that are held against
 * them. Memory grows with the number of checkpoints (a root each), not with that of records.
 */
export async function checkCheckpoints(source: EvidenceSource, trust: Trust, found: Collector): Promise<Heads> {
  const { origin } = source.manifest;
  const own: Head[] = [];
  let [lines, before]: [number, Head | null] = [0, null];
  for await (const group of source.checkpoints()) {
    for (const text of group) {
      const line = parseObject(text);
      const note = line?.['checkpoint'];
      const consistency = hashesOf(line?.['consistency']);
      if (typeof note !== 'string' || consistency === null) throw new BundleError(`Line ${lines} of the checkpoints is none.`);
      lines += 1;
      const opened = openOwn(note, origin, trust, found, `checkpoint ${lines - 1} of the log`);
      // The next proof leads from this checkpoint: with one that nobody signed the chain begins anew.
      if (opened === null) { before = null; continue; }
      const head = headOf(opened);
      // Of a database the roots are rebuilt from the leaves, which proves more.
      if (before !== null && source.kind !== 'database') checkGrowth(before, head, consistency, found);
      own.push(head);
      before = head;
    }
  }
  if (source.counts !== null && source.counts.checkpoints !== lines) found.find('bundle-damaged', {}, `${source.counts.checkpoints} checkpoints`, `${lines}`);
  const held = openHeld(origin, trust, found);
  compareHeld(own, held, found);
  if (trust.witnessKeys.length > 0 && ![...own, ...held].some(({ cosignedAtS }) => cosignedAtS !== null)) found.skip('cosignatures', 'no checkpoint has a signature of the witnesses whose keys were given');
  return { own, held };
}

function openOwn(note: string, origin: string, trust: Trust, found: Collector, what: string): OpenedCheckpoint | null {
  const opened = openCheckpoint(note, { origin, logKeys: trust.logKeys, witnessKeys: trust.witnessKeys });
  if (!opened.ok) {
    found.find('checkpoint-unsigned', {}, `${what}, signed by ${trust.logKeys.map(({ name }) => name).join(' or ')}`, `${opened.reason} ${firstLines(note)}`);
    return null;
  }
  found.check('checkpoint signatures');
  if (opened.value.cosignatures.length > 0) found.check('cosignatures of witnesses', opened.value.cosignatures.length);
  return opened.value;
}

function headOf({ checkpoint: { size, root }, cosignatures }: OpenedCheckpoint): Head {
  const times = cosignatures.map(({ timestampS }) => timestampS ?? 0).filter((time) => time > 0);
  return { size, root, cosignedAtS: times.length === 0 ? null : Math.min(...times) };
}

function checkGrowth(before: Head, head: Head, proof: readonly Uint8Array[], found: Collector): void {
  found.check('pairs of neighbouring checkpoints, consistent and so all of them');
  const grown = verifyConsistency({ from: before.size, fromRoot: before.root, to: head.size, toRoot: head.root, proof });
  if (!grown.ok) found.find('checkpoints-inconsistent', {}, `a tree of ${head.size} records that begins with the ${before.size} of the checkpoint before`, grown.reason);
}

function openHeld(origin: string, trust: Trust, found: Collector): Head[] {
  const heads = trust.held.map((note, at) => openOwn(note, origin, trust, found, `checkpoint ${at} of those you hold`)).filter((opened) => opened !== null).map(headOf);
  return heads.sort((a, b) => a.size - b.size);
}

/** Two signed roots of one size are two histories, whatever else is in the evidence. */
function compareHeld(own: readonly Head[], held: readonly Head[], found: Collector): void {
  const roots = new Map(own.map((head) => [head.size, head.root]));
  for (const head of held) {
    const root = roots.get(head.size);
    if (root === undefined) continue;
    found.check('checkpoints you hold that the log has too');
    if (!sameHash(root, head.root)) found.find('log-forked', {}, `the tree of ${head.size} records that you hold a checkpoint of`, 'another tree of as many, signed by the log too');
  }
}

function firstLines(note: string): string {
  const parsed = parseNote(note);
  return parsed.ok ? `It reads: ${parsed.value.text.trimEnd().split('\n').join(', ')}.` : '';
}

/** Notes in a file that somebody kept: JSON lines with a member `checkpoint` (an anchor file, or a witness's), or one note. Throws a `BundleError` for anything else. */
export function notesIn(text: string, name: string): string[] {
  if (!text.trimStart().startsWith('{')) {
    if (parseNote(text).ok) return [text];
    throw new BundleError(`${name} is neither a checkpoint nor JSON lines of them.`);
  }
  // A line that was cut off when a disk was full stays in an anchor file, and is no evidence of anything.
  const notes = text.split('\n').map((line) => parseObject(line)?.['checkpoint']).filter((note) => typeof note === 'string');
  if (notes.length === 0) throw new BundleError(`${name} has no checkpoint in it.`);
  return notes;
}
