import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Random } from '../chaos/random.ts';
import { areaUnderCurve, areaWithinGroups, binFeatures, labelsDealtAnew, scoreOutOfFold } from './classifier.ts';
import { featuresOf, sightingsOf } from './features.ts';
import type { FeatureTable, Sighting } from './features.ts';
import { plantedLeaks } from './planted-leaks.ts';
import { playWeeks } from './weeks.ts';
import type { Recording, Size } from './weeks.ts';

const full = process.env['COUNTERSIGN_TEST_FULL'] === '1';
const seed = Number(process.env['COUNTERSIGN_TEST_SEED'] ?? Date.now() % 1_000_000);
/** Full: with a weekend in it, and enough for more than 5,000 tasks after the first day, on which nothing is finished yet that could be watched. */
const size: Size = full ? { days: 8, decisionsPerDay: 1020 } : { days: 3, decisionsPerDay: 160 };

let recording: Recording;
let sightings: Sighting[];
let hidden: Judged;
let hiddenMost: number;
let plantedMost: number;

beforeAll(async () => {
  const begunMs = performance.now();
  recording = await playWeeks(size, seed);
  Object.assign(figures, { playedSeconds: Math.round((performance.now() - begunMs) / 1000), exchanges: recording.exchanges.length });
  sightings = sightingsOf(recording.exchanges).filter(({ taskId, exchanges }) => (exchanges[0]?.at ?? 0) >= recording.warmUpEndsAt && recording.truth.has(taskId));
  hidden = judge(hiddenOnes());
  hiddenMost = full ? 0.5 + allowed : chanceMax(hidden);
  plantedMost = full ? hiddenMost : chanceMax(judge(plantedIn(), leaks));
}, full ? 3_600_000 : 480_000);

afterAll(() => {
  console.log(JSON.stringify(figures));
});
const figures: Record<string, unknown> = { seed };

const truthOf = ({ taskId }: Sighting) => recording.truth.get(taskId) ?? { monitored: false, form: '', lane: '', place: '', decision: '' };
const isMonitored = (sighting: Sighting) => truthOf(sighting).monitored;
/**
 * Whose work a planted leak is in: all that is watched. In the small run that may be fifteen tasks, of which chance hides what is no more than a shift; there it is
 * every other decision, whether it is watched or not.
 */
const leaks = (sighting: Sighting) => (full ? isMonitored(sighting) : createHash('sha256').update(truthOf(sighting).decision).digest().readUInt8(0) % 2 === 0);
/** Where they are planted: among hidden tasks. The small run has a hundred of those, too few to tell a weak leak from chance in one run of thirty; there it is all tasks. */
const plantedIn = () => (full ? hiddenOnes() : sightings);
const hiddenOnes = () => sightings.filter((sighting) => truthOf(sighting).form === 'hidden');

/** What is open by design: the queue and the form. */
const stratumOf = (sighting: Sighting) => `${truthOf(sighting).place} ${truthOf(sighting).form}`;

type Judged = { seen: readonly Sighting[]; table: FeatureTable; columns: Uint8Array[]; scores: Float64Array; labels: boolean[]; area: number };

/** How well a classifier tells the watched from the others. */
function judge(seen: readonly Sighting[], isWatched: (sighting: Sighting) => boolean = isMonitored): Judged {
  const labels = seen.map(isWatched);
  const table = featuresOf(seen);
  const columns = binFeatures(table.columns);
  const random = new Random(seed);
  const scores = scoreOutOfFold(columns, labels, () => random.next(), seen.map((sighting) => truthOf(sighting).decision));
  return { seen, table, columns, scores, labels, area: areaUnderCurve(scores, labels) };
}

/**
 * The most that chance gives with so few tasks: what the classifier reaches when who is watched is dealt anew among those of one queue and form, and
 * three standard deviations. The standard error of an area is too small here: rows of one decision belong together, and so do those of one fold.
 */
