import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import type { Vault } from '@countersign/kit';
import { caseAnswers, decisionParams, presentationParams } from './http-shapes.ts';
import { readShown } from './contents.ts';
import { readCase } from './read.ts';

const tags = ['audit'];
type Named = { system: string; decisionId: string };
/** Shown bytes are data: what is no JSON is never given to a browser as anything that it would run. */
const safeTypes: ReadonlySet<string> = new Set(['application/json']);

/** `/v1/audit/decisions/…`: one decision, and what each reviewer saw of it. */
export function caseRoutes(pool: Pool, vault: Vault): FastifyPluginAsync {
  return async (app) => {
    app.get('/v1/audit/decisions/:system/:decisionId', {
      config: { permission: 'audit.read' }, schema: { tags, summary: 'One decision from proposal to outcome', params: decisionParams, response: caseAnswers.case },
    }, async (request) => {
      const { system, decisionId } = (request as FastifyRequest<{ Params: Named }>).params;
      return await readCase(pool, vault, system, decisionId);
    });
    app.get('/v1/audit/decisions/:system/:decisionId/presentations', {
      config: { permission: 'audit.read' }, schema: { tags, summary: 'What reviewers were shown of a decision', params: decisionParams, response: caseAnswers.presentations },
    }, async (request) => {
      const { system, decisionId } = (request as FastifyRequest<{ Params: Named }>).params;
      return { presentations: (await readCase(pool, vault, system, decisionId)).presentations };
    });
    app.get('/v1/audit/decisions/:system/:decisionId/presentations/:digest', {
      config: { permission: 'audit.read' }, schema: { tags, summary: 'What one reviewer was shown, byte for byte, checked against its digest', params: presentationParams, response: caseAnswers.shown },
    }, async (request, reply) => {
      const { system, decisionId, digest } = (request as FastifyRequest<{ Params: Named & { digest: string } }>).params;
      const { mediaType, bytes } = await readShown(pool, vault, { system, decisionId, digest });
      // It may be erased at any moment: nobody keeps a copy on the way.
      return await reply.type(safeTypes.has(mediaType) ? mediaType : 'application/octet-stream')
        .headers({ 'x-presentation-digest': digest, 'cache-control': 'no-store', 'content-disposition': `attachment; filename="presentation-${digest.slice(0, 12)}.json"` }).send(bytes);
    });
    await Promise.resolve();
  };
}
