/** All routes of review as one plugin, so that it is mounted alone or beside the other services. */

import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { CountersignError, ErasedError, PolicyNotReadYetError } from '@countersign/kit';
import type { ReviewContext } from './context.ts';
import { consoleRoutes } from './console/http.ts';
import { standingRoutes } from './desk/http.ts';
import { draftRoutes } from './drafts/http.ts';
import { findingRoutes } from './findings/http.ts';
import type { ReviewHttp } from './http-context.ts';
import { requireStandingSession } from './identity/bearer-sessions.ts';
import type { IdentityContext } from './identity/context.ts';
import { identityRoutes, peopleSessionRoutes } from './identity/http.ts';
import { judgementRoutes } from './judgements/http.ts';
import { keyRoutes } from './keys/http.ts';
import { liveRoutes } from './live/http.ts';
import type { Hub } from './live/hub.ts';
import { availabilityRoutes, nameRoutes, peopleRoutes } from './people/http.ts';
import { ReviewRefusal } from './refusals.ts';
import { recognisePerson } from './people/register.ts';
import { presentationRoutes } from './presentation/http.ts';
import { reservationRoutes } from './reservations/http.ts';
import { supervisionRoutes } from './supervision/http.ts';
import { claimRoutes } from './tasks/http.ts';
import { oversightRoutes } from './tasks/oversight-http.ts';

/** Faults of what lies below, as a caller can understand them. */
function readable(error: unknown): unknown {
  if (error instanceof PolicyNotReadYetError) return new CountersignError('unavailable', 'The policy of this decision is not read yet.');
  if (error instanceof ErasedError) return new ReviewRefusal('content-erased', 'The person this decision is about was erased.');
  return error;
}

/** `/v1/reviews`, `/v1/people`, `/v1/api-keys`, signing in, and the console. Who may call what is in each route's `permission`. */
export function reviewRoutes(review: ReviewContext, identity: IdentityContext, hub: Hub): FastifyPluginAsync {
  const reviewer = async ({ identity }: FastifyRequest) =>
    await recognisePerson(review, { personId: identity.subject, name: identity.name, roles: identity.roles });
  const http: ReviewHttp = { review, reviewer };
  return async (app) => {
    app.setErrorHandler((error) => {
      throw readable(error);
    });
    app.addHook('onRequest', async (request) => await requireStandingSession(review.sql, request));
    await app.register(identityRoutes(identity));
    await app.register(peopleSessionRoutes(identity));
    await app.register(consoleRoutes(identity.config.consoleDir));
    const parts = [
      claimRoutes, presentationRoutes, judgementRoutes, oversightRoutes, findingRoutes, peopleRoutes, nameRoutes, availabilityRoutes, keyRoutes, reservationRoutes, draftRoutes,
      standingRoutes, supervisionRoutes,
    ];
    for (const routes of parts) await app.register(routes(http));
    await app.register(liveRoutes(http, hub));
  };
}
