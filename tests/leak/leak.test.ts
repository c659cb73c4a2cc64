import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Random } from '../chaos/random.ts';
import { areaErrorAtHalf, areaUnderCurve, areaWithinGroups, scoreOutOfFold } from './classifier.ts';
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

beforeAll(async () => {
  const begunMs = performance.now();
  recording = await playWeeks(size, seed);
  Object.assign(figures, { playedSeconds: Math.round((performance.now() - begunMs) / 1000), exchanges: recording.exchanges.length });
  sightings = sightingsOf(recording.exchanges).filter(({ taskId, exchanges }) => (exchanges[0]?.at ?? 0) >= recording.warmUpEndsAt && recording.truth.has(taskId));
}, full ? 3_600_000 : 480_000);

afterAll(() => {
  console.log(JSON.stringify(figures));
});
const figures: Record<string, unknown> = { seed };

const truthOf = ({ taskId }: Sighting) => recording.truth.get(taskId) ?? { monitored: false, form: '', lane: '', place: '', decision: '' };
const isMonitored = (sighting: Sighting) => truthOf(sighting).monitored;
const hiddenOnes = () => sightings.filter((sighting) => truthOf(sighting).form === 'hidden');

function seededRandom(): () => number {
  const random = new Random(seed);
  return () => random.next();
}

type Judged = { table: FeatureTable; scores: Float64Array; labels: boolean[]; area: number; error: number };

/** How well a classifier tells the watched from the others. */
function judge(seen: readonly Sighting[]): Judged {
  const labels = seen.map(isMonitored);
  const table = featuresOf(seen);
  const scores = scoreOutOfFold(table.columns, labels, seededRandom(), seen.map((sighting) => truthOf(sighting).decision));
  const positives = labels.filter(Boolean).length;
  return { table, scores, labels, area: areaUnderCurve(scores, labels), error: areaErrorAtHalf(positives, labels.length - positives) };
}

/** Which single observations tell most: what to look at when a test below fails. */
function tellingOnes({ table: { names, columns }, labels }: Judged): Array<[name: string, area: number]> {
  const areas = columns.map((column, index) => [names[index] ?? '', areaUnderCurve(column, labels)] as [string, number]);
  return areas.sort(([, one], [, other]) => Math.abs(other - 0.5) - Math.abs(one - 0.5)).slice(0, 8);
}

/** What somebody would score who knows nothing but the form, the type and the queue, and how much is watched of each. */
function impliedArea(seen: readonly Sighting[]): number {
  const groups = seen.map((sighting) => `${truthOf(sighting).place} ${truthOf(sighting).form}`);
  const labels = seen.map(isMonitored);
  const shares = new Map([...Map.groupBy(labels.keys(), (row) => groups[row] ?? '')].map(([group, rows]) => [group, rows.filter((row) => labels[row]).length / rows.length]));
  return areaUnderCurve(groups.map((group) => shares.get(group) ?? 0), labels);
}

/** Enough of them to find what was planted, and each takes its time. */
const plantedMax = 1200;

/** The bound of the promise in the full run; fewer tasks leave more to chance. */
const allowed = (error: number) => (full ? 0.05 : Math.max(0.05, 3.5 * error));

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
    const hidden = hiddenOnes();
    const judged = judge(hidden);
    const monitored = judged.labels.filter(Boolean).length;
    const within = areaWithinGroups(judged.scores, judged.labels, hidden.map((sighting) => truthOf(sighting).place));
    Object.assign(figures, { hiddenArea: judged.area, hiddenError: judged.error, hiddenMonitored: monitored, hiddenOrdinary: judged.labels.length - monitored, hiddenAreaWithinQueues: within, hiddenImplied: impliedArea(hidden), telling: tellingOnes(judged) });
    expect(Math.abs(judged.area - 0.5)).toBeLessThanOrEqual(allowed(judged.error));
  });

  test('tells no more over all tasks than the shares imply that are hidden and watched by design', () => {
    const { area, error } = judge(sightings);
    const implied = impliedArea(sightings);
    Object.assign(figures, { area, error, implied });
    expect(area).toBeLessThanOrEqual(implied + allowed(error));
  });

  test.each(plantedLeaks.map((leak) => [leak.name, leak] as const))('a planted leak is caught: %s', (_name, leak) => {
    const leaking = hiddenOnes().slice(0, plantedMax).map((sighting) => (isMonitored(sighting) ? leak.spoil(sighting) : sighting));
    const { area, error } = judge(leaking);
    figures[leak.name] = area;
    expect(area).toBeGreaterThan(0.5 + allowed(error));
  });
});
