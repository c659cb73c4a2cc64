/** Handing a task over to a colleague. */

import type { FastifyPluginAsync } from 'fastify';
import { done, fenceHeaders, readFence, taskParams, words } from '../http-shapes.ts';
import type { TaskRoute } from '../http-shapes.ts';
import type { ReviewHttp } from '../http-context.ts';
import { colleaguesFor, handOver } from './hand-over.ts';

const tags = ['reviews'];

const colleaguesShape = {
  200: {
    description: 'By name',
    type: 'object',
    required: ['colleagues'],
    properties: {
      colleagues: {
        type: 'array',
        items: { type: 'object', required: ['personId', 'name', 'available'], properties: { personId: { type: 'string' }, name: { type: 'string' }, available: { type: 'boolean' } } },
      },
    },
    examples: [{ colleagues: [{ personId: 'maria', name: 'Maria Reis', available: true }] }],
  },
} as const;

/** Whoever takes over is told of nothing but the task. */
export function reservationRoutes({ review, reviewer }: ReviewHttp): FastifyPluginAsync {
  return async (app) => {
    app.get<TaskRoute>(
      '/v1/reviews/tasks/:taskId/colleagues',
      { config: { permission: 'reviews.work' }, schema: { tags, summary: 'Who could take it over', description: 'Those who work the queue of the task you hold.', params: taskParams, response: colleaguesShape } },
      async (request) => ({ colleagues: await colleaguesFor(review, await reviewer(request), request.params.taskId) }),
    );

    app.post<TaskRoute & { Body: { to: string; reason: string } }>(
      '/v1/reviews/tasks/:taskId/hand-over',
      {
        config: { permission: 'reviews.work' },
        schema: {
          tags,
          summary: 'Hand the task over to a colleague',
          description: 'Theirs alone for half an hour, and never longer than half of the time that is left; then anybody\'s. The reason goes on the record and is not shown to them.',
          params: taskParams,
          headers: fenceHeaders,
          body: {
            type: 'object',
            required: ['to', 'reason'],
            additionalProperties: false,
            properties: { to: { type: 'string', minLength: 1, maxLength: 200, description: 'One of the colleagues of the task', examples: ['maria'] }, reason: words('Why', 'She speaks the language of the letter.') },
            examples: [{ to: 'maria', reason: 'She speaks the language of the letter.' }],
          },
          response: done,
        },
      },
      async (request, reply) => {
        await handOver(review, await reviewer(request), request.params.taskId, readFence(request.headers), request.body);
        return await reply.code(204).send(null);
      },
    );
  };
}
