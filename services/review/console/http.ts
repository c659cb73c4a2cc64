/** The console: its built files, and its one page for every address that a person may open. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import files from '@fastify/static';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { contentPolicy } from '@countersign/kit';
import { notBuiltPage, notBuiltPolicy } from './not-built.ts';

/** What is never a page of the console, whoever asks: a slip in such an address must not look like an answer. */
const reserved = /^\/(v1|auth|\.well-known|docs|openapi|dev-oidc)(\/|$)|^\/(healthz|readyz|metrics|openapi\.json)$/;
const yearS = 31_536_000;
const hidden = { schema: { hide: true }, config: { permission: 'public' } } as const;
/** Scripts, styles and fonts come from files only. What a component sets on an element it sets by script, which needs no leave. */
const consolePolicy = contentPolicy();

/** Serves the folder, or without one says how to build it. */
export function consoleRoutes(folder: string | null): FastifyPluginAsync {
  return async (app) => {
    if (folder === null || !existsSync(join(folder, 'index.html'))) {
      app.get('/', { ...hidden, helmet: notBuiltPolicy }, async (_request, reply) => await reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(notBuiltPage));
      return;
    }
    const built = new Set(readdirSync(folder));
    await app.register(files, { root: folder, serve: false, index: false, preCompressed: true, dotfiles: 'ignore' });
    app.get('/', { ...hidden, helmet: consolePolicy }, (_request, reply) => sendPage(reply));
    app.get<{ Params: { '*': string } }>('/*', { ...hidden, helmet: consolePolicy }, (request, reply) => {
      const path = `/${request.params['*']}`;
      if (reserved.test(path)) return reply.callNotFound();
      // A dot does not make a file: people and systems in addresses have them too.
      if (built.has(path.split('/')[1] ?? '')) return sendBuilt(reply, path);
      return isNavigation(request) ? sendPage(reply) : reply.callNotFound();
    });
  };
}

/** Looked for anew each time: it names the files of the newest build. */
function sendPage(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-cache').sendFile('index.html', { cacheControl: false });
}

/** Names under /assets change with the content. */
function sendBuilt(reply: FastifyReply, path: string): FastifyReply {
  const hashed = path.startsWith('/assets/');
  return reply.header('cache-control', hashed ? `public, max-age=${yearS}, immutable` : 'no-cache').sendFile(path.slice(1), { cacheControl: false });
}

function isNavigation({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? '').includes('text/html');
}
