import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsync } from 'fastify';
import type { Pool } from 'pg';
import type { ServiceContext, Vault } from '@countersign/kit';
import { answers } from '../http-schemas.ts';
import { filterText, requireRange, type EventFilter } from '../searches/filter.ts';
import { eventFilters } from '../searches/http-shapes.ts';
import { exportedRecords, exportStream, type Streamed } from './stream.ts';

type StreamQuery = EventFilter & { format: 'jsonl' | 'csv'; disclose: boolean; reason?: string };

/** `/v1/audit/export`: what matches, as a stream, for programs. */
export function streamRoutes({ context, pool, vault }: { context: ServiceContext<'audit'>; pool: Pool; vault: Vault }): FastifyPluginAsync {
  return async (app) => {
    app.get('/v1/audit/export', {
      config: { permission: 'audit.export' },
      schema: {
        tags: ['audit'], summary: 'Export as JSON Lines or CSV, any size', response: answers.export,
        querystring: {
          type: 'object', additionalProperties: false,
          properties: {
            ...eventFilters, format: { type: 'string', enum: ['jsonl', 'csv'], default: 'jsonl', description: 'How' }, disclose: { type: 'boolean', default: true, description: 'With content in the clear; without it what is sealed stays `null`' },
            reason: { type: 'string', minLength: 1, maxLength: 1000, description: 'Why; it goes on the record', examples: ['Yearly review of overrides'] },
          },
        },
      },
    }, async (request, reply) => {
      const { format, disclose, reason, ...filter } = request.query as StreamQuery;
      requireRange(filter);
      const stream = exportStream(exportedRecords(pool, vault, filter, disclose), format, (streamed) => recordStream(context, { actor: request.identity.subject, format, filter, disclosed: disclose, reason: reason ?? null, ...streamed }));
      return await reply.type(format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/jsonl').header('content-disposition', `attachment; filename="countersign-audit.${format}"`).send(stream);
    });
    await Promise.resolve();
  };
}

/** An export is itself an event, however it ended: with what had left. */
function recordStream(context: ServiceContext<'audit'>, made: Streamed & { actor: string; format: string; filter: EventFilter; disclosed: boolean; reason: string | null }): void {
  const { actor, format, filter, records, bytes, sha256, disclosed, reason } = made;
  const record = context.publisher.record('governance.recorded', 'ExportMade', {
    eventId: randomUUID(), occurredAt: Date.now() * 1000, system: null, decisionId: null, actor, policyVersion: null, format, filter: filterText(filter), records, exportId: null, kind: null, bytes, sha256, disclosed, reason,
  }, null);
  context.producer.send([record]).catch((error: unknown) => context.log.error({ err: error, actor }, 'an export could not be recorded'));
}
