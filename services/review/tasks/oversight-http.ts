/** What supervisors see of the work: how much waits, and why one decision still does. */

import { forms } from '@countersign/core';
import type { FastifyPluginAsync } from 'fastify';
import { readAfterAction, readCase, readVerdict } from '../cases/store.ts';
import { instant, isoOf, isoOrNull } from '../http-shapes.ts';
import type { ReviewHttp } from '../http-context.ts';
import { nameOf, readNames } from '../people/store.ts';
import { ReviewRefusal } from '../refusals.ts';
import { readNow } from '../timers/store.ts';
import { requireNoOpenWork } from '../supervision/looking.ts';
import { readQueues } from '../supervision/overview.ts';
import { tasksOfDecision } from './store.ts';
import type { Task } from './store.ts';

const tags = ['oversight'];
const nullable = { type: ['string', 'null'] } as const;

const queuesShape = {
  200: {
    description: 'Every queue with work in it',
    type: 'object',
    required: ['queues'],
    properties: {
      queues: {
        type: 'array',
        items: {
          type: 'object',
          required: ['queue', 'open', 'claimed', 'judged', 'overdue', 'oldestOpenedAt', 'oldestAgeMs', 'nextDueAt', 'forecast', 'qualified'],
          properties: {
            queue: { type: 'string', examples: ['digits.routing/standard'] },
            open: { type: 'integer' },
            claimed: { type: 'integer' },
            judged: { type: 'integer', description: 'Judged, inside the undo window' },
            overdue: { type: 'integer' },
            oldestOpenedAt: nullable,
            oldestAgeMs: { type: ['integer', 'null'] },
            nextDueAt: nullable,
            forecast: {
              type: 'object',
              required: ['judgedLastHour', 'clearedAt', 'breachesExpected'],
              description: 'If it goes on as in the last hour, earliest due first, and nothing new arrives',
              properties: { judgedLastHour: { type: 'integer' }, clearedAt: { ...nullable, description: 'Null where nobody judged anything' }, breachesExpected: { type: 'integer', description: 'Late already, or not done in time' } },
            },
            qualified: { type: 'object', required: ['people', 'available'], properties: { people: { type: 'integer' }, available: { type: 'integer' } } },
          },
        },
      },
    },
    examples: [{ queues: [{ queue: 'digits.routing/standard', open: 12, claimed: 3, judged: 1, overdue: 0, oldestOpenedAt: '2026-02-03T09:00:00.000Z', oldestAgeMs: 61_000, nextDueAt: '2026-02-04T09:00:00.000Z', forecast: { judgedLastHour: 30, clearedAt: '2026-02-03T09:31:01.000Z', breachesExpected: 0 }, qualified: { people: 5, available: 3 } }] }],
  },
} as const;

const taskShape = {
  type: 'object',
  required: ['taskId', 'kind', 'seat', 'queue', 'seniority', 'form', 'state', 'claimant', 'claimantName', 'openedAt', 'dueAt'],
  properties: {
    taskId: { type: 'string' },
    kind: { type: 'string', examples: ['dual'] },
    seat: { type: 'integer' },
    queue: { type: 'string' },
    seniority: { type: 'string', enum: ['any', 'senior'] },
    form: { type: 'string', enum: forms },
    state: { type: 'string', enum: ['open', 'claimed', 'judged', 'closed'] },
    claimant: nullable,
    claimantName: nullable,
    openedAt: instant,
    dueAt: instant,
  },
} as const;

