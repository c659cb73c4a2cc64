/** Gives selections their places. The draw is nobody's to foresee; what it gave is on record, with the selection and in the event of the task. */

import { randomInt } from 'node:crypto';
import type { Sql } from '../sql.ts';
import type { Case, Seniority } from './case.ts';
import { readPlaceLoads, setPlaces, staffedPlaces } from './place-store.ts';
import type { PlacedSelection } from './place-store.ts';
import type { Place, PlaceLoad } from './places.ts';
import { choosePlace, mayWait, queuesOf } from './places.ts';
import type { Selection } from './store.ts';

export type Selected = { item: Case; selection: Selection };
export type Placed = { item: Case; selection: PlacedSelection };

const drawMax = 2 ** 47;

/** Keeps the places of those that have none yet; answers all of them. Call with the decisions locked. */
export async function placeSelections(sql: Sql, selected: readonly Selected[]): Promise<Placed[]> {
  const placed = await place(sql, selected.filter(({ selection }) => selection.seniority === null));
  if (placed.length > 0) await setPlaces(sql, placed.map(({ selection }) => selection));
  return [...placed, ...selected.flatMap(({ item, selection: { seniority, ...rest } }) => (seniority === null ? [] : [{ item, selection: { ...rest, seniority } }]))];
}

/** Where the second judge, always a senior, sits: not where the first place was. */
export async function placeSecond(sql: Sql, { item, selection }: Selected): Promise<PlacedSelection> {
  const [placed] = await place(sql, [{ item, selection }], ({ seniority }) => seniority === 'senior');
  return placed === undefined || placed.selection.seniority !== 'senior' ? { ...selection, seniority: 'senior' } : placed.selection;
}

async function place(sql: Sql, selected: readonly Selected[], isFit: (place: Place) => boolean = () => true): Promise<Placed[]> {
  const placed: Placed[] = [];
  for (const [decisionType, alike] of Map.groupBy(selected, ({ item }) => item.decisionType)) {
    const loads = await readPlaceLoads(sql, queuesOf(decisionType));
    const staffed = new Set((await staffedPlaces(sql, alike.flatMap(({ item: { system, decisionId } }) => loads.map(({ queue, seniority }) => ({ system, decisionId, queue, seniority }))))).map(pairText));
    for (const { item, selection } of alike) {
      const chosen = choosePlace(loads, (load) => isFit(load) && mayWait(item, load) && staffed.has(pairText({ ...load, system: item.system, decisionId: item.decisionId })), randomInt(drawMax) / drawMax);
      if (chosen !== null) chosen.watched += 1;
      placed.push({ item, selection: { ...selection, ...(chosen === null ? ownPlace(item, selection) : placeIn(chosen, selection)) } });
    }
  }
  return placed;
}

/** With the time of a random one of the ordinary work there. */
function placeIn({ queue, seniority, spansUs }: PlaceLoad, { dueAfterUs }: Selection) {
  return { queue, seniority, dueAfterUs: spansUs.length === 0 ? dueAfterUs : (spansUs[randomInt(spansUs.length)] ?? dueAfterUs) };
}

/** Where nothing ordinary is hidden that it could go unnoticed among. */
function ownPlace({ route }: Case, { queue, dueAfterUs }: Selection) {
  const seniority: Seniority = route === 'senior' || route === 'dual' ? 'senior' : 'any';
  return { queue, seniority, dueAfterUs };
}

function pairText({ system, decisionId, queue, seniority }: Place & { system: string; decisionId: string }): string {
  return JSON.stringify([system, decisionId, queue, seniority]);
}
