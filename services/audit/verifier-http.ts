import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import type { FastifyPluginAsync } from 'fastify';

const file = createRequire(import.meta.url).resolve('@countersign/evidence/countersign-verify.mjs');
const mediaType = 'text/javascript; charset=utf-8';
const answer = { 200: { description: 'One file without dependencies: run it with Node 20.12 or newer, or read it', content: { [mediaType]: { schema: { type: 'string', description: 'The program', examples: ['// Checks a bundle of evidence offline.\n'] } } } } };

/**
 * The verifier, for whoever has a bundle and no account here. Who trusts nothing that comes from this system takes it from the repository
 * instead, or reads it: that is what it is short for.
 */
export function verifierRoutes(): FastifyPluginAsync {
  return async (app) => {
    const program = await readFile(file);
    app.get('/v1/audit/verifier', { config: { permission: 'public' }, schema: { tags: ['audit'], summary: 'The program that checks bundles offline', response: answer } },
      async (_request, reply) => await reply.type(mediaType).header('content-disposition', 'attachment; filename="countersign-verify.mjs"').send(program));
  };
}