const decisionShape = {
  200: {
    description: 'The human side of one decision',
    type: 'object',
    required: ['system', 'decisionId', 'decisionType', 'route', 'point', 'tier', 'verdictBy', 'verdict', 'afterAction', 'finishedAt', 'reasons', 'tasks'],
    properties: {
      system: { type: 'string' },
      decisionId: { type: 'string' },
      decisionType: { type: 'string' },
      route: { type: 'string' },
      point: { type: 'string' },
      tier: { type: 'string' },
      verdictBy: { type: 'string' },
      verdict: nullable,
      afterAction: nullable,
      finishedAt: nullable,
      reasons: { type: 'array', items: { type: 'string' }, description: 'Why a person is asked' },
      tasks: { type: 'array', items: taskShape },
    },
    examples: [{
      system: 'mailroom', decisionId: 'scan-0042', decisionType: 'digits.routing', route: 'standard', point: 'before', tier: 'medium', verdictBy: 'review', verdict: null, afterAction: null, finishedAt: null,
      reasons: ['Confidence 0.81 is in tier medium (0.75 to 0.92): standard.'],
      tasks: [{ taskId: '6f0c1a52-6f3e-4f55-9a3e-0d5b8a6f2c11', kind: 'standard', seat: 1, queue: 'digits.routing/standard', seniority: 'any', form: 'hidden', state: 'open', claimant: null, claimantName: null, openedAt: '2026-02-03T09:00:00.000Z', dueAt: '2026-02-04T09:00:00.000Z' }],
    }],
  },
} as const;

/** Queues and single decisions, for supervisors. */
export function oversightRoutes({ review }: ReviewHttp): FastifyPluginAsync {
  return async (app) => {
    app.get('/v1/reviews/queues', { config: { permission: 'reviews.supervise' }, schema: { tags, summary: 'How much waits', response: queuesShape } }, async () => {
      const now = await readNow(review.sql);
      const queues = await readQueues(review, now);
      return {
        queues: queues.map(({ oldestOpenedAt, nextDueAt, forecast: { clearedAtMs, ...forecast }, ...depth }) => ({
          ...depth,
          forecast: { ...forecast, clearedAt: clearedAtMs === null ? null : new Date(clearedAtMs).toISOString() },
          oldestOpenedAt: isoOrNull(oldestOpenedAt),
          oldestAgeMs: oldestOpenedAt === null ? null : Math.max(0, Math.floor((now - oldestOpenedAt) / 1000)),
          nextDueAt: isoOrNull(nextDueAt),
        })),
      };
    });

    app.get<{ Params: { system: string; decisionId: string } }>(
      '/v1/reviews/decisions/:system/:decisionId',
      {
        config: { permission: 'reviews.supervise' },
        schema: {
          tags,
          summary: 'The human side of one decision',
          description: 'Refused to those who review too and could be asked about it; whoever was shown it is not asked about it any more.',
          params: { type: 'object', required: ['system', 'decisionId'], properties: { system: { type: 'string', maxLength: 200, description: 'The AI system', examples: ['mailroom'] }, decisionId: { type: 'string', maxLength: 128, description: 'The decision', examples: ['scan-0042'] } } },
          response: decisionShape,
        },
      },
      async ({ identity, params }) => {
        await requireNoOpenWork(review, { personId: identity.subject, roles: identity.roles }, params);
        const item = await readCase(review.sql, params);
        if (item === null) throw new ReviewRefusal('decision-not-found', 'No person was asked about this decision.');
        const { system, decisionId, decisionType, route, point, tier, verdictBy, reasons } = item;
        const verdict = await readVerdict(review.sql, item);
        const afterAction = await readAfterAction(review.sql, item);
        const asked = await tasksOfDecision(review.sql, item);
        const names = await readNames(review.sql, asked.map(({ claimant }) => claimant));
        const tasks = asked.map((task) => shapeOf(task, names));
        const verdictText = verdict?.verdict ?? (verdictBy === 'routing' ? 'approved' : null);
        return { system, decisionId, decisionType, route, point, tier, verdictBy, reasons, verdict: verdictText, afterAction, finishedAt: isoOrNull(item.finishedAt), tasks };
      },
    );
  };
}

function shapeOf({ taskId, kind, seat, queue, seniority, form, state, claimant, openedAt, dueAt }: Task, names: ReadonlyMap<string, string>) {
  return { taskId, kind, seat, queue, seniority, form, state, claimant, claimantName: nameOf(names, claimant), openedAt: isoOf(openedAt), dueAt: isoOf(dueAt) };
}
