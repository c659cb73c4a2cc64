/** Signing in and sessions, as one plugin with a scope of its own: no other route is opened by a cookie. */

import type { FastifyPluginAsync } from 'fastify';
import { registerBrowserSessions } from './browser-sessions.ts';
import type { IdentityContext } from './context.ts';
import { addSessionRoutes } from './session-http.ts';
import { endSessionsOf } from './sessions.ts';
import { addSignInRoutes } from './sign-in-http.ts';

/** `/auth`, `/v1/session` and `/.well-known/jwks.json`. */
export function identityRoutes(identity: IdentityContext): FastifyPluginAsync {
  return async (app) => {
    await registerBrowserSessions(app, identity);
    addSignInRoutes(app, identity);
    addSessionRoutes(app, identity);
  };
}

/** What administrators may do to the sessions of others, by bearer token. */
export function peopleSessionRoutes(identity: IdentityContext): FastifyPluginAsync {
  return async (app) => {
    app.delete<{ Params: { personId: string } }>(
      '/v1/people/:personId/sessions',
      {
        config: { permission: 'people.change' },
        schema: {
          tags: ['people'],
          summary: 'End every session of a person',
          description: 'For a lost device, or somebody who left. Their tokens are refused at once by reviews, and within five minutes elsewhere.',
          params: { type: 'object', required: ['personId'], properties: { personId: { type: 'string', minLength: 1, maxLength: 200, description: 'The subject of their token', examples: ['maria'] } } },
          response: { 200: { description: 'Ended', type: 'object', required: ['ended'], properties: { ended: { type: 'integer', description: 'Sessions that had not ended before' } }, examples: [{ ended: 2 }] } },
        },
      },
      async (request) => ({ ended: await endSessionsOf(identity, request.params.personId, request.identity.subject) }),
    );
  };
}
