import { base64 } from './bundle.ts';
import type { Contents, Line } from './bundle.ts';
import type { SignedHead, SignedHeads } from './checkpoints.ts';
import { beginsWith, GrowingTree, hashList, isInTree, isSame } from './merkle.ts';
import { Damaged } from './report.ts';
import type { PlainReport } from './report.ts';

/** Records are written within seconds of their instant, their transactions end within minutes, and clocks differ: so much is no finding. Microseconds. */
const tolerance = 15 * 60_000_000;

/** That every line has its index, and every leaf its place in what was signed. */
export function checkLeaves(bundle: Contents, lines: readonly Line[], heads: SignedHeads, report: PlainReport): void {
  let before = bundle.first - 1;
  for (const { index } of lines) {
    if (bundle.kind === 'selection' ? index <= before : index !== before + 1) throw new Damaged(`The records have index ${index} after ${before}.`);
    before = index;
  }
  report.check('rows, each against its leaf', lines.length);
  if (bundle.kind === 'selection') checkSelection(lines, heads, report);
  else checkRange(bundle, lines, heads, report);
  if (bundle.end === null) report.find('bundle-damaged', null, 'end.json, which every bundle ends with', 'none: the bundle was cut off');
  else if (Number(bundle.end['records']) !== lines.length) report.find('bundle-damaged', null, `${String(bundle.end['records'])} records`, `${lines.length}`);
  if (before < bundle.last) report.find(bundle.kind === 'selection' ? 'bundle-damaged' : 'tail-truncated', before + 1, `records up to index ${bundle.last}`, `records up to index ${before}`);
}

/** How many records others than the log vouch for: those under a checkpoint that a witness signed, or that the auditor holds too. */
function tellVouched(lines: readonly Line[], size: number, report: PlainReport): void {
  const count = lines.filter(({ index }) => index < size).length;
  report.check('records under a checkpoint that a witness cosigned or that you hold', count);
  if (count < lines.length) report.note('records under no checkpoint that a witness cosigned or that you hold', 'whoever has the key of the log could have written another history of them', lines.length - count);
}

function vouchedSize({ own, held }: SignedHeads): number {
  const kept = new Map(held.map(({ size, root }) => [size, root]));
  const known = own.filter(({ size, root, cosignedAt }) => cosignedAt !== null || kept.get(size)?.equals(root) === true);
  return known.reduce((most, { size }) => Math.max(most, size), 0);
}

/** Each record by itself, in the newest checkpoint. That nothing was left out of a selection, nobody can prove. */
function checkSelection(lines: readonly Line[], { own, held }: SignedHeads, report: PlainReport): void {
  const newest = own.at(-1);
  if (newest === undefined) report.skip('records', 'the bundle has no checkpoint that the log signed');
  const known = new Set(own.map((head) => head.size));
  const strange = held.filter(({ size }) => !known.has(size)).length;
  if (strange > 0) report.skip('checkpoints you hold', 'a selection has some checkpoints only, and none of their sizes', strange);
  tellVouched(lines, vouchedSize({ own, held }), report);
  report.note('what is not in the selection', 'nobody can prove that a selection is complete; a range is');
  for (const { index, leaf, proof } of newest === undefined ? [] : lines) {
    const path = hashList(proof);
    if (path === null) report.find('bundle-damaged', index, 'an inclusion proof for each record of a selection', 'none');
    else report.check('inclusion proofs');
    if (path !== null && newest !== undefined && !isInTree(bytesOf(leaf), index, newest.size, newest.root, path)) report.find('row-inserted', index, `a leaf of the tree of ${newest.size} records`, 'no proof of that');
  }
}

/** Rebuilds the tree and compares its root at the size of each signed head: the leaves are those that were signed, all of them, in their order. */
function checkRange(bundle: Contents, lines: readonly Line[], { own, held }: SignedHeads, report: PlainReport): void {
  const { first, frontier } = bundle;
  const before = hashList(frontier);
  if (before?.length !== [...first.toString(2)].filter((bit) => bit === '1').length) throw new Damaged('manifest.json lacks the hashes of the tree before its first record.');
  const tree = new GrowingTree(first, before);
  const targets = [...own.map((head) => ({ ...head, isHeld: false })), ...held.map((head) => ({ ...head, isHeld: true }))].filter(({ size }) => size >= first).sort((a, b) => a.size - b.size || Number(a.isHeld) - Number(b.isHeld));
  // Where a root differs, every later one does: only the first of each kind is told.
  let [good, isRewritten, isForked, vouched] = [first, false, false, vouchedSize({ own, held })];
  const compare = () => {
    for (let [target] = targets; target?.size === tree.size; [target] = targets) {
      targets.shift();
      const { size, root, isHeld } = target;
      report.check(isHeld ? 'roots of checkpoints you hold, rebuilt from the leaves' : 'roots of checkpoints, rebuilt from the leaves');
      if (isSame(tree.root(), root)) {
        good = size;
        if (isHeld) vouched = Math.max(vouched, size);
      } else if (isHeld && !isForked && !isRewritten) {
        isForked = true;
        report.find('log-forked', good, `the tree of ${size} records that you hold a checkpoint of`, `another tree; the histories part between index ${good} and ${size - 1}`);
      } else if (!isHeld && !isRewritten) {
        isRewritten = true;
        report.find('history-rewritten', good, `leaves that lead to the root of the signed checkpoint of ${size} records`, `others; leaves were changed between index ${good} and ${size - 1}`);
      }
    }
  };
  compare();
  for (const { leaf } of lines) {
    tree.add(bytesOf(leaf));
    compare();
  }
  report.check('leaves, hashed up to the roots of the signed checkpoints', lines.length);
  checkEnd(bundle, tree, own.at(-1), isRewritten, good, report);
  checkHeldEnd(bundle, tree, own, held, report);
  tellVouched(lines, vouched, report);
}

