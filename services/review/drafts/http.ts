/** What a reviewer is writing, kept for them. */

import type { FastifyPluginAsync } from 'fastify';
import { done, fenceHeaders, instant, isoOf, isoOrNull, readFence, taskParams } from '../http-shapes.ts';
import type { TaskRoute } from '../http-shapes.ts';
import type { ReviewHttp } from '../http-context.ts';
import { draftsLeft, openDraft, saveDraft } from './drafts.ts';
import type { Draft } from './drafts.ts';

const tags = ['reviews'];
const optional = (maxLength: number) => ({ type: ['string', 'null'], maxLength }) as const;

const draftShape = {
  type: ['object', 'null'],
  additionalProperties: false,
  description: 'The fields of a judgement, as far as they are written; null where there is none',
  properties: {
    decision: optional(20),
    answer: optional(200),
    output: { type: ['object', 'null'], additionalProperties: false, properties: { label: optional(200), content: optional(200_000), mediaType: optional(200) } },
    reasonCodes: { type: 'array', maxItems: 20, items: { type: 'string', maxLength: 100 } },
    reasoning: { type: 'string', maxLength: 20_000 },
  },
} as const;

const draftExample = { decision: 'approve', reasonCodes: ['clear'], reasoning: 'The closed upper loop and' } as const;

const leftShape = {
  200: {
    description: 'Latest first',
    type: 'object',
    required: ['drafts'],
    properties: {
      drafts: {
        type: 'array',
        items: {
          type: 'object',
          required: ['taskId', 'decisionType', 'savedAt', 'open'],
          properties: { taskId: { type: 'string' }, decisionType: { type: 'string' }, savedAt: instant, open: { type: 'boolean', description: 'You could claim it again now' } },
        },
      },
    },
    examples: [{ drafts: [{ taskId: '6f0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11', decisionType: 'digits.routing', savedAt: '2026-02-03T09:03:12.000Z', open: true }] }],
  },
} as const;

/** Drafts are their author's alone, and go with the task. */
export function draftRoutes({ review, reviewer }: ReviewHttp): FastifyPluginAsync {
  return async (app) => {
    app.put<TaskRoute & { Body: { draft: Draft | null } }>(
      '/v1/reviews/tasks/:taskId/draft',
      {
        config: { permission: 'reviews.work' },
        schema: {
          tags,
          summary: 'Keep what you are writing',
          description: 'In place of what was kept before; null drops it. It stays when you lose the claim, until the task is judged or closed, and goes on no record.',
          params: taskParams,
          headers: fenceHeaders,
          body: { type: 'object', required: ['draft'], additionalProperties: false, properties: { draft: draftShape }, examples: [{ draft: draftExample }] },
          response: done,
        },
      },
      async (request, reply) => {
        await saveDraft(review, await reviewer(request), request.params.taskId, readFence(request.headers), request.body.draft);
        return await reply.code(204).send(null);
      },
    );

    app.get<TaskRoute>(
      '/v1/reviews/tasks/:taskId/draft',
      {
        config: { permission: 'reviews.work' },
        schema: {
          tags,
          summary: 'What you were writing',
          description: 'Also when the claim is gone.',
          params: taskParams,
          response: { 200: { description: 'Yours', type: 'object', required: ['draft', 'savedAt'], properties: { draft: draftShape, savedAt: { type: ['string', 'null'] } }, examples: [{ draft: draftExample, savedAt: '2026-02-03T09:03:12.000Z' }] } },
        },
      },
      async (request, reply) => {
        const { draft, savedAt } = await openDraft(review, await reviewer(request), request.params.taskId);
        reply.header('cache-control', 'no-store');
        return { draft, savedAt: isoOrNull(savedAt) };
      },
    );

    app.get(
      '/v1/reviews/drafts',
      { config: { permission: 'reviews.work' }, schema: { tags, summary: 'Drafts of tasks you lost', description: 'Claim the task again to go on, if it is open.', response: leftShape } },
      async (request) => {
        const drafts = await draftsLeft(review, await reviewer(request));
        return { drafts: drafts.map((draft) => ({ ...draft, savedAt: isoOf(draft.savedAt) })) };
      },
    );
  };
}
