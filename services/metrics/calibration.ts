import type { Pool } from 'pg';
import { jeffreysInterval, rate } from '@countersign/core';
import { readPeople, readTypes } from './calibration-store.ts';
import type { OversightFilter } from './oversight-store.ts';

/**
 * How people judge where the truth is known. Somebody who is right no more often than the AI lets through, and leaves nearly
 * everything as it is when they see it, adds nothing to it. Whole counts, so that a rebuild gives the same.
 */
export async function calibrationReport(pool: Pool, filter: OversightFilter) {
  const [people, types] = await Promise.all([readPeople(pool, filter), readTypes(pool, filter)]);
  return {
    people: people.map((row) => ({
      reviewer: row.reviewer, decisionType: row.decisionType, exercises: row.exercises, right: row.right, ...share(row.right, row.exercises),
      aiRight: { exercises: row.aiRightExercises, right: row.aiRightRight, ...share(row.aiRightRight, row.aiRightExercises) },
      aiWrong: { exercises: row.aiWrongExercises, right: row.aiWrongRight, ...share(row.aiWrongRight, row.aiWrongExercises) },
      live: { judgements: row.liveJudgements, agreed: row.liveAgreed, ...share(row.liveAgreed, row.liveJudgements) },
    })),
    types,
  };
}

function share(count: number, total: number) {
  return { share: rate(count, total), interval: jeffreysInterval(count, total) };
}
