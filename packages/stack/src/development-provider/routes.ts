import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import { errors } from 'oidc-provider';
import { expiredPage, pagePolicy, pickingPage } from './page.ts';
import type { SeededPerson } from './people.ts';
import { providerPath, sessionCookie, type DevelopmentProvider } from './provider.ts';

const hidden = { schema: { hide: true }, config: { permission: 'public' } } as const;
const formBytesMax = 2000;

/** The provider and its page of people, under its path. */
export function developmentProviderRoutes({ provider }: DevelopmentProvider, people: readonly SeededPerson[]): FastifyPluginAsync {
  const answer = provider.callback();
  return async (app) => {
    // The provider reads bodies itself.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _payload, done) => done(null));
    app.all(`${providerPath}/*`, hidden, async (request, reply) => {
      reply.hijack();
      forgetSession(request.raw.headers);
      // As a framework that mounts it would: from the two addresses it learns where it stands.
      Object.assign(request.raw, { originalUrl: request.url, url: request.url.slice(providerPath.length) });
      await answer(request.raw, reply.raw);
    });
    await app.register(pickingRoutes(provider, people));
  };
}

/** The provider remembers nobody: who picks somebody else would otherwise have to sign out there first. */
function forgetSession(headers: IncomingHttpHeaders): void {
  const kept = (headers.cookie ?? '').split(';').filter((pair) => !pair.trim().startsWith(sessionCookie));
  headers.cookie = kept.join(';');
}

function pickingRoutes(provider: DevelopmentProvider['provider'], people: readonly SeededPerson[]): FastifyPluginAsync {
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: formBytesMax }, (_request, body, done) => done(null, new URLSearchParams(String(body))));

    app.get<{ Params: { uid: string } }>(`${providerPath}/sign-in/:uid`, { ...hidden, helmet: pagePolicy }, async (request, reply) => {
      try {
        await provider.interactionDetails(request.raw, reply.raw);
        return await sendPage(reply, 200, pickingPage(people, `${providerPath}/sign-in/${request.params.uid}`));
      } catch (error) {
        return await sendExpired(reply, error);
      }
    });

    app.post<{ Params: { uid: string }; Body: URLSearchParams }>(`${providerPath}/sign-in/:uid`, { ...hidden, helmet: pagePolicy }, async (request, reply) => {
      const person = people.find(({ personId }) => personId === request.body.get('person'));
      const result = person === undefined ? { error: 'access_denied', error_description: 'Nobody was picked.' } : { login: { accountId: person.personId, remember: false } };
      try {
        return await reply.redirect(await provider.interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission: false }), 303);
      } catch (error) {
        return await sendExpired(reply, error);
      }
    });
  };
}

async function sendPage(reply: FastifyReply, status: number, html: string): Promise<FastifyReply> {
  return await reply.code(status).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(html);
}

async function sendExpired(reply: FastifyReply, error: unknown): Promise<FastifyReply> {
  if (!(error instanceof errors.SessionNotFound)) throw error;
  return await sendPage(reply, 400, expiredPage());
}
