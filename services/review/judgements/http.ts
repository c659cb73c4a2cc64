/** Judging, taking back, and a person's own history. */

import type { FastifyPluginAsync } from 'fastify';
import { etagOf, fenceHeaders, instant, isoOf, readFence, taskParams, words } from '../http-shapes.ts';
import type { TaskRoute } from '../http-shapes.ts';
import type { ReviewHttp } from '../http-context.ts';
import { readHistory } from './history.ts';
import type { Submission } from './judgement.ts';
import { submitJudgement, undoJudgement } from './submission.ts';

const tags = ['reviews'];

const judgementBody = {
  type: 'object',
  required: ['reasonCodes', 'reasoning', 'presentationDigest'],
  additionalProperties: false,
  properties: {
    decision: { type: 'string', enum: ['approve', 'reject', 'modify'], description: 'Where the proposal is shown; otherwise only `reject`, when no answer can be given' },
    answer: { type: 'string', maxLength: 200, description: 'Where the proposal is not shown: one of the answers' },
    output: {
      type: 'object',
      required: ['label'],
      additionalProperties: false,
      description: 'The changed output of a modification',
      properties: {
        label: words('One of the answers', '7', 200), content: { type: ['string', 'null'], maxLength: 200_000, description: 'Where a label does not say it all' },
        mediaType: { type: ['string', 'null'], minLength: 1, maxLength: 200, description: 'Of the content; that of the proposed output unless given' },
      },
    },
    reasonCodes: { type: 'array', maxItems: 20, uniqueItems: true, items: { type: 'string', maxLength: 100 }, description: "Codes of the policy that fit the decision" },
    reasoning: words('Why, in your own words', 'The upper loop is closed and the stroke ends left, so this is a nine.', 20_000),
    presentationDigest: { type: 'string', pattern: '^[0-9a-f]{64}$', description: 'The digest you reported painted' },
    activeMs: { type: 'integer', minimum: 0, maximum: 3_600_000, description: 'Focused time since the last heartbeat', default: 0 },
  },
  examples: [
    { decision: 'approve', reasonCodes: ['clear'], reasoning: 'The closed upper loop and straight tail make this plainly a nine.', presentationDigest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', activeMs: 9000 },
    { decision: 'modify', output: { label: '7' }, reasonCodes: ['misread'], reasoning: 'The bar on top and the straight stroke make this a seven, not a one.', presentationDigest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', activeMs: 9000 },
    { answer: '7', reasonCodes: ['clear'], reasoning: 'A horizontal bar and one slanted stroke, nothing closes: a seven.', presentationDigest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', activeMs: 9000 },
  ],
} as const;

const submittedShape = {
  202: {
    description: 'Taken; it becomes final at `finalAt` unless you undo it',
    type: 'object',
    required: ['judgementId', 'finalAt'],
    properties: {
      judgementId: { type: 'string', format: 'uuid' },
      finalAt: instant,
      revealed: { type: 'boolean', const: true, description: 'After the first answer of `first-judge-then-see`: it is final. Fetch the presentation again with the `etag` given here, and judge what it shows now' },
      etag: { type: 'string', description: 'Where `revealed`: what to send as If-Match from now on', examples: ['"2"'] },
    },
    examples: [
      { judgementId: '3f1c6a52-6f3e-4f55-9a3e-0d5b8a6f2c11', finalAt: '2026-02-03T09:04:05.000Z' },
      { judgementId: '3f1c6a52-6f3e-4f55-9a3e-0d5b8a6f2c11', finalAt: '2026-02-03T09:04:00.000Z', revealed: true, etag: '"2"' },
    ],
  },
} as const;

const undoneShape = {
  200: { description: 'Taken back; the task is yours again', type: 'object', required: ['etag', 'expiresAt'], properties: { etag: { type: 'string' }, expiresAt: instant }, examples: [{ etag: '"2"', expiresAt: '2026-02-03T09:09:00.000Z' }] },
} as const;

const historyShape = {
  200: {
    description: 'Newest first',
    type: 'object',
    required: ['judgements', 'next'],
    properties: {
      judgements: {
        type: 'array',
        items: {
          type: 'object',
          required: ['judgementId', 'taskId', 'decisionType', 'submittedAt', 'said', 'reasonCodes', 'reasoning', 'withdrawn'],
          properties: {
            judgementId: { type: 'string' },
            taskId: { type: 'string' },
            decisionType: { type: 'string' },
            submittedAt: instant,
            said: { type: 'string', description: 'The decision or the answer, as given' },
            firstSaid: { type: ['string', 'null'], description: 'In `first-judge-then-see` only: the answer given before the proposal was shown; null where none could be given' },
            reasonCodes: { type: 'array', items: { type: 'string' } },
            reasoning: { type: ['string', 'null'], description: 'Null once erased' },
            withdrawn: { type: 'boolean' },
          },
        },
      },
      next: { type: ['string', 'null'], description: 'Cursor of the next page' },
    },
    examples: [{
      judgements: [{
        judgementId: '3f1c6a52-6f3e-4f55-9a3e-0d5b8a6f2c11', taskId: '6f0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11', decisionType: 'digits.routing', submittedAt: '2026-02-03T09:04:00.000Z', said: 'approve', reasonCodes: ['clear'],
        reasoning: 'The closed upper loop and straight tail make this plainly a nine.', withdrawn: false,
      }],
      next: null,
    }],
  },
} as const;

/** Judgements are checked, fenced and recorded in one transaction; the answer is the same whatever kind of task it was. */
export function judgementRoutes({ review, reviewer }: ReviewHttp): FastifyPluginAsync {
  return async (app) => {
    app.post<TaskRoute & { Body: Submission & { activeMs: number } }>(
      '/v1/reviews/tasks/:taskId/judgement',
      { config: { permission: 'reviews.work' }, schema: { tags, summary: 'Judge', params: taskParams, headers: fenceHeaders, body: judgementBody, response: submittedShape } },
      async (request, reply) => {
        const { activeMs, ...submission } = request.body;
        const submitted = await submitJudgement(review, await reviewer(request), { taskId: request.params.taskId, fence: readFence(request.headers), submission, activeMs });
        const { judgementId, finalAt, revealedFence } = submitted;
        if (revealedFence === null) return await reply.code(202).send({ judgementId, finalAt: isoOf(finalAt) });
        const etag = etagOf(revealedFence);
        return await reply.code(202).header('etag', etag).send({ judgementId, finalAt: isoOf(finalAt), revealed: true, etag });
      },
    );

    app.post<TaskRoute>(
      '/v1/reviews/tasks/:taskId/undo',
      { config: { permission: 'reviews.work' }, schema: { tags, summary: 'Take the judgement back', description: 'Until it is final.', params: taskParams, headers: fenceHeaders, response: undoneShape } },
      async (request, reply) => {
        const undone = await undoJudgement(review, await reviewer(request), request.params.taskId, readFence(request.headers));
        reply.header('etag', etagOf(undone.fence));
        return { etag: etagOf(undone.fence), expiresAt: isoOf(undone.expiresAt) };
      },
    );

    app.get<{ Querystring: { after?: string; limit: number; decisionType?: string; from?: string; to?: string } }>(
      '/v1/reviews/history',
      {
        config: { permission: 'reviews.work' },
        schema: {
          tags,
          summary: 'Your own judgements',
          querystring: { type: 'object', additionalProperties: false, properties: { after: { type: 'string', maxLength: 200, description: '`next` of the page before' }, limit: { type: 'integer', minimum: 1, maximum: 200, default: 50, description: 'Judgements a page' },
            decisionType: { type: 'string', maxLength: 100, description: 'Of this decision type only', examples: ['digits.routing'] }, from: { ...instant, description: 'Judged at or after' }, to: { ...instant, description: 'Judged before' } } },
          response: historyShape,
        },
      },
      async (request) => {
        const { decisionType = null, from, to, after = null, limit } = request.query;
        const filter = { decisionType, from: microsOf(from), to: microsOf(to) };
        return await readHistory(review, await reviewer(request), after, limit, filter);
      },
    );
  };
}

function microsOf(instantText: string | undefined): number | null {
  return instantText === undefined ? null : Date.parse(instantText) * 1000;
}
