import { BundleError } from '../bundle/format.ts';
import type { EvidenceSource } from '../bundle/read.ts';
import { hashesOf, isGrown, isIncluded, sameHash, Tree } from '../log/tree.ts';
import { tellVouched, vouchedSize, type Head, type Heads } from './checkpoints.ts';
import { parseObject } from './line.ts';
import type { Collector } from './report.ts';

/** Clocks of witnesses and exporters differ by less than this. */
const skewMs = 15 * 60_000;

/** Checks leaves against signed heads: the whole tree of a range, a proof each of a selection. */
export type LeafCheck = { add(index: number, leaf: Uint8Array, proof: string | null): void; finish(): void };

/** The check that fits the evidence. */
export function leafCheck(source: EvidenceSource, heads: Heads, found: Collector): LeafCheck {
  return source.kind === 'selection' ? new SelectionCheck(source, heads, found) : new RangeCheck(source, heads, found);
}

/**
 * Rebuilds the tree from the leaves and compares its root at the size of each signed head. That proves more than consistency proofs do: the
 * leaves are those that were signed, all of them, in their order.
 */
class RangeCheck implements LeafCheck {
  readonly #source: EvidenceSource;
  readonly #heads: Heads;
  readonly #found: Collector;
  readonly #targets: ReadonlyArray<Head & { held: boolean }>;
  readonly #tree: Tree;
  #next = 0;
  #goodSize: number;
  /** Leaves under a checkpoint that is known elsewhere too. */
  #vouched: number;
  #wrong = { own: false, held: false };

