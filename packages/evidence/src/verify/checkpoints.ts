import { BundleError } from '../bundle/format.ts';
import { linesIn, type EvidenceSource } from '../bundle/read.ts';
import { openCheckpoint, type Keys } from '../log/note.ts';
import { hashesOf, isGrown, sameHash } from '../log/tree.ts';
import { parseObject } from './line.ts';
import type { Collector } from './report.ts';

/** Whom an auditor trusts, by keys from elsewhere than the bundle, and what they hold: notes of checkpoints, from an anchor file or a witness. */
export type Trust = Keys & { held: Iterable<string> };

/** The head of a tree that the log signed. `cosignedAtS`: seconds of the earliest cosignature of a trusted witness, where there is one. */
export type Head = { size: number; root: Uint8Array; cosignedAtS: number | null };

/** Signed heads: those of the log itself, and those kept elsewhere, each ascending by size. */
export type Heads = { own: Head[]; held: Head[] };

/**
 * Checks every checkpoint of the evidence: that the log signed it, and that each begins the next, hence all later ones; and those that are held against
 * them. Memory grows with the number of checkpoints (a root each), not with that of records.
 */
export async function checkCheckpoints(source: EvidenceSource, trust: Trust, found: Collector): Promise<Heads> {
  const own: Head[] = [];
  let [lines, before]: [number, Head | null] = [0, null];
  for await (const bytes of source.checkpoints()) {
    for (const text of linesIn(bytes)) {
      const line = parseObject(text);
      const note = line?.['checkpoint'];
      const consistency = hashesOf(line?.['consistency']);
      if (typeof note !== 'string' || consistency === null) throw new BundleError(`Line ${lines} of the checkpoints is none.`);
      const head = openHead(note, source, trust, found, `checkpoint ${lines} of the log`);
      lines += 1;
      // Of a database the roots are rebuilt from the leaves, which proves more. Where nobody signed a checkpoint, the chain begins anew.
      if (before !== null && head !== null && source.kind !== 'database') checkGrowth(before, head, consistency, found);
      if (head !== null) own.push(head);
      before = head;
    }
  }
  if (source.counts !== null && source.counts.checkpoints !== lines) found.find('bundle-damaged', null, `${source.counts.checkpoints} checkpoints`, `${lines}`);
  const held = openHeld(source, trust, found);
  compareHeld(own, held, found);
  if (trust.witnessKeys.length > 0 && ![...own, ...held].some(({ cosignedAtS }) => cosignedAtS !== null)) found.skip('cosignatures', 'no checkpoint has a signature of the witnesses whose keys were given');
  return { own, held };
}

/** A file that is kept beside one log after another has checkpoints of each. */
function openHeld(source: EvidenceSource, trust: Trust, found: Collector): Head[] {
  const held: Head[] = [];
  let [at, others] = [0, 0];
  for (const note of trust.held) {
    const ofAnother = note.includes('\n') && !note.startsWith(`${source.manifest.origin}\n`);
    const head = ofAnother ? null : openHead(note, source, trust, found, `checkpoint ${at} of those you hold`);
    if (head !== null) held.push(head);
    others += Number(ofAnother);
    at += 1;
  }
  const why = 'their first line names another log';
  if (others > 0 && others === at) found.skip('checkpoints you hold', why, others);
  else if (others > 0) found.note('checkpoints you hold', why, others);
  return held.sort((a, b) => a.size - b.size);
}

function openHead(note: string, { manifest: { origin } }: EvidenceSource, trust: Trust, found: Collector, what: string): Head | null {
  const opened = openCheckpoint(note, origin, trust);
  if (typeof opened === 'string') {
    found.find('checkpoint-unsigned', null, `${what}, signed by ${trust.logKeys.map(({ name }) => name).join(' or ')}`, `${opened} It reads: ${note.split('\n', 3).join(', ')}`);
    return null;
  }
  const { size, root, cosignedAtS } = opened;
  found.check('checkpoint signatures');
  if (cosignedAtS.length > 0) found.check('cosignatures of witnesses', cosignedAtS.length);
  const times = cosignedAtS.filter((time) => time > 0);
  return { size, root, cosignedAtS: times.length === 0 ? null : Math.min(...times) };
}

function checkGrowth(before: Head, head: Head, proof: readonly Uint8Array[], found: Collector): void {
  found.check('pairs of neighbouring checkpoints, consistent and so all of them');
  if (!isGrown(before, head, proof)) found.find('checkpoints-inconsistent', null, `a tree of ${head.size} records that begins with the ${before.size} of the checkpoint before`, before.size === head.size ? 'another tree of as many' : 'no proof of that');
}

/** The largest size at which the log signed what a witness cosigned, or what somebody holds too; 0 where there is none. */
export function vouchedSize({ own, held }: Heads): number {
  const kept = new Map(held.map((head) => [head.size, head.root]));
  return own.reduce((most, { size, root, cosignedAtS }) => (cosignedAtS !== null || sameHash(kept.get(size) ?? noHash, root) ? Math.max(most, size) : most), 0);
}

const noHash = new Uint8Array();

/** How many records others than the log vouch for. */
export function tellVouched(found: Collector, count: number, all: number): void {
  found.check('records under a checkpoint that a witness cosigned or that you hold', count);
  if (count < all) found.note('records under no checkpoint that a witness cosigned or that you hold', 'whoever has the key of the log could have written another history of them', all - count);
}

/** Two signed roots of one size are two histories, whatever else is in the evidence. */
function compareHeld(own: readonly Head[], held: readonly Head[], found: Collector): void {
  const roots = new Map(own.map((head) => [head.size, head.root]));
  for (const head of held) {
    const root = roots.get(head.size);
    if (root === undefined) continue;
    found.check('checkpoints you hold that the log has too');
    if (!sameHash(root, head.root)) found.find('log-forked', null, `the tree of ${head.size} records that you hold a checkpoint of`, 'another tree of as many, signed by the log too');
  }
}
