import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsync } from 'fastify';
import type { Pool } from 'pg';
import type { ServiceContext, Vault } from '@countersign/kit';
import { answers } from '../http-schemas.ts';
import { filterText, requireRange, type EventFilter } from '../searches/filter.ts';
import { eventFilters } from '../searches/http-shapes.ts';
import { reasonCharsMin, requireReason } from './job.ts';
import { requireOnRecord } from './on-record.ts';
import { exportedRecords, exportStream, nothingStreamed, type Streamed } from './stream.ts';

type StreamQuery = EventFilter & { format: 'jsonl' | 'csv'; disclose: boolean; reason: string };

/**
 * `/v1/audit/export`: what matches, as a stream, for programs. As with an export that is made, nothing leaves before the log has who takes it
 * and why: `ExportBegun` is on Kafka before the first byte, and `ExportMade` says what had left when it ended, however that was.
 */
export function streamRoutes({ context, pool, vault }: { context: ServiceContext<'audit'>; pool: Pool; vault: Vault }): FastifyPluginAsync {
  return async (app) => {
    app.get('/v1/audit/export', {
      config: { permission: 'audit.export' },
      schema: {
        tags: ['audit'], summary: 'Export as JSON Lines or CSV, any size', description: 'For programs, which want one answer. It goes on the record before its first byte. A bundle, which proves what it holds, is asked for at /v1/audit/exports.', response: answers.export,
        querystring: {
          type: 'object', additionalProperties: false, required: ['reason'],
          properties: {
            ...eventFilters, format: { type: 'string', enum: ['jsonl', 'csv'], default: 'jsonl', description: 'How' }, disclose: { type: 'boolean', default: false, description: 'With content in the clear; without it what is sealed is `null`' },
            reason: { type: 'string', minLength: reasonCharsMin, maxLength: 1000, description: 'Why; it goes on the record', examples: ['Yearly review of overrides'] },
          },
        },
      },
    }, async (request, reply) => {
      const { format, disclose, reason, ...filter } = request.query as StreamQuery;
      requireRange(filter);
      requireReason(reason);
      const told: Told = { actor: request.identity.subject, exportId: randomUUID(), format, filter: filterText(filter), disclosed: disclose, reason };
      await recordBegun(context, told);
      const stream = exportStream(exportedRecords(pool, vault, filter, disclose), format, (streamed) => recordMade(context, told, streamed));
      return await reply.type(format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/jsonl')
        .headers({ 'cache-control': 'no-store', 'content-disposition': `attachment; filename="countersign-audit.${format}"` }).send(stream);
    });
    await Promise.resolve();
  };
}

type Told = { actor: string; exportId: string; format: string; filter: string; disclosed: boolean; reason: string };
const envelope = () => ({ eventId: randomUUID(), occurredAt: Date.now() * 1000, system: null, decisionId: null, policyVersion: null });

/** Resolves once it cannot be lost any more. One that is refused, and on record all the same, has its end there, too: nothing left. */
async function recordBegun(context: ServiceContext<'audit'>, told: Told): Promise<void> {
  const begun = context.publisher.record('governance.recorded', 'ExportBegun', { ...envelope(), ...told }, null);
  await requireOnRecord(context, begun, () => recordMade(context, told, nothingStreamed));
}

/** What had left, also where the reader went away. */
function recordMade({ producer, publisher, log }: ServiceContext<'audit'>, told: Told, streamed: Streamed): void {
  const record = publisher.record('governance.recorded', 'ExportMade', { ...envelope(), ...told, kind: null, ...streamed }, null);
  producer.send([record]).catch((error: unknown) => log.error({ err: error, actor: told.actor, exportId: told.exportId }, 'the end of an export could not be recorded; that it began is'));
}
