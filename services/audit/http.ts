import type { FastifyPluginAsync } from 'fastify';
import type { Pool } from 'pg';
import type { ServiceContext, Vault } from '@countersign/kit';
import { caseRoutes } from './cases/http.ts';
import { exportRoutes } from './exports/http.ts';
import type { ExportRunner } from './exports/runner.ts';
import { streamRoutes } from './exports/stream-http.ts';
import { searchRoutes } from './searches/http.ts';
import { savedSearchRoutes } from './searches/saved-http.ts';

/** `runner` is `null` where no export folder is configured. */
export type AuditHttpDeps = { context: ServiceContext<'audit'>; pool: Pool; vault: Vault; runner: ExportRunner | null };

/** `/v1/audit`: searches, cases, exports. */
export function auditRoutes({ context, pool, vault, runner }: AuditHttpDeps): FastifyPluginAsync {
  return async (app) => {
    for (const routes of [searchRoutes(pool, vault), savedSearchRoutes(pool), caseRoutes(pool, vault), streamRoutes({ context, pool, vault }), exportRoutes({ context, pool, runner })]) await app.register(routes);
  };
}
