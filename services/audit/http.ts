import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { CountersignError, type ServiceContext, type Vault } from '@countersign/kit';
import { exportedRecords, exportStream } from './export.ts';
import { answers, decisionParams, filters } from './http-schemas.ts';
import { auditRecordOf } from './records.ts';
import { readEvents, type Cursor, type EventFilter } from './store.ts';
import { inOrderOfCause } from './timeline.ts';

const tags = ['audit'];
const timelineMax = 10_000;

export type AuditHttpDeps = { context: ServiceContext<'audit'>; pool: Pool; vault: Vault };
type EventsQuery = EventFilter & { limit: number; cursor?: string };

/** `/v1/audit`: events, one decision's timeline, exports. */
export function auditRoutes({ context, pool, vault }: AuditHttpDeps): FastifyPluginAsync {
  return async (app) => {
    app.get('/v1/audit/events', {
      config: { permission: 'audit.read' },
      schema: { tags, summary: 'Events in order of recording', response: answers.events, querystring: { type: 'object', additionalProperties: false, properties: { ...filters, cursor: { type: 'string', maxLength: 500, description: '`next` of the page before' }, limit: { type: 'integer', minimum: 1, maximum: 500, default: 100, description: 'Events a page' } } } },
    }, async (request) => {
      const { limit, cursor, ...filter } = request.query as EventsQuery;
      requireRange(filter);
      const stored = await readEvents(pool, filter, cursor === undefined ? null : cursorFrom(cursor), limit);
      const last = stored.at(-1);
      const events = await Promise.all(stored.map((row) => auditRecordOf(row, vault)));
      return { events, next: last === undefined || stored.length < limit ? null : cursorText({ recordedAt: last.recordedAt, eventId: last.eventId }) };
    });
    app.get('/v1/audit/decisions/:system/:decisionId', {
      config: { permission: 'audit.read' }, schema: { tags, summary: 'Everything that happened to one decision', params: decisionParams, response: answers.timeline },
    }, async (request) => {
      const { system, decisionId } = (request as FastifyRequest<{ Params: { system: string; decisionId: string } }>).params;
      const stored = await readEvents(pool, { system, decisionId }, null, timelineMax);
      if (stored.length === 0) throw new CountersignError('not-found', `Nothing is on record of decision ${decisionId} of ${system}.`);
      return { system, decisionId, events: await Promise.all(stored.sort(inOrderOfCause).map((row) => auditRecordOf(row, vault))) };
    });
    app.get('/v1/audit/export', {
      config: { permission: 'audit.export' },
      schema: { tags, summary: 'Export as JSON Lines or CSV, any size', response: answers.export, querystring: { type: 'object', additionalProperties: false, properties: { ...filters, format: { type: 'string', enum: ['jsonl', 'csv'], default: 'jsonl', description: 'How' } } } },
    }, async (request, reply) => {
      const { format, ...filter } = request.query as EventFilter & { format: 'jsonl' | 'csv' };
      requireRange(filter);
      const stream = exportStream(exportedRecords(pool, vault, filter), format, (records) => recordExport(context, request.identity.subject, format, filter, records));
      return await reply.type(format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/jsonl').header('content-disposition', `attachment; filename="countersign-audit.${format}"`).send(stream);
    });
    await Promise.resolve();
  };
}

/** A range in which nothing can lie is a slip, and an empty page would look like an answer. */
function requireRange({ from, to }: EventFilter): void {
  if (from !== undefined && to !== undefined && microsecondsOf(to) <= microsecondsOf(from)) throw new CountersignError('invalid-request', 'to must be after from: it is exclusive.', { field: 'to' });
}

/** Of an instant that its schema let through; the log is dated to the microsecond, `Date` to the millisecond. */
function microsecondsOf(instant: string): number {
  const fraction = /\.(\d+)/.exec(instant)?.[1] ?? '';
  return Math.floor(Date.parse(instant) / 1000) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

/** An export is itself an event, however it ended. */
function recordExport(context: ServiceContext<'audit'>, actor: string, format: string, filter: EventFilter, records: number): void {
  const record = context.publisher.record('governance.recorded', 'ExportMade', {
    eventId: randomUUID(), occurredAt: Date.now() * 1000, system: null, decisionId: null, actor, policyVersion: null, format, filter: new URLSearchParams(filter as Record<string, string>).toString(), records,
  }, null);
  context.producer.send([record]).catch((error: unknown) => context.log.error({ err: error, actor }, 'an export could not be recorded'));
}

function cursorText(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.recordedAt, cursor.eventId])).toString('base64url');
}

function cursorFrom(text: string): Cursor {
  try {
    const [recordedAt, eventId] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [unknown, unknown];
    if (typeof recordedAt === 'string' && typeof eventId === 'string' && !Number.isNaN(Date.parse(recordedAt))) return { recordedAt, eventId };
  } catch {
    // Falls through to the one answer for every cursor that is not ours.
  }
  throw new CountersignError('invalid-request', 'The cursor is not one we gave.', { field: 'cursor' });
}
