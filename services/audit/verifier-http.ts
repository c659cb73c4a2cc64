import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import type { FastifyPluginAsync } from 'fastify';

const { resolve } = createRequire(import.meta.url);
const programs = [
  { path: '/v1/audit/verifier', name: 'countersign-verify.mjs', summary: 'The program that checks bundles offline' },
  { path: '/v1/audit/verifier/plain', name: 'countersign-verify-plain.mjs', summary: 'The same checks, written to be read in an hour' },
] as const;
const mediaType = 'text/javascript; charset=utf-8';
const answer = { 200: { description: 'One file without dependencies: run it with Node 20.12 or newer, or read it', content: { [mediaType]: { schema: { type: 'string', description: 'The program', examples: ['// Checks a bundle of evidence offline.\n'] } } } } };

/**
 * The two verifiers, for whoever has a bundle and no account here. Who trusts nothing that comes from this system takes them from the repository
 * instead, or reads the plain one: that is what it is short for.
 */
export function verifierRoutes(): FastifyPluginAsync {
  return async (app) => {
    for (const { path, name, summary } of programs) {
      const program = await readFile(resolve(`@countersign/evidence/${name}`));
      app.get(path, { config: { permission: 'public' }, schema: { tags: ['audit'], summary, response: answer } },
        async (_request, reply) => await reply.type(mediaType).header('content-disposition', `attachment; filename="${name}"`).send(program));
    }
  };
}
