import type { FastifyPluginAsync } from 'fastify';
import type { Pool } from 'pg';
import { CountersignError } from '@countersign/kit';
import { calibrationReport } from './calibration.ts';
import { calibrationAnswer, oversightAnswer } from './http-schemas.ts';
import { oversightReport } from './oversight.ts';

const dayMs = 86_400_000;
const rangeDaysDefault = 30;
const instant = { type: 'string', format: 'date-time' };

type RangeQuery = { from?: string; to?: string; system?: string; decisionType?: string };

/** The querystring of a report; `what` happened in the range. */
function rangeOf(what: string) {
  return { type: 'object', additionalProperties: false, properties: {
    from: { ...instant, description: `${what} at or after` }, to: { ...instant, description: `${what} before` }, system: { type: 'string', maxLength: 300, description: 'One AI system' }, decisionType: { type: 'string', maxLength: 300, description: 'One decision type' },
  } };
}

/** The range in microseconds, and as the answer names it. */
function readRange(query: RangeQuery) {
  const to = query.to === undefined ? Date.now() + dayMs : Date.parse(query.to);
  const from = query.from === undefined ? to - (rangeDaysDefault + 1) * dayMs : Date.parse(query.from);
  if (!(from < to)) throw new CountersignError('invalid-request', 'from must be before to.', { field: 'from' });
  const filter = { from: from * 1000, to: to * 1000, system: query.system ?? null, decisionType: query.decisionType ?? null };
  return { filter, named: { from: new Date(from).toISOString(), to: new Date(to).toISOString(), system: filter.system, decisionType: filter.decisionType } };
}

/** `/v1/metrics/oversight` and `/v1/metrics/calibration`. */
export function metricsRoutes(pool: Pool): FastifyPluginAsync {
  return async (app) => {
    app.get('/v1/metrics/oversight', {
      config: { permission: 'metrics.read' },
      schema: {
        tags: ['metrics'], summary: 'Does the oversight work?', description: 'Decisions accepted in the range (30 days unless given), by system and decision type if asked. Rates are null where nothing was counted; intervals are Clopper-Pearson, 95 %.',
        response: { 200: oversightAnswer },
        querystring: rangeOf('Accepted'),
      },
    }, async (request) => {
      const { filter, named } = readRange(request.query as RangeQuery);
      return { ...named, ...(await oversightReport(pool, filter, Date.now() * 1000)) };
    });

    app.get('/v1/metrics/calibration', {
      config: { permission: 'calibration.read' },
      schema: {
        tags: ['metrics'], summary: 'How people judge where the truth is known', description: 'Calibration exercises scored in the range (30 days unless given), by person and decision type, beside how often the same people leave the output of the AI as it is when they see it. Intervals are Jeffreys, 95 %.',
        response: { 200: calibrationAnswer }, querystring: rangeOf('Scored'),
      },
    }, async (request) => {
      const { filter, named } = readRange(request.query as RangeQuery);
      return { ...named, ...(await calibrationReport(pool, filter)) };
    });
    await Promise.resolve();
  };
}
