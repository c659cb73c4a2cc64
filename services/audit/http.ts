import type { FastifyPluginAsync } from 'fastify';
import type { Pool } from 'pg';
import type { ServiceContext, Vault } from '@countersign/kit';
import { caseRoutes } from './cases/http.ts';
import { streamRoutes } from './exports/stream-http.ts';
import { searchRoutes } from './searches/http.ts';
import { savedSearchRoutes } from './searches/saved-http.ts';

export type AuditHttpDeps = { context: ServiceContext<'audit'>; pool: Pool; vault: Vault };

/** `/v1/audit`: searches, cases, exports. */
export function auditRoutes({ context, pool, vault }: AuditHttpDeps): FastifyPluginAsync {
  return async (app) => {
    for (const routes of [searchRoutes(pool, vault), savedSearchRoutes(pool), caseRoutes(pool, vault), streamRoutes({ context, pool, vault })]) await app.register(routes);
  };
}
