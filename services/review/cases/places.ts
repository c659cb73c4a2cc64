/** Where watched work waits: spread over the queues of its type as the ordinary hidden work is, so that a queue tells nothing. Pure. */

import { routes } from '@countersign/core';
import type { Case, Seniority } from './case.ts';

/** The part of a queue that the same people may work. */
export type Place = { queue: string; seniority: Seniority };

/** What was hidden there lately, and the time that ordinary work of it had from being accepted. */
export type PlaceLoad = Place & { ordinary: number; watched: number; spansUs: readonly number[] };

/** The queues that routing puts work of a type into. */
export function queuesOf(decisionType: string): string[] {
  return [...routes.filter((route) => route !== 'auto'), 'no-confidence'].map((ending) => `${decisionType}/${ending}`);
}

/** Nobody less experienced judges again than whoever judged first. */
export function mayWait({ route, queue }: Pick<Case, 'route' | 'queue'>, place: Place): boolean {
  if (route === 'auto' || route === 'standard' || place.seniority === 'senior') return true;
  return route === 'dual' && place.queue === queue;
}

/**
 * One of the places that are open to the work, by a uniform draw in [0, 1): as likely as it is behind its share of what is watched, the shares
 * being those of the ordinary hidden work of all places. Work that may not wait everywhere is made up for by what may. `null` where there is
 * no ordinary hidden work to go unnoticed among.
 */
export function choosePlace<L extends PlaceLoad>(loads: readonly L[], isOpen: (place: L) => boolean, draw: number): L | null {
  const open = loads.filter((load) => load.ordinary > 0 && isOpen(load));
  const ordinary = total(loads, (load) => load.ordinary);
  const watched = total(loads, (load) => load.watched) + 1;
  const behind = (load: L) => Math.max(0, (watched * load.ordinary) / ordinary - load.watched);
  return drawOne(open, total(open, behind) > 0 ? behind : (load) => load.ordinary, draw);
}

function drawOne<L>(items: readonly L[], weightOf: (item: L) => number, draw: number): L | null {
  let left = draw * total(items, weightOf);
  for (const item of items) {
    left -= weightOf(item);
    if (left < 0) return item;
  }
  return items.at(-1) ?? null;
}

function total<L>(items: readonly L[], weightOf: (item: L) => number): number {
  return items.reduce((sum, item) => sum + weightOf(item), 0);
}
