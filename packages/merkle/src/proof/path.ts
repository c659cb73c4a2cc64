import { splitOf, type LeafRange } from '../tree/subtree.ts';

/** The ranges whose hashes prove leaf `index` of a tree of `size`: PATH of RFC 6962, section 2.1.1, leaf to root. */
export function inclusionPath(index: number, size: number): LeafRange[] {
  const path: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      path.push({ start: middle, end });
      end = middle;
    } else {
      path.push({ start, end: middle });
      start = middle;
    }
  }
  return path.reverse();
}

/**
 * The ranges whose hashes prove that a tree of `to` leaves begins with the tree of its first `from`: PROOF of RFC 6962,
 * section 2.1.2; 0 < from < to. The old tree itself is left out where it is one of the ranges: its root is known.
 */
export function consistencyPath(from: number, to: number): LeafRange[] {
  const path: LeafRange[] = [];
  let [start, end] = [0, to];
  while (from < end) {
    const middle = start + splitOf(end - start);
    if (from <= middle) {
      path.push({ start: middle, end });
      end = middle;
    } else {
      path.push({ start, end: middle });
      start = middle;
    }
  }
  if (start > 0) path.push({ start, end });
  return path.reverse();
}
