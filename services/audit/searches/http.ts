import type { FastifyPluginAsync } from 'fastify';
import type { Pool } from 'pg';
import type { Vault } from '@countersign/kit';
import { answers } from '../http-schemas.ts';
import { ownerOf } from '../audited.ts';
import { auditRecordOf } from '../records.ts';
import { readEvents } from '../store.ts';
import { readDecisions, type DecisionFilter, type FoundDecision } from './decisions-store.ts';
import { cursorFrom, cursorText, requireRange, type EventFilter, type SearchOrder } from './filter.ts';
import { decisionFilters, decisionsAnswer, eventFilters, order as orderOf, paging } from './http-shapes.ts';

const tags = ['audit'];
type Paging = { limit: number; cursor?: string; order: SearchOrder };

/** `/v1/audit/events` and `/v1/audit/decisions`: what is on record, by what people know of it. */
export function searchRoutes(pool: Pool, vault: Vault): FastifyPluginAsync {
  return async (app) => {
    app.get('/v1/audit/events', {
      config: { permission: 'audit.read' },
      schema: { tags, summary: 'Events in order of recording', response: answers.events, querystring: { type: 'object', additionalProperties: false, properties: { ...eventFilters, order: orderOf('oldest'), ...paging(500, 100) } } },
    }, async (request) => {
      const { limit, cursor, order, ...filter } = request.query as EventFilter & Paging;
      requireRange(filter);
      const stored = await readEvents(pool, filter, cursor === undefined ? null : cursorFrom(cursor), limit, order);
      const last = stored.at(-1);
      await vault.prepare(stored.filter(({ sealed }) => sealed !== null).map(ownerOf));
      const events = await Promise.all(stored.map((row) => auditRecordOf(row, vault)));
      return { events, next: last === undefined || stored.length < limit ? null : cursorText({ recordedAt: last.recordedAt, eventId: last.eventId }) };
    });
    app.get('/v1/audit/decisions', {
      config: { permission: 'audit.read' },
      schema: { tags, summary: 'Decisions, one line each: those of which one event matches', response: decisionsAnswer, querystring: { type: 'object', additionalProperties: false, properties: { ...decisionFilters, order: orderOf('newest'), ...paging(200, 50) } } },
    }, async (request) => {
      const { limit, cursor, order, ...filter } = request.query as DecisionFilter & Paging;
      requireRange(filter);
      const found = await readDecisions(pool, filter, cursor === undefined ? null : cursorFrom(cursor), limit, order);
      const last = found.at(-1);
      return { decisions: found.map(lineOf), next: last === undefined || found.length < limit ? null : cursorText({ recordedAt: last.matchedAt, eventId: last.matchedEventId }) };
    });
    await Promise.resolve();
  };
}

function lineOf({ matchedEventId: _cursorOnly, resolvedAt, ...found }: FoundDecision) {
  return { ...found, resolvedAt: resolvedAt === null ? null : new Date(resolvedAt / 1000).toISOString() };
}
