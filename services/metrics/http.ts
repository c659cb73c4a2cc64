import type { FastifyPluginAsync } from 'fastify';
import type { Pool } from 'pg';
import { CountersignError } from '@countersign/kit';
import { oversightAnswer } from './http-schemas.ts';
import { oversightReport } from './oversight.ts';

const dayMs = 86_400_000;
const rangeDaysDefault = 30;
const instant = { type: 'string', format: 'date-time' };

/** `/v1/metrics/oversight`. */
export function metricsRoutes(pool: Pool): FastifyPluginAsync {
  return async (app) => {
    app.get('/v1/metrics/oversight', {
      config: { permission: 'metrics.read' },
      schema: {
        tags: ['metrics'], summary: 'Does the oversight work?', description: 'Decisions accepted in the range (30 days unless given), by system and decision type if asked. Rates are null where nothing was counted; intervals are Clopper-Pearson, 95 %.',
        response: { 200: oversightAnswer },
        querystring: { type: 'object', additionalProperties: false, properties: {
          from: { ...instant, description: 'Accepted at or after' }, to: { ...instant, description: 'Accepted before' }, system: { type: 'string', maxLength: 300, description: 'One AI system' }, decisionType: { type: 'string', maxLength: 300, description: 'One decision type' },
        } },
      },
    }, async (request) => {
      const query = request.query as { from?: string; to?: string; system?: string; decisionType?: string };
      const to = query.to === undefined ? Date.now() + dayMs : Date.parse(query.to);
      const from = query.from === undefined ? to - (rangeDaysDefault + 1) * dayMs : Date.parse(query.from);
      if (!(from < to)) throw new CountersignError('invalid-request', 'from must be before to.', { field: 'from' });
      const filter = { from: from * 1000, to: to * 1000, system: query.system ?? null, decisionType: query.decisionType ?? null };
      return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), system: filter.system, decisionType: filter.decisionType, ...(await oversightReport(pool, filter, Date.now() * 1000)) };
    });
    await Promise.resolve();
  };
}
