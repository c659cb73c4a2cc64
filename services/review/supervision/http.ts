/** What supervisors see of the work that waits, and what they can do about it. */

import type { FastifyPluginAsync } from 'fastify';
import { cursorParts, done, instant, isoOf, isoOrNull, taskParams, words } from '../http-shapes.ts';
import type { ReviewHttp } from '../http-context.ts';
import { reassign, releaseClaims } from '../reservations/hand-over.ts';
import type { Reassigning } from '../reservations/hand-over.ts';
import { readNow } from '../timers/store.ts';
import { listTasks, peopleAtWork } from './store.ts';
import type { ListedTask } from './store.ts';

const tags = ['oversight'];
const nullable = { type: ['string', 'null'] } as const;
const reason = words('Why: on the record', 'She is ill today.');

const tasksShape = {
  200: {
    description: 'Oldest first; what is closed is not among them',
    type: 'object',
    required: ['tasks', 'next'],
    properties: {
      tasks: {
        type: 'array',
        items: {
          type: 'object',
          required: ['taskId', 'decisionType', 'queue', 'severity', 'state', 'openedAt', 'dueAt', 'claimant', 'claimantName', 'claimExpiresAt', 'heldUntil', 'reservedFor', 'reservedForName'],
          properties: {
            taskId: { type: 'string' }, decisionType: { type: 'string' }, queue: { type: 'string' }, severity: { type: 'string' },
            state: { type: 'string', enum: ['open', 'claimed', 'judged'] },
            openedAt: instant, dueAt: instant, claimant: nullable, claimantName: nullable, claimExpiresAt: nullable, heldUntil: nullable, reservedFor: nullable, reservedForName: nullable,
          },
        },
      },
      next: { ...nullable, description: '`after` of the next page' },
    },
    examples: [{
      tasks: [{
        taskId: '6f0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11', decisionType: 'digits.routing', queue: 'digits.routing/standard', severity: 'moderate', state: 'claimed', openedAt: '2026-02-03T09:00:00.000Z', dueAt: '2026-02-03T13:00:00.000Z',
        claimant: 'maria', claimantName: 'Maria Reis', claimExpiresAt: '2026-02-03T09:05:00.000Z', heldUntil: null, reservedFor: null, reservedForName: null,
      }],
      next: null,
    }],
  },
} as const;

const peopleShape = {
  200: {
    description: 'Those who review, by name',
    type: 'object',
    required: ['people'],
    properties: {
      people: {
        type: 'array',
        items: {
          type: 'object',
          required: ['personId', 'name', 'available', 'claims', 'lastSeenAt'],
          properties: { personId: { type: 'string' }, name: { type: 'string' }, available: { type: 'boolean' }, claims: { type: 'integer' }, lastSeenAt: { ...nullable, description: 'When they last looked for work' } },
        },
      },
    },
    examples: [{ people: [{ personId: 'maria', name: 'Maria Reis', available: true, claims: 1, lastSeenAt: '2026-02-03T09:04:10.000Z' }] }],
  },
} as const;

const tasksQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    queue: { type: 'string', maxLength: 300, description: 'Of one queue', examples: ['digits.routing/standard'] },
    state: { type: 'string', enum: ['open', 'claimed', 'judged'], description: 'In one state' },
    after: { type: 'string', maxLength: 200, description: '`next` of the page before' },
    limit: { type: 'integer', minimum: 1, maximum: 200, default: 50, description: 'Tasks a page' },
  },
} as const;

const peopleQuery = {
  type: 'object',
  additionalProperties: false,
  properties: { queue: { type: 'string', minLength: 1, maxLength: 300, description: 'Only those who work this queue, to whom a task of it can be given', examples: ['digits.routing/standard'] } },
} as const;

type TasksQuery = { queue?: string; state?: string; after?: string; limit: number };

/** Monitored work is listed like any other. */
export function supervisionRoutes({ review }: ReviewHttp): FastifyPluginAsync {
  return async (app) => {
    app.get<{ Querystring: TasksQuery }>('/v1/reviews/tasks', { config: { permission: 'reviews.supervise' }, schema: { tags, summary: 'Who holds what', querystring: tasksQuery, response: tasksShape } }, async ({ query }) => {
      const now = await readNow(review.sql);
      const place = query.after === undefined ? null : cursorParts(query.after, '.');
      const filter = { queue: query.queue ?? null, state: query.state ?? null, after: place === null ? null : { openedAt: place[0], taskId: place[1] } };
      const rows = await listTasks(review.sql, filter, query.limit + 1, now);
      const page = rows.slice(0, query.limit);
      const last = page.at(-1);
      return { tasks: page.map(shapeOf), next: rows.length > page.length && last !== undefined ? `${last.openedAt}.${last.taskId}` : null };
    });

    app.post<{ Params: { taskId: string }; Body: Reassigning }>(
      '/v1/reviews/tasks/:taskId/reassign',
      {
        config: { permission: 'reviews.supervise' },
        schema: {
          tags,
          summary: 'Give a task to somebody, or back to everybody',
          description: 'Ends the claim of whoever holds it. Theirs alone for half an hour, and never longer than half of the time that is left. Whoever had a part in the decision already may not work it, and you are not told: then it waits for everybody else.',
          params: taskParams,
          body: {
            type: 'object',
            required: ['to', 'reason'],
            additionalProperties: false,
            properties: { to: { type: ['string', 'null'], minLength: 1, maxLength: 200, description: 'Somebody who works the queue; null: everybody' }, reason },
            examples: [{ to: 'maria', reason: 'She is ill today.' }, { to: null, reason: 'She is ill today.' }],
          },
          response: done,
        },
      },
      async (request, reply) => {
        await reassign(review, request.identity.subject, request.params.taskId, request.body);
        return await reply.code(204).send(null);
      },
    );

    app.post<{ Params: { personId: string }; Body: { reason: string } }>(
      '/v1/reviews/people/:personId/release-claims',
      {
        config: { permission: 'reviews.supervise' },
        schema: {
          tags,
          summary: 'Put back all that somebody holds',
          description: 'For one who is absent. What they judged already stays judged.',
          params: { type: 'object', required: ['personId'], properties: { personId: { type: 'string', minLength: 1, maxLength: 200, description: 'The person', examples: ['maria'] } } },
          body: { type: 'object', required: ['reason'], additionalProperties: false, properties: { reason }, examples: [{ reason: 'She is ill today.' }] },
          response: { 200: { description: 'Put back', type: 'object', required: ['released'], properties: { released: { type: 'integer', description: 'Tasks' } }, examples: [{ released: 2 }] } },
        },
      },
      async (request) => ({ released: await releaseClaims(review, request.identity.subject, request.params.personId, request.body.reason) }),
    );

    app.get<{ Querystring: { queue?: string } }>('/v1/reviews/people', { config: { permission: 'reviews.supervise' }, schema: { tags, summary: 'Who is at work', querystring: peopleQuery, response: peopleShape } }, async ({ query }) => {
      const people = await peopleAtWork(review.sql, query.queue ?? null);
      return { people: people.map(({ lastSeenAt, ...person }) => ({ ...person, lastSeenAt: lastSeenAt === 0 ? null : isoOf(lastSeenAt) })) };
    });
  };
}

function shapeOf({ openedAt, dueAt, claimExpiresAt, heldUntil, ...task }: ListedTask) {
  return { ...task, openedAt: isoOf(openedAt), dueAt: isoOf(dueAt), claimExpiresAt: isoOrNull(claimExpiresAt), heldUntil: isoOrNull(heldUntil) };
}
