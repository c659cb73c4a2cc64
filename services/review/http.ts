/** All routes of review as one plugin, so that it is mounted alone or beside the other services. */

import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ReviewContext, ReviewPerson } from './context.ts';
import { findingRoutes } from './findings/http.ts';
import { judgementRoutes } from './judgements/http.ts';
import { peopleRoutes } from './people/http.ts';
import { recognisePerson } from './people/register.ts';
import { presentationRoutes } from './presentation/http.ts';
import { claimRoutes } from './tasks/http.ts';
import { oversightRoutes } from './tasks/oversight-http.ts';

export type ReviewHttp = {
  review: ReviewContext;
  /** The reviewer behind a request; refuses whoever is not entered as one. */
  reviewer(request: FastifyRequest): Promise<ReviewPerson>;
};

/** `/v1/reviews` and `/v1/people`. Who may call what is in each route's `permission`. */
export function reviewRoutes(review: ReviewContext): FastifyPluginAsync {
  const reviewer = async ({ identity }: FastifyRequest) =>
    await recognisePerson(review, { personId: identity.subject, name: identity.name, roles: identity.roles });
  const http: ReviewHttp = { review, reviewer };
  return async (app) => {
    const parts = [claimRoutes, presentationRoutes, judgementRoutes, oversightRoutes, findingRoutes, peopleRoutes];
    for (const routes of parts) await app.register(routes(http));
  };
}
