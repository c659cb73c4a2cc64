/**
 * Gradient-boosted trees on binned features (Friedman 2001, logistic loss), judged out of fold by the area under the ROC curve. Small on
 * purpose: it only has to find what tells two kinds of work apart, and its own tests show that it does.
 */

import type { Random } from '../chaos/random.ts';

const bins = 32;
const depth = 3;
const learningRate = 0.15;
const ridge = 1;
const leafWeightMin = 4;

type Split = { feature: number; bin: number; left: Node; right: Node };
type Node = Split | { value: number };

/** Values of a feature as bin numbers 0 to `bins` - 1, by quantiles, so that scale and outliers mean nothing. */
function binned(column: Float64Array): Uint8Array {
  const sorted = Float64Array.from(column).sort();
  const edges = Array.from({ length: bins - 1 }, (_, index) => sorted[Math.floor(((index + 1) * sorted.length) / bins)] ?? 0);
  const steps = [...new Set(edges)];
  return Uint8Array.from(column, (value) => {
    let low = 0;
    let high = steps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value < (steps[middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}

/** What a classifier looks at: features in bins, without those that say the same as another, or nothing. Half of what stands in an answer stands in others too. */
export function binFeatures(features: readonly Float64Array[]): Uint8Array[] {
  const columns = features.map(binned);
  const byText = new Map(columns.map((column) => [Buffer.from(column.buffer).toString('latin1'), column]));
  return [...byText.values()].filter((column) => column.some((bin) => bin !== column[0]));
}

type Training = { columns: readonly Uint8Array[]; gradients: Float64Array; weights: Float64Array };

function leaf({ gradients, weights }: Training, rows: readonly number[]): Node {
  let gradient = 0;
  let weight = 0;
  for (const row of rows) {
    gradient += gradients[row] ?? 0;
    weight += weights[row] ?? 0;
  }
  return { value: gradient / (weight + ridge) };
}

function grow(training: Training, rows: readonly number[], left: number, features: readonly number[]): Node {
  if (left === 0 || rows.length < 2 * leafWeightMin) return leaf(training, rows);
  const best = bestSplit(training, rows, features);
  if (best === null) return leaf(training, rows);
  const column = training.columns[best.feature] ?? new Uint8Array();
  const lower = rows.filter((row) => (column[row] ?? 0) <= best.bin);
  const upper = rows.filter((row) => (column[row] ?? 0) > best.bin);
  return { ...best, left: grow(training, lower, left - 1, features), right: grow(training, upper, left - 1, features) };
}

const sums = new Float64Array(bins);
const masses = new Float64Array(bins);

function bestSplit({ columns, gradients, weights }: Training, rows: readonly number[], features: readonly number[]): { feature: number; bin: number } | null {
  let best: { feature: number; bin: number } | null = null;
  let bestGain = 1e-9;
  let sum = 0;
  let mass = 0;
  for (const row of rows) {
    sum += gradients[row] ?? 0;
    mass += weights[row] ?? 0;
  }
  for (const feature of features) {
    const column = columns[feature] ?? new Uint8Array();
    sums.fill(0);
    masses.fill(0);
    for (const row of rows) {
      const bin = column[row] ?? 0;
      sums[bin] = (sums[bin] ?? 0) + (gradients[row] ?? 0);
      masses[bin] = (masses[bin] ?? 0) + (weights[row] ?? 0);
    }
    let lowerSum = 0;
    let lowerMass = 0;
    for (let bin = 0; bin < bins - 1; bin += 1) {
      lowerSum += sums[bin] ?? 0;
      lowerMass += masses[bin] ?? 0;
      if (lowerMass < leafWeightMin / 4 || mass - lowerMass < leafWeightMin / 4) continue;
      const gain = lowerSum ** 2 / (lowerMass + ridge) + (sum - lowerSum) ** 2 / (mass - lowerMass + ridge) - sum ** 2 / (mass + ridge);
      if (gain > bestGain) {
        bestGain = gain;
        best = { feature, bin };
      }
    }
  }
  return best;
}

function valueAt(node: Node, columns: readonly Uint8Array[], row: number): number {
  let at = node;
  while ('feature' in at) at = (columns[at.feature]?.[row] ?? 0) <= at.bin ? at.left : at.right;
  return at.value;
}

/**
 * Scores every row by a model that did not see its fold. Rows of one group share a fold: what a model knows again is not what it found out. Each
 * tree looks at a third of the features, so that several weak hints are found beside one strong one.
 */
export function scoreOutOfFold(columns: readonly Uint8Array[], labels: readonly boolean[], random: () => number, groups: readonly string[] = labels.map((_, row) => String(row))): Float64Array {
  const folds = 5;
  const rounds = 60;
  const foldOfGroup = new Map([...new Set(groups)].map((group) => [group, Math.floor(random() * folds)]));
  const foldOf = groups.map((group) => foldOfGroup.get(group));
  const scores = new Float64Array(labels.length);
  for (let fold = 0; fold < folds; fold += 1) {
    const rows = [...labels.keys()].filter((row) => foldOf[row] !== fold);
    const share = rows.filter((row) => labels[row]).length / rows.length;
    const margins = new Float64Array(labels.length).fill(Math.log((share + 1e-6) / (1 - share + 1e-6)));
    const gradients = new Float64Array(labels.length);
    const weights = new Float64Array(labels.length);
    for (let round = 0; round < rounds; round += 1) {
      for (const row of rows) {
        const probability = 1 / (1 + Math.exp(-(margins[row] ?? 0)));
        gradients[row] = (labels[row] === true ? 1 : 0) - probability;
        weights[row] = probability * (1 - probability);
      }
      const looked = [...columns.keys()].filter(() => random() < 1 / 3);
      const tree = grow({ columns, gradients, weights }, rows, depth, looked);
      for (let row = 0; row < labels.length; row += 1) margins[row] = (margins[row] ?? 0) + learningRate * valueAt(tree, columns, row);
    }
    for (let row = 0; row < labels.length; row += 1) if (foldOf[row] === fold) scores[row] = margins[row] ?? 0;
  }
  return scores;
}

/**
 * The same labels, dealt anew: a group gets those of another whose rows are of the same strata. What still tells them apart afterwards is chance, or
 * what strata and groups differ in (permutation test: Good 2005, with blocks as units since rows of one group are not independent).
 */
export function labelsDealtAnew(labels: readonly boolean[], random: Random, groups: readonly string[], strata: readonly string[]): boolean[] {
  const dealt = [...labels];
  const stratum = (row: number) => strata[row] ?? '';
  const blocks = [...Map.groupBy(labels.keys(), (row) => groups[row] ?? '').values()].map((rows) => rows.sort((a, b) => stratum(a).localeCompare(stratum(b))));
  for (const alike of Map.groupBy(blocks, (rows) => JSON.stringify(rows.map(stratum))).values()) {
    const givers = random.shuffled(alike);
    for (const [index, rows] of alike.entries()) for (const [place, row] of rows.entries()) dealt[row] = labels[givers[index]?.[place] ?? row] === true;
  }
  return dealt;
}

/** Area under the ROC curve: the chance that a true row scores above a false one, ties counted half (Mann and Whitney 1947). */
export function areaUnderCurve(scores: ArrayLike<number>, labels: readonly boolean[]): number {
  const order = [...labels.keys()].sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let rankSum = 0;
  let positives = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && scores[order[end] ?? 0] === scores[order[start] ?? 0]) end += 1;
    const rank = (start + 1 + end) / 2;
    for (let index = start; index < end; index += 1) {
      if (labels[order[index] ?? 0] !== true) continue;
      rankSum += rank;
      positives += 1;
    }
    start = end;
  }
  const negatives = labels.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * The same over pairs of one group only: what the groups differ in tells nothing here. `error` is the standard error at one half, by the sum over
 * groups of the variances of their counts of pairs (van Elteren 1960, without his weights).
 */
export function areaWithinGroups(scores: ArrayLike<number>, labels: readonly boolean[], groups: readonly string[]): { area: number; error: number } {
  let won = 0;
  let pairs = 0;
  let variance = 0;
  for (const rows of Map.groupBy(labels.keys(), (row) => groups[row] ?? '').values()) {
    const own = rows.map((row) => labels[row] === true);
    const positives = own.filter(Boolean).length;
    const count = positives * (own.length - positives);
    if (count === 0) continue;
    won += count * areaUnderCurve(rows.map((row) => scores[row] ?? 0), own);
    pairs += count;
    variance += (count * (own.length + 1)) / 12;
  }
  return { area: won / pairs, error: Math.sqrt(variance) / pairs };
}

/** Standard error of an area of one half with that many of each (Mann and Whitney 1947). */
export function areaErrorAtHalf(positives: number, negatives: number): number {
  return Math.sqrt((positives + negatives + 1) / (12 * positives * negatives));
}
