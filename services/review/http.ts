/** All routes of review as one plugin, so that it is mounted alone or beside the other services. */

import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ReviewContext, ReviewPerson } from './context.ts';
import { findingRoutes } from './findings/http.ts';
import { judgementRoutes } from './judgements/http.ts';
import { peopleRoutes } from './people/http.ts';
import { presentationRoutes } from './presentation/http.ts';
import { claimRoutes } from './tasks/http.ts';
import { oversightRoutes } from './tasks/oversight-http.ts';

export type ReviewPermission = 'queues:read' | 'findings:read' | 'findings:dispose' | 'people:read' | 'people:write';

export type ReviewHttp = {
  review: ReviewContext;
  /** The reviewer behind a request; refuses everybody else. */
  reviewer(request: FastifyRequest): Promise<ReviewPerson>;
  /** Refuses whoever lacks the permission; answers who it is. */
  allow(request: FastifyRequest, permission: ReviewPermission): Promise<string>;
};

export function reviewHttpRoutes(http: ReviewHttp): FastifyPluginAsync {
  return async (app) => {
    const parts = [claimRoutes, presentationRoutes, judgementRoutes, oversightRoutes, findingRoutes, peopleRoutes];
    for (const routes of parts) await app.register(routes(http));
  };
}