  constructor(source: EvidenceSource, heads: Heads, found: Collector) {
    [this.#source, this.#heads, this.#found] = [source, heads, found];
    const { first, frontier = [] } = source.manifest;
    const hashes = hashesOf(frontier);
    if (hashes === null || hashes.length !== [...first.toString(2)].filter((bit) => bit === '1').length) throw new BundleError('manifest.json lacks the hashes of the tree before its first record.');
    this.#tree = new Tree(first, hashes);
    this.#goodSize = first;
    this.#vouched = vouchedSize(heads);
    this.#targets = [...heads.own.map((head) => ({ ...head, held: false })), ...heads.held.map((head) => ({ ...head, held: true }))].filter(({ size }) => size >= first).sort((a, b) => a.size - b.size || Number(a.held) - Number(b.held));
    this.#compare();
  }

  add(_index: number, leaf: Uint8Array): void {
    this.#tree.add(leaf);
    this.#compare();
  }

  finish(): void {
    this.#found.check('leaves, hashed up to the roots of the signed checkpoints', this.#tree.size - this.#source.manifest.first);
    this.#finishOwn(this.#heads.own.at(-1));
    this.#finishHeld(this.#heads.held.at(-1));
    const { first } = this.#source.manifest;
    tellVouched(this.#found, Math.max(0, Math.min(this.#tree.size, this.#vouched) - first), this.#tree.size - first);
  }

  #compare(): void {
    for (let target = this.#targets[this.#next]; target?.size === this.#tree.size; target = this.#targets[this.#next]) {
      this.#next += 1;
      this.#found.check(target.held ? 'roots of checkpoints you hold, rebuilt from the leaves' : 'roots of checkpoints, rebuilt from the leaves');
      if (sameHash(this.#tree.root(), target.root)) {
        this.#goodSize = target.size;
        if (target.held) this.#vouched = Math.max(this.#vouched, target.size);
      } else this.#mismatch(target);
    }
  }

  /** Every later root differs too: the first one says where. */
  #mismatch({ size, held }: Head & { held: boolean }): void {
    if (this.#wrong[held ? 'held' : 'own'] || (held && this.#wrong.own)) return;
    this.#wrong[held ? 'held' : 'own'] = true;
    const place = `between index ${this.#goodSize} and ${size - 1}`;
    if (held) this.#found.find('log-forked', this.#goodSize, `the tree of ${size} records that you hold a checkpoint of`, `another tree; the histories part ${place}`);
    else this.#found.find('history-rewritten', this.#goodSize, `leaves that lead to the root of the signed checkpoint of ${size} records`, `others; leaves were changed ${place}`);
  }

  #finishOwn(newest: Head | undefined): void {
    const { size } = this.#tree;
    const { closing } = this.#source.manifest;
    if (newest === undefined || newest.size < size) return this.#unprotected(newest?.size ?? 0);
    if (newest.size === size || this.#wrong.own) return;
    const proof = closing === undefined ? null : hashesOf(closing);
    if (proof === null) return this.#found.find('tail-truncated', size, `${newest.size} records, as the newest checkpoint says`, `${size}`);
    this.#found.check('proof that the log goes on after the last record');
    if (!isGrown({ size, root: this.#tree.root() }, newest, proof)) this.#found.find('history-rewritten', this.#goodSize, `leaves that the checkpoint of ${newest.size} records goes on from`, `others, from index ${this.#goodSize} on`);
  }

  #unprotected(signedSize: number): void {
    const count = this.#tree.size - Math.max(signedSize, this.#source.manifest.first);
    if (count <= 0) return;
    const why = 'no checkpoint covers them yet, so that nothing protects them from a change';
    if (this.#source.kind === 'database') this.#found.note('records after the newest checkpoint', why, count);
    else this.#found.skip('records after the newest checkpoint', why, count);
  }

  #finishHeld(held: Head | undefined): void {
    const { manifest: { madeAt, first }, kind } = this.#source;
    const own = this.#heads.own.at(-1)?.size ?? 0;
    const known = new Set(this.#heads.own.map(({ size }) => size));
    const strange = this.#heads.held.filter(({ size }) => !known.has(size));
    const early = strange.filter(({ size }) => size < first).length;
    if (early > 0) this.#found.skip('checkpoints you hold of records before the first', 'the bundle does not say what the log was then', early);
    const late = strange.filter(({ size }) => size > this.#tree.size && size <= own).length;
    if (late > 0) this.#found.skip('checkpoints you hold of records after the last', 'the bundle has no checkpoint of as many, and its records end before', late);
    if (held === undefined || held.size <= Math.max(own, this.#tree.size)) return;
    const expected = `${held.size} records at least, as the checkpoint that you hold says`;
    const signedBefore = held.cosignedAtS !== null && held.cosignedAtS * 1000 + skewMs < Date.parse(madeAt);
    if (kind === 'database' || signedBefore) this.#found.find('log-rolled-back', this.#tree.size, expected, `${this.#tree.size}, and a newest checkpoint of ${own}`);
    else this.#found.skip('records up to the newest checkpoint that you hold', `it is of ${held.size} records, and the bundle ends before: it may be older than the checkpoint, or the log was cut off. Ask for the rest`, held.size - this.#tree.size);
  }
}

/** Each record by itself, in the newest checkpoint. That nothing was left out of a selection, nobody can prove. */
class SelectionCheck implements LeafCheck {
  readonly #heads: Heads;
  readonly #found: Collector;
  readonly #vouched: number;
  #counts = { all: 0, vouched: 0 };

  constructor(_source: EvidenceSource, heads: Heads, found: Collector) {
    [this.#heads, this.#found, this.#vouched] = [heads, found, vouchedSize(heads)];
    if (heads.own.length === 0) found.skip('records', 'the bundle has no checkpoint that the log signed');
    const known = new Set(heads.own.map(({ size }) => size));
    const strange = heads.held.filter(({ size }) => !known.has(size)).length;
    if (strange > 0) found.skip('checkpoints you hold', 'a selection has some checkpoints only, and none of their sizes', strange);
    found.note('what is not in the selection', 'nobody can prove that a selection is complete; a range is', 1);
  }

  add(index: number, leaf: Uint8Array, proof: string | null): void {
    this.#counts.all += 1;
    if (index < this.#vouched) this.#counts.vouched += 1;
    const head = this.#heads.own.at(-1);
    if (head === undefined) return;
    const hashes = proof === null ? null : hashesOf(parseObject(proof));
    if (hashes === null) return this.#found.find('bundle-damaged', index, 'an inclusion proof for each record of a selection', 'none');
    this.#found.check('inclusion proofs');
    if (!isIncluded(leaf, index, head, hashes)) this.#found.find('row-inserted', index, `a leaf of the tree of ${head.size} records`, 'no proof of that');
  }

  finish(): void {
    tellVouched(this.#found, this.#counts.vouched, this.#counts.all);
  }
}