/** Whether the log says that it goes on, or ends, where the records do. */
function checkEnd({ first, closing }: Contents, tree: GrowingTree, newest: SignedHead | undefined, isRewritten: boolean, good: number, report: PlainReport): void {
  const { size } = tree;
  const unsigned = size - Math.max(newest?.size ?? 0, first);
  if (newest === undefined || newest.size < size) {
    if (unsigned > 0) report.skip('records after the newest checkpoint', 'no checkpoint covers them yet, so that nothing protects them from a change', unsigned);
  } else if (newest.size > size && !isRewritten) {
    const proof = hashList(closing);
    if (proof === null) return report.find('tail-truncated', size, `${newest.size} records, as the newest checkpoint says`, `${size}`);
    report.check('proof that the log goes on after the last record');
    if (!beginsWith({ size, root: tree.root() }, newest, proof)) report.find('history-rewritten', good, `leaves that the checkpoint of ${newest.size} records goes on from`, `others, from index ${good} on`);
  }
}

/** Whether what the auditor holds is of more than the log now has: then its end was cut off, or it is an older one, or the bundle was made before. */
function checkHeldEnd({ first, madeAt }: Contents, { size }: GrowingTree, own: readonly SignedHead[], held: readonly SignedHead[], report: PlainReport): void {
  const known = new Set(own.map((head) => head.size));
  const strange = held.filter((head) => !known.has(head.size));
  const early = strange.filter((head) => head.size < first).length;
  if (early > 0) report.skip('checkpoints you hold of records before the first', 'the bundle does not say what the log was then', early);
  const [newest, signed] = [held.at(-1), own.at(-1)?.size ?? 0];
  const late = strange.filter((head) => head.size > size && head.size <= signed).length;
  if (late > 0) report.skip('checkpoints you hold of records after the last', 'the bundle has no checkpoint of as many, and its records end before', late);
  if (newest === undefined || newest.size <= Math.max(signed, size)) return;
  const wasBefore = newest.cosignedAt !== null && newest.cosignedAt + tolerance < Date.parse(madeAt) * 1000;
  if (wasBefore) report.find('log-rolled-back', size, `${newest.size} records at least, as the checkpoint that you hold says`, `${size}, and a newest checkpoint of ${signed}`);
  else report.skip('records up to the newest checkpoint that you hold', `it is of ${newest.size} records, and the bundle ends before: it may be older than the checkpoint, or the log was cut off. Ask for the rest`, newest.size - size);
}

/** Whether records were recorded in the order in which they stand, and before a witness signed them. Of rows that are as they were. Gives the latest instant. */
export function checkInstants(rows: ReadonlyArray<{ index: number; record: { recordedAt: number } }>, { own, held }: SignedHeads, report: PlainReport): number {
  const cosigned = [...own, ...held].flatMap(({ size, cosignedAt }) => (cosignedAt === null ? [] : [{ size, cosignedAt }])).sort((a, b) => a.size - b.size);
  let latest = 0;
  for (const { index, record: { recordedAt } } of rows) {
    if (recordedAt < latest - tolerance) report.find('backdated', index, `recorded about ${timeOf(latest)}, as what stands before it`, timeOf(recordedAt));
    latest = Math.max(latest, recordedAt);
    while ((cosigned[0]?.size ?? Infinity) <= index) cosigned.shift();
    const [next] = cosigned;
    if (next !== undefined && recordedAt > next.cosignedAt + tolerance) report.find('backdated', index, `recorded before ${timeOf(next.cosignedAt)}, when a witness signed it`, timeOf(recordedAt));
  }
  return latest;
}

/** Microseconds as people read them. */
export function timeOf(micros: number): string {
  const time = new Date(micros / 1000);
  return Number.isNaN(time.getTime()) ? String(micros) : time.toISOString();
}

function bytesOf(leaf: string): Buffer {
  return base64(leaf) ?? Buffer.from(leaf, 'base64');
}
