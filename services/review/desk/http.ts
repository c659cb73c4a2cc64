/** How things stand for the reviewer who asks. */

import type { FastifyPluginAsync } from 'fastify';
import { instant, isoOf, isoOrNull, waitingShape } from '../http-shapes.ts';
import type { ReviewHttp } from '../http-context.ts';
import { readStanding } from './standing.ts';

const standingShape = {
  200: {
    description: 'As of now',
    type: 'object',
    required: ['claims', 'claimsMax', 'available', 'judgedLastHour', 'softCapPerHour', 'activeMsSinceBreak', 'nudge', 'waiting', 'kept'],
    properties: {
      claims: { type: 'integer', description: 'Tasks you hold and have not judged; one fetched ahead does not count' },
      claimsMax: { type: 'integer' },
      available: { type: 'boolean' },
      judgedLastHour: { type: 'integer' },
      softCapPerHour: { type: ['integer', 'null'], description: 'Of the queue in which you are nearest to it; null while you judged nothing' },
      activeMsSinceBreak: { type: 'integer', description: 'Time at work since your last pause' },
      nudge: { type: ['string', 'null'], enum: ['break', 'cap', null], description: 'break: rest for a while. cap: you judge more an hour in one queue than is good. Advice: nothing is refused for it' },
      waiting: {
        ...waitingShape,
        required: [...waitingShape.required, 'queues'],
        properties: {
          ...waitingShape.properties,
          queues: { type: 'array', description: 'The same by queue', items: { ...waitingShape, required: ['queue', ...waitingShape.required], properties: { queue: { type: 'string', examples: ['digits.routing/standard'] }, ...waitingShape.properties } } },
        },
      },
      kept: {
        type: 'array',
        description: 'What you put aside, and what was handed to you, until then',
        items: {
          type: 'object',
          required: ['taskId', 'decisionType', 'dueAt', 'until', 'how'],
          properties: { taskId: { type: 'string', format: 'uuid' }, decisionType: { type: 'string' }, dueAt: instant, until: instant, how: { type: 'string', enum: ['held', 'reserved'] } },
        },
      },
    },
    examples: [{ claims: 1, claimsMax: 3, available: true, judgedLastHour: 14, softCapPerHour: 60, activeMsSinceBreak: 1_520_000, nudge: null,
      waiting: { open: 12, overdue: 0, nextDueAt: '2026-02-03T13:00:00.000Z', queues: [{ queue: 'digits.routing/standard', open: 12, overdue: 0, nextDueAt: '2026-02-03T13:00:00.000Z' }] },
      kept: [{ taskId: '6f0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11', decisionType: 'digits.routing', dueAt: '2026-02-03T13:00:00.000Z', until: '2026-02-03T09:20:00.000Z', how: 'held' }],
    }],
  },
} as const;

function withIso<W extends { nextDueAt: number | null }>(waiting: W) {
  return { ...waiting, nextDueAt: isoOrNull(waiting.nextDueAt) };
}

/** For their eyes only: nobody else is shown how fast somebody works. */
export function standingRoutes({ review, reviewer }: ReviewHttp): FastifyPluginAsync {
  return async (app) => {
    app.get(
      '/v1/reviews/me',
      { config: { permission: 'reviews.work' }, schema: { tags: ['reviews'], summary: 'How things stand for you', response: standingShape } },
      async (request) => {
        const { waiting, kept, ...standing } = await readStanding(review, await reviewer(request));
        return {
          ...standing,
          waiting: { ...withIso(waiting), queues: waiting.queues.map(withIso) },
          kept: kept.map((task) => ({ ...task, dueAt: isoOf(task.dueAt), until: isoOf(task.until) })),
        };
      },
    );
  };
}
