/** `/v1/erasures` and `/v1/legal-holds`. */

import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { CountersignError } from '@countersign/kit';
import { hexOf, type ErasureDeps } from './context.ts';
import { isoOrNull } from '../instants.ts';
import * as store from './erasures-store.ts';
import type { ErasureRow, ErasureState } from './erasures-store.ts';
import { scrubbingServices } from './execution.ts';
import { holdView, liftHold, placeHold, requireHold, type HoldRequest } from './holds.ts';
import { readHolds } from './holds-store.ts';
import { answers, erasureBody, erasureParams, erasuresQuery, holdBody, holdParams, holdsQuery, reasonBody } from './http-schemas.ts';
import { approveErasure, refuseErasure, requestErasure, subjectOf, type ErasureRequest } from './requests.ts';

const erasureTags = ['erasures'];
const holdTags = ['legal-holds'];
const holdsMax = 500;
const idsMax = 1000;

type OneErasure = FastifyRequest<{ Params: { erasureId: string }; Body: { reason: string } }>;
type OneHold = FastifyRequest<{ Params: { holdId: string }; Body: { reason: string } }>;

/** `poke` is called after an approval. */
export function erasureRoutes(deps: ErasureDeps, poke: () => void): FastifyPluginAsync {
  const show = async (erasureId: string) => {
    const row = await store.readErasure(deps.pool, erasureId);
    if (row === null) throw new CountersignError('not-found', 'No such erasure.', { remedy: 'List them with GET /v1/erasures.' });
    const [view] = await viewsOf(deps, [row], true);
    return view;
  };
  return async (app) => {
    app.post('/v1/erasures', {
      config: { permission: 'erasures.manage' },
      schema: { tags: erasureTags, summary: 'Ask for an erasure', description: 'Of a subject, of decisions, or of events that belong to no decision. Nothing happens until another privacy officer approves it.', body: erasureBody, response: answers.asked },
    }, async (request, reply) => await reply.code(201).send(await show(await requestErasure(deps, request.identity.subject, request.body as ErasureRequest))));
    app.get('/v1/erasures', { config: { permission: 'audit.read' }, schema: { tags: erasureTags, summary: 'Erasures, newest first', querystring: erasuresQuery, response: answers.erasures } }, async (request) => {
      const { state, limit, cursor } = request.query as { state?: ErasureState; limit: number; cursor?: string };
      const rows = await store.readErasures(deps.pool, state ?? null, cursor === undefined ? null : cursorFrom(cursor), limit);
      const last = rows.at(-1);
      return { erasures: await viewsOf(deps, rows, false), next: last === undefined || rows.length < limit ? null : `${last.requestedAt}.${last.erasureId}` };
    });
    app.get('/v1/erasures/:erasureId', { config: { permission: 'audit.read' }, schema: { tags: erasureTags, summary: 'One erasure and how far it is', params: erasureParams, response: answers.erasure } }, async (request) => await show((request as OneErasure).params.erasureId));
    app.post('/v1/erasures/:erasureId/approve', {
      config: { permission: 'erasures.manage' },
      schema: { tags: erasureTags, summary: 'Approve what somebody else asked for', description: 'It cannot be stopped or taken back. Refused with `refusal: legal-hold` and the `holds` where one keeps any of it.', params: erasureParams, response: answers.erasure },
    }, async (request) => {
      const { erasureId } = (request as OneErasure).params;
      await approveErasure(deps, request.identity.subject, erasureId);
      poke();
      return await show(erasureId);
    });
    app.post('/v1/erasures/:erasureId/refuse', { config: { permission: 'erasures.manage' }, schema: { tags: erasureTags, summary: 'Refuse what somebody else asked for', params: erasureParams, body: reasonBody, response: answers.erasure } }, async (request) => {
      const { params, body } = request as OneErasure;
      await refuseErasure(deps, request.identity.subject, params.erasureId, body.reason);
      return await show(params.erasureId);
    });
    holdRoutes(app, deps);
    await Promise.resolve();
  };
}

function holdRoutes(app: Parameters<FastifyPluginAsync>[0], deps: ErasureDeps): void {
  app.post('/v1/legal-holds', {
    config: { permission: 'holds.manage' },
    schema: { tags: holdTags, summary: 'Place a legal hold', description: 'On a subject, on decisions, or on a decision type over a range of time. Nothing of it is erased or falls to retention while it stands.', body: holdBody, response: answers.placed },
  }, async (request, reply) => await reply.code(201).send(holdView(await placeHold(deps, request.identity.subject, request.body as HoldRequest))));
  app.get('/v1/legal-holds', { config: { permission: 'audit.read' }, schema: { tags: holdTags, summary: 'Legal holds, newest first', querystring: holdsQuery, response: answers.holds } }, async (request) => {
    const { standing } = request.query as { standing: boolean };
    return { holds: (await readHolds(deps.pool, standing, holdsMax)).map(holdView) };
  });
  app.get('/v1/legal-holds/:holdId', { config: { permission: 'audit.read' }, schema: { tags: holdTags, summary: 'One legal hold', params: holdParams, response: answers.hold } }, async (request) => holdView(await requireHold(deps.pool, (request as OneHold).params.holdId)));
  app.post('/v1/legal-holds/:holdId/lift', {
    config: { permission: 'holds.manage' }, schema: { tags: holdTags, summary: 'Lift a legal hold, by two people', description: 'The first to call it asks, the second agrees; until then it stands.', params: holdParams, body: reasonBody, response: answers.hold },
  }, async (request) => {
    const { params, body } = request as OneHold;
    return holdView(await liftHold(deps, request.identity.subject, params.holdId, body.reason));
  });
}

/** `whole`: with the decisions, which may be many. */
async function viewsOf(deps: ErasureDeps, rows: readonly ErasureRow[], whole: boolean) {
  const ids = rows.map(({ erasureId }) => erasureId);
  const [counts, acknowledged] = [await store.countDecisions(deps.pool, ids), await store.countAcknowledgements(deps.pool, ids)];
  return await Promise.all(rows.map(async (row) => {
    const { sealedSubject: _sealed, requestedAt, decidedAt, erasedThrough, destroyedAt, completedAt, ...facts } = row;
    const { decisions, held } = counts.find(({ erasureId }) => erasureId === row.erasureId) ?? { decisions: 0, held: 0 };
    const progress = row.state === 'requested' || row.state === 'refused' ? [] : scrubbingServices.map((service) => ({
      service, applied: acknowledged.find((one) => one.erasureId === row.erasureId && one.service === service)?.decisions ?? 0, of: decisions,
    }));
    return {
      ...facts, system: row.system || null, subjectRef: hexOf(row.subjectRef), subject: await subjectOf(deps, row), decisionIds: whole ? await store.pageOfDecisions(deps.pool, row.erasureId, '', idsMax, true) : [],
      requestedAt: isoOrNull(requestedAt), decidedAt: isoOrNull(decidedAt), erasedThrough: isoOrNull(erasedThrough), destroyedAt: isoOrNull(destroyedAt), completedAt: isoOrNull(completedAt), decisions, held, progress,
    };
  }));
}

function cursorFrom(text: string): { requestedAt: number; erasureId: string } {
  const [, requestedAt, erasureId] = /^(\d{1,16})\.(.+)$/.exec(text) ?? [];
  if (requestedAt === undefined || erasureId === undefined) throw new CountersignError('invalid-request', 'The cursor is not one we gave.', { field: 'cursor' });
  return { requestedAt: Number(requestedAt), erasureId };
}
