/** Tokens of sessions: refused at once when the session ended, and worth what the register says now. */

import type { FastifyRequest } from 'fastify';
import { requirePermission } from '@countersign/kit';
import type { Identity } from '@countersign/kit';
import { ReviewRefusal } from '../refusals.ts';
import type { Sql } from '../sql.ts';
import { readStanding } from './session-store.ts';

/** Runs after the token itself was found sound. Tokens that others issued have no session, and end with themselves. */
export async function requireStandingSession(sql: Sql, request: FastifyRequest): Promise<void> {
  // Public routes have no identity.
  const identity = request.identity as Identity | undefined;
  if (identity === undefined || identity.sessionId === null) return;
  const standing = await readStanding(sql, identity.sessionId);
  if (standing?.personId !== identity.subject) throw new ReviewRefusal('session-ended', 'The session of this token has ended.');
  request.identity = { ...identity, name: standing.name, roles: standing.roles };
  const { permission } = request.routeOptions.config;
  if (permission !== undefined && permission !== 'public' && permission !== 'session') requirePermission(request.identity, permission);
}
