/** `/v1/reviews/claims` and what the holder of a task does with it short of judging. */

import type { FastifyPluginAsync } from 'fastify';
import { claimShape, done, etagOf, fenceHeaders, instant, isoOf, readFence, taskParams, words } from '../http-shapes.ts';
import type { TaskRoute } from '../http-shapes.ts';
import type { ReviewHttp } from '../http-context.ts';
import type { Claim, ClaimOutcome } from './claims.ts';
import { beat, claimTask, escalateClaim, heldClaims, holdTask, releaseTask } from './claims.ts';

const tags = ['reviews'];

const claimBody = {
  type: ['object', 'null'],
  additionalProperties: false,
  properties: {
    taskId: { ...taskParams.properties.taskId, description: 'One particular task; without it the most pressing one' },
    prefetch: { type: 'boolean', default: false, description: 'Claim it ahead, while another is on your screen: one at most, for half a minute unless you send heartbeats, beside the cap. Report it painted to keep it' },
  },
  examples: [{}, { prefetch: true }],
} as const;

const claimExample = { taskId: '6f0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11', etag: '"1"', expiresAt: '2026-02-03T09:05:00.000Z', dueAt: '2026-02-03T13:00:00.000Z', decisionType: 'digits.routing', prefetched: false } as const;

const claimAnswer = {
  200: {
    description: 'claimed: it is yours. empty: nothing waits for you. all-claimed: others hold what you could do; ask again at `until`.',
    type: 'object',
    required: ['outcome'],
    properties: {
      outcome: { type: 'string', enum: ['claimed', 'empty', 'all-claimed'] },
      claim: claimShape,
      until: instant,
    },
    examples: [
      { outcome: 'claimed', claim: claimExample },
      { outcome: 'empty' },
      { outcome: 'all-claimed', until: '2026-02-03T09:02:10.000Z' },
    ],
  },
} as const;

