import type { FastifyRequest } from 'fastify';
import type { ReviewContext, ReviewPerson } from './context.ts';

/** What the routes of every part are given. */
export type ReviewHttp = {
  review: ReviewContext;
  /** The reviewer behind a request; refuses whoever is not entered as one. */
  reviewer(request: FastifyRequest): Promise<ReviewPerson>;
};
