/** `/v1/reviews/findings`: confirmed errors, for supervisors only. */

import type { FastifyPluginAsync } from 'fastify';
import { cursorParts, instant, isoOf, isoOrNull, words } from '../http-shapes.ts';
import type { ReviewContext } from '../context.ts';
import type { ReviewHttp } from '../http-context.ts';
import { nameOf, readNames } from '../people/store.ts';
import { disposeOf } from './disposition.ts';
import type { Disposition } from './disposition.ts';
import type { Finding, FindingState } from './store.ts';
import { readFindings } from './store.ts';

const tags = ['oversight'];
const states = ['open', 'reversed', 'incident', 'dismissed', 'closed'] as const;

const findingShape = {
  type: 'object',
  required: ['findingId', 'system', 'decisionId', 'source', 'openedAt', 'reversibleUntil', 'state', 'owner', 'ownerName', 'dueAt', 'disposition', 'note', 'disposedBy', 'disposedByName', 'disposedAt'],
  properties: {
    findingId: { type: 'string', format: 'uuid' },
    system: { type: 'string', examples: ['mailroom'] },
    decisionId: { type: 'string', examples: ['scan-0042'] },
    source: { type: 'string', enum: ['spot-check', 're-review'] },
    openedAt: instant,
    reversibleUntil: { type: ['string', 'null'], description: 'Null where nothing is left to reverse' },
    state: { type: 'string', enum: states },
    owner: { type: ['string', 'null'] },
    ownerName: { type: ['string', 'null'], description: 'Where the owner is somebody of the register' },
    dueAt: { type: ['string', 'null'] },
    disposition: { type: ['string', 'null'] },
    note: { type: ['string', 'null'] },
    disposedBy: { type: ['string', 'null'] },
    disposedByName: { type: ['string', 'null'] },
    disposedAt: { type: ['string', 'null'] },
  },
} as const;

const findingExample = {
  findingId: '3f1c6a52-6f3e-4f55-9a3e-0d5b8a6f2c11', system: 'mailroom', decisionId: 'scan-0042', source: 'spot-check', openedAt: '2026-02-03T14:00:00.000Z', reversibleUntil: '2026-02-04T09:00:00.000Z', state: 'open',
  owner: null, ownerName: null, dueAt: null, disposition: null, note: null, disposedBy: null, disposedByName: null, disposedAt: null,
} as const;

const dispositionBody = {
  type: 'object',
  required: ['action', 'note'],
  additionalProperties: false,
  properties: {
    action: { type: 'string', enum: ['reverse', 'incident', 'dismiss', 'close'], description: '`reverse` inside the window only; `incident` with owner, due date and disposition; `close` an incident whose work is done' },
    note: words('Why', 'The form went to the wrong tray; the clerk was told.'),
    owner: words('Who sees to it', 'maria', 200),
    dueAt: instant,
    disposition: words('What is to be done', 'Call the sender and correct the booking.'),
  },
  if: { properties: { action: { const: 'incident' } } },
  then: { required: ['owner', 'dueAt', 'disposition'] },
  examples: [
    { action: 'reverse', note: 'Two judges read a 3; the form goes back to sorting.' },
    { action: 'incident', note: 'Found too late.', owner: 'maria', dueAt: '2026-02-10T12:00:00.000Z', disposition: 'Call the sender and correct the booking.' },
  ],
} as const;

type DispositionBody = { action: Disposition['action']; note: string; owner?: string; dueAt?: string; disposition?: string };

/** Listing and settling findings. */
export function findingRoutes({ review }: ReviewHttp): FastifyPluginAsync {
  return async (app) => {
    app.get<{ Querystring: { state?: FindingState; after?: string; limit: number } }>(
      '/v1/reviews/findings',
      {
        config: { permission: 'reviews.supervise' },
        schema: {
          tags,
          summary: 'Confirmed errors',
          querystring: {
            type: 'object',
            additionalProperties: false,
            properties: {
              state: { type: 'string', enum: states, description: 'In this state only' }, after: { type: 'string', maxLength: 200, description: '`next` of the page before' },
              limit: { type: 'integer', minimum: 1, maximum: 200, default: 50, description: 'Findings a page' },
            },
          },
          response: { 200: { description: 'Oldest first', type: 'object', required: ['findings', 'next'], properties: { findings: { type: 'array', items: findingShape }, next: { type: ['string', 'null'] } }, examples: [{ findings: [findingExample], next: null }] } },
        },
      },
      async (request) => {
        const { state, after, limit } = request.query;
        const rows = await readFindings(review.sql, state ?? null, readCursor(after), limit + 1);
        const page = rows.slice(0, limit);
        const last = page.at(-1);
        return { findings: await shapesOf(review, page), next: rows.length > limit && last !== undefined ? `${last.openedAt}.${last.findingId}` : null };
      },
    );

    app.post<{ Params: { findingId: string }; Body: DispositionBody }>(
      '/v1/reviews/findings/:findingId/disposition',
      {
        config: { permission: 'reviews.supervise' },
        schema: {
          tags,
          summary: 'Settle a finding',
          description: 'On the log, with the note. Refused to whoever judged the decision themselves (`finding-yours`), and a reversal also where nothing was let through or it was reversed already (`nothing-to-reverse`).',
          params: { type: 'object', required: ['findingId'], properties: { findingId: { type: 'string', format: 'uuid', description: 'The finding', examples: ['3f1c6a52-6f3e-4f55-9a3e-0d5b8a6f2c11'] } } },
          body: dispositionBody,
          response: { 200: { description: 'Settled', ...findingShape, examples: [{ ...findingExample, state: 'reversed', note: 'Two judges read a 3; the form goes back to sorting.', disposedBy: 'sue', disposedByName: 'Sue Okafor', disposedAt: '2026-02-03T15:00:00.000Z' }] } },
        },
      },
      async (request) => {
        const supervisor = request.identity.subject;
        const settled = await disposeOf(review, supervisor, request.params.findingId, dispositionOf(request.body));
        return (await shapesOf(review, [settled]))[0];
      },
    );
  };
}

function dispositionOf({ action, note, owner = '', dueAt = '', disposition = '' }: DispositionBody): Disposition {
  return action === 'incident' ? { action, note, owner, dueAt: Date.parse(dueAt) * 1000, disposition } : { action, note };
}

async function shapesOf(review: ReviewContext, findings: readonly Finding[]) {
  const names = await readNames(review.sql, findings.flatMap(({ owner, disposedBy }) => [owner, disposedBy]));
  return findings.map((finding) => ({ ...shapeOf(finding), ownerName: nameOf(names, finding.owner), disposedByName: nameOf(names, finding.disposedBy) }));
}

function shapeOf(finding: Finding) {
  const { findingId, system, decisionId, lane, state, owner, disposition, note, disposedBy } = finding;
  return {
    findingId,
    system,
    decisionId,
    source: lane,
    openedAt: isoOf(finding.openedAt),
    reversibleUntil: isoOrNull(finding.windowEndsAt),
    state,
    owner,
    dueAt: isoOrNull(finding.dueAt),
    disposition,
    note,
    disposedBy,
    disposedAt: isoOrNull(finding.disposedAt),
  };
}

function readCursor(text: string | undefined): { openedAt: number; findingId: string } | null {
  if (text === undefined) return null;
  const [openedAt, findingId] = cursorParts(text, '.');
  return { openedAt, findingId };
}
