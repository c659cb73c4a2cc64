/** How things stand for the reviewer who asks. */

import type { FastifyPluginAsync } from 'fastify';
import { isoOrNull, waitingShape } from '../http-shapes.ts';
import type { ReviewHttp } from '../http-context.ts';
import { readStanding } from './standing.ts';

const standingShape = {
  200: {
    description: 'As of now',
    type: 'object',
    required: ['claims', 'claimsMax', 'available', 'judgedLastHour', 'softCapPerHour', 'activeMsSinceBreak', 'nudge', 'waiting'],
    properties: {
      claims: { type: 'integer', description: 'Tasks you hold and have not judged; one fetched ahead does not count' },
      claimsMax: { type: 'integer' },
      available: { type: 'boolean' },
      judgedLastHour: { type: 'integer' },
      softCapPerHour: { type: ['integer', 'null'], description: 'Of the queue in which you are nearest to it; null while you judged nothing' },
      activeMsSinceBreak: { type: 'integer', description: 'Time at work since your last pause' },
      nudge: { type: ['string', 'null'], enum: ['break', 'cap', null], description: 'break: rest for a while. cap: you judge more an hour in one queue than is good. Advice: nothing is refused for it' },
      waiting: waitingShape,
    },
    examples: [{ claims: 1, claimsMax: 3, available: true, judgedLastHour: 14, softCapPerHour: 60, activeMsSinceBreak: 1_520_000, nudge: null, waiting: { open: 12, overdue: 0, nextDueAt: '2026-02-03T13:00:00.000Z' } }],
  },
} as const;

/** For their eyes only: nobody else is shown how fast somebody works. */
export function standingRoutes({ review, reviewer }: ReviewHttp): FastifyPluginAsync {
  return async (app) => {
    app.get(
      '/v1/reviews/me',
      { config: { permission: 'reviews.work' }, schema: { tags: ['reviews'], summary: 'How things stand for you', response: standingShape } },
      async (request) => {
        const { waiting, ...standing } = await readStanding(review, await reviewer(request));
        return { ...standing, waiting: { ...waiting, nextDueAt: isoOrNull(waiting.nextDueAt) } };
      },
    );
  };
}