function chanceMax({ seen, columns, labels }: Judged): number {
  const random = new Random(seed);
  const decisions = seen.map((sighting) => truthOf(sighting).decision);
  const strata = seen.map(stratumOf);
  const areas = Array.from({ length: 30 }, () => {
    const dealt = labelsDealtAnew(labels, random, decisions, strata);
    return areaUnderCurve(scoreOutOfFold(columns, dealt, () => random.next(), decisions), dealt);
  });
  const mean = areas.reduce((sum, area) => sum + area, 0) / areas.length;
  return mean + 3 * Math.sqrt(areas.reduce((sum, area) => sum + (area - mean) ** 2, 0) / (areas.length - 1));
}

/** Which single observations tell most: what to look at when a test below fails. */
function tellingOnes({ table: { names, columns }, labels }: Judged): Array<[name: string, area: number]> {
  const areas = columns.map((column, index) => [names[index] ?? '', areaUnderCurve(column, labels)] as [string, number]);
  return areas.sort(([, one], [, other]) => Math.abs(other - 0.5) - Math.abs(one - 0.5)).slice(0, 8);
}

/** What somebody would score who knows nothing but the form, the type and the queue, and how much is watched of each. */
function impliedArea(seen: readonly Sighting[]): number {
  const groups = seen.map(stratumOf);
  const labels = seen.map(isMonitored);
  const shares = new Map([...Map.groupBy(labels.keys(), (row) => groups[row] ?? '')].map(([group, rows]) => [group, rows.filter((row) => labels[row]).length / rows.length]));
  return areaUnderCurve(groups.map((group) => shares.get(group) ?? 0), labels);
}

/** Enough of them to find what was planted, and each takes its time. */
const plantedMax = 1200;

/** How far from what is open by design: the promise, kept in the full run. Fewer tasks leave more to chance. */
const allowed = 0.05;

describe(`what a reviewer's client observes, seed ${seed}`, () => {
  test('there was watched and ordinary work of both forms', () => {
    const kinds = new Set(sightings.map((sighting) => `${truthOf(sighting).lane} ${truthOf(sighting).form}`));
    const tasks = Map.groupBy(new Map(sightings.map((sighting) => [sighting.taskId, truthOf(sighting)])).values(), ({ lane, form, place }) => `${lane} ${form} ${place}`);
    Object.assign(figures, { tasks: Object.fromEntries([...tasks].map(([kind, own]) => [kind, own.length])), sightings: sightings.length });
    expect([...kinds]).toEqual(expect.arrayContaining(['primary shown', 'primary hidden', 'spot-check hidden', 're-review hidden', ...(full ? ['calibration hidden'] : [])]));
    expect(sightings.some(({ exchanges }) => exchanges.some(({ method }) => method === 'SSE'))).toBe(true);
    if (full) expect(new Set(sightings.map(({ taskId }) => taskId)).size).toBeGreaterThanOrEqual(5000);
  });

  test('does not tell monitored work from ordinary among hidden tasks', () => {
    const { seen, scores, labels, area } = hidden;
    const monitored = labels.filter(Boolean).length;
    const within = areaWithinGroups(scores, labels, seen.map((sighting) => truthOf(sighting).place));
    Object.assign(figures, { hiddenArea: area, hiddenMost, plantedMost, hiddenMonitored: monitored, hiddenOrdinary: labels.length - monitored, hiddenAreaWithinQueues: within, hiddenImplied: impliedArea(seen), telling: tellingOnes(hidden) });
    expect(area).toBeLessThanOrEqual(hiddenMost);
    // Worse than one half out of fold is nothing that could be used, but with thousands of tasks it would mean that this test does not work.
    if (full) expect(area).toBeGreaterThanOrEqual(0.5 - allowed);
  });

  test('tells no more over all tasks than the shares imply that are hidden and watched by design', () => {
    const judged = judge(sightings);
    const implied = impliedArea(sightings);
    const most = full ? implied + allowed : chanceMax(judged);
    Object.assign(figures, { area: judged.area, most, implied });
    expect(judged.area).toBeLessThanOrEqual(most);
  });

  test.each(plantedLeaks.map((leak) => [leak.name, leak] as const))('a planted leak is caught: %s', (_name, leak) => {
    const leaking = plantedIn().slice(0, plantedMax).map((sighting) => (leaks(sighting) ? leak.spoil(sighting) : sighting));
    const { area } = judge(leaking, leaks);
    figures[leak.name] = area;
    expect(area).toBeGreaterThan(plantedMost);
  });
});
