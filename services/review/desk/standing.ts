/** How things stand for one reviewer: what they hold, what waits for them, and whether they should rest. */

import { fatigueOf } from '@countersign/core';
import type { Fatigue, QueueLoad } from '@countersign/core';
import type { ReviewContext, ReviewPerson } from '../context.ts';
import { readPerson } from '../people/store.ts';
import { countClaims } from '../tasks/store.ts';
import { readNow } from '../timers/store.ts';
import * as store from './store.ts';
import type { LoadRow } from './store.ts';
import { waitingByQueue, waitingFor } from './waiting.ts';
import type { Waiting, WaitingQueue } from './waiting.ts';

export type Standing = Fatigue & { claims: number; claimsMax: number; available: boolean; waiting: Waiting & { queues: WaitingQueue[] }; kept: store.KeptTask[] };

const hourUs = 3_600_000_000;
/** Longer than anybody works without a pause. */
const lookbackUs = 4 * hourUs;

export async function readStanding(review: ReviewContext, person: ReviewPerson): Promise<Standing> {
  const now = await readNow(review.sql);
  const known = await readPerson(review.sql, person.personId);
  const worker = { ...person, queues: known?.queues ?? [] };
  const open = await store.readOpenTasks(review.sql);
  return {
    claims: await countClaims(review.sql, person.personId),
    claimsMax: known?.claimsMax ?? review.settings.claimsPerPersonMax,
    available: known?.available ?? false,
    ...(await readFatigue(review, person.personId, now)),
    waiting: { ...waitingFor(worker, open, now), queues: waitingByQueue(worker, open, now) },
    kept: await store.readKeptTasks(review.sql, person.personId, now),
  };
}

async function readFatigue(review: ReviewContext, personId: string, now: number): Promise<Fatigue> {
  const spells = await store.readSpells(review.sql, personId, now - lookbackUs);
  const loads = loadsByQueue(review, await store.readLoads(review.sql, personId, now - hourUs), now);
  const { breakAfterActiveMs, breakPauseMs } = review.settings;
  return fatigueOf(
    spells.map(({ fromAt, toAt, activeMs }) => ({ fromMs: Math.floor(fromAt / 1000), toMs: Math.floor(toAt / 1000), activeMs })),
    loads,
    Math.floor(now / 1000),
    { breakAfterActiveMs, pauseMs: breakPauseMs },
  );
}

/** A queue's cap is that of the policy now in force: that of the case judged last would tell an exercise or a re-review, which may be of an older one. */
function loadsByQueue(review: ReviewContext, rows: readonly LoadRow[], now: number): QueueLoad[] {
  const byQueue = new Map<string, QueueLoad>();
  for (const { queue, judged, decisionType } of rows) {
    const before = byQueue.get(queue)?.judgedLastHour ?? 0;
    byQueue.set(queue, { queue, judgedLastHour: before + judged, softCapPerHour: review.softCapOf(decisionType, now) ?? review.settings.softCapPerHour });
  }
  return [...byQueue.values()];
}