/** Claiming, keeping and giving back tasks. */
export function claimRoutes({ review, reviewer }: ReviewHttp): FastifyPluginAsync {
  return async (app) => {
    app.post<{ Body: { taskId?: string; prefetch?: boolean } | null }>(
      '/v1/reviews/claims',
      { config: { permission: 'reviews.work' }, schema: { tags, summary: 'Claim the next task', description: 'What was handed over to you first; then what is due first, among the queues you are qualified for; the worse the possible harm, the earlier it counts as due.', body: claimBody, response: claimAnswer } },
      async (request, reply) => {
        const { taskId, prefetch = false } = request.body ?? {};
        const outcome = await claimTask(review, await reviewer(request), taskId, { prefetch });
        if (outcome.outcome === 'claimed') reply.header('etag', etagOf(outcome.claim.fence));
        return answerOf(outcome);
      },
    );

    app.get(
      '/v1/reviews/claims',
      {
        config: { permission: 'reviews.work' },
        schema: {
          tags,
          summary: 'Your claims',
          description: 'For a front end that was reloaded, or lost the answer to a claim. A judged one can still be undone.',
          response: { 200: { description: 'Oldest first', type: 'object', required: ['claims'], properties: { claims: { type: 'array', items: heldShape } }, examples: [{ claims: [{ ...claimExample, judged: false }] }] } },
        },
      },
      async (request) => {
        const held = await heldClaims(review, await reviewer(request));
        return { claims: held.map((claim) => ({ ...shapeOf(claim), judged: claim.judged })) };
      },
    );

    app.post<TaskRoute & { Body: { focused: boolean; activeMs: number } }>(
      '/v1/reviews/tasks/:taskId/heartbeat',
      {
        config: { permission: 'reviews.work' },
        schema: {
          tags,
          summary: 'Keep the claim',
          description: 'Send it every 15 s or so, also for a task fetched ahead, which it keeps for ten minutes at most. Time counts as active only while the window has focus.',
          params: taskParams,
          headers: fenceHeaders,
          body: {
            type: 'object',
            required: ['focused', 'activeMs'],
            additionalProperties: false,
            properties: { focused: { type: 'boolean' }, activeMs: { type: 'integer', minimum: 0, maximum: 3_600_000, description: 'Focused time since the last heartbeat' } },
            examples: [{ focused: true, activeMs: 14_800 }],
          },
          response: { 200: { description: 'Kept', type: 'object', required: ['expiresAt', 'activeMs'], properties: { expiresAt: instant, activeMs: { type: 'integer' } }, examples: [{ expiresAt: '2026-02-03T09:05:15.000Z', activeMs: 29_600 }] } },
        },
      },
      async (request) => {
        const kept = await beat(review, await reviewer(request), request.params.taskId, readFence(request.headers), request.body);
        return { expiresAt: isoOf(kept.expiresAt), activeMs: kept.activeMs };
      },
    );

    app.post<TaskRoute & { Body: { reason: string } }>(
      '/v1/reviews/tasks/:taskId/release',
      { config: { permission: 'reviews.work' }, schema: { tags, summary: 'Give the task back', params: taskParams, headers: fenceHeaders, body: withWords('reason', words('Why', 'I know the applicant.')), response: done } },
      async (request, reply) => {
        await releaseTask(review, await reviewer(request), request.params.taskId, readFence(request.headers), request.body.reason);
        return await reply.code(204).send(null);
      },
    );

    app.post<TaskRoute & { Body: { note: string } }>(
      '/v1/reviews/tasks/:taskId/escalate',
      { config: { permission: 'reviews.work' }, schema: { tags, summary: 'Hand the task to a senior', params: taskParams, headers: fenceHeaders, body: withWords('note', words('Why: on the record, and shown to the senior where the proposal is shown', 'The second page contradicts the first.')), response: done } },
      async (request, reply) => {
        await escalateClaim(review, await reviewer(request), request.params.taskId, readFence(request.headers), request.body.note);
        return await reply.code(204).send(null);
      },
    );

    app.post<TaskRoute & { Body: { reason: string; forMs: number } }>(
      '/v1/reviews/tasks/:taskId/hold',
      {
        config: { permission: 'reviews.work' },
        schema: {
          tags,
          summary: 'Put the task aside',
          description: 'Back in the queue after `forMs`, and never later than half of the time that is left.',
          params: taskParams,
          headers: fenceHeaders,
          body: {
            type: 'object',
            required: ['reason', 'forMs'],
            additionalProperties: false,
            properties: { reason: words('Why', 'Waiting for a call back.'), forMs: { type: 'integer', minimum: 1000, maximum: 7 * 86_400_000 } },
            examples: [{ reason: 'Waiting for a call back.', forMs: 900_000 }],
          },
          response: { 200: { description: 'Put aside', type: 'object', required: ['heldUntil'], properties: { heldUntil: instant }, examples: [{ heldUntil: '2026-02-03T09:20:00.000Z' }] } },
        },
      },
      async (request) => {
        const { reason, forMs } = request.body;
        const held = await holdTask(review, await reviewer(request), request.params.taskId, readFence(request.headers), forMs, reason);
        return { heldUntil: isoOf(held.heldUntil) };
      },
    );
  };
}

const heldShape = { ...claimShape, required: [...claimShape.required, 'judged'], properties: { ...claimShape.properties, judged: { type: 'boolean', description: 'Inside the undo window' } } };

function withWords(field: string, shape: ReturnType<typeof words>) {
  return { type: 'object', required: [field], additionalProperties: false, properties: { [field]: shape }, examples: [{ [field]: shape.examples[0] }] };
}

function shapeOf({ taskId, fence, expiresAt, dueAt, decisionType, prefetched }: Claim) {
  return { taskId, etag: etagOf(fence), expiresAt: isoOf(expiresAt), dueAt: isoOf(dueAt), decisionType, prefetched };
}

function answerOf(outcome: ClaimOutcome) {
  switch (outcome.outcome) {
    case 'claimed':
      return { outcome: 'claimed', claim: shapeOf(outcome.claim) };
    case 'empty':
      return { outcome: 'empty' };
    case 'all-claimed':
      return { outcome: 'all-claimed', until: isoOf(outcome.until) };
    default:
      return outcome satisfies never;
  }
}
