/**
 * Review as `main.ts` runs it, with one route more: the baseline, a transaction of a single `update ... returning` behind the same server, the
 * same check of the token and a pool of the same size.
 */
import { createContext, createHttpServer, createLog, inTransaction, openDatabase, readSettings, commonSettings, recordDenials, trustedIssuers } from '@countersign/kit';
import type { StartedService } from '@countersign/kit';
import { startReview } from '../../../services/review/service.ts';

const settings = readSettings(commonSettings, process.env);
const log = createLog('review', settings.logLevel);
await using context = await createContext('review', settings, (error) => {
  throw error;
}, log);
await using review = await startReview(context, process.env);
await using database = openDatabase<unknown>('review', settings);

const baseline: NonNullable<StartedService['routes']> = async (app) => {
  await Promise.resolve();
  app.post<{ Params: { row: number } }>('/v1/baseline/:row', { config: { permission: 'reviews.work' }, schema: { params: { type: 'object', properties: { row: { type: 'integer' } } } } }, async (request) =>
    await inTransaction(database.pool, async (client) => (await client.query<{ touched: number }>('update baseline set touched = touched + 1 where row_id = $1 returning touched', [request.params.row])).rows[0]));
};

const http = await createHttpServer({ log, issuers: trustedIssuers(settings), trustedProxies: settings.trustedProxies, services: () => [review], routes: [review.routes, baseline], onDenied: recordDenials(context) });
await http.listen({ host: settings.httpHost, port: settings.httpPort });
await new Promise<void>((resolve) => process.once('SIGTERM', () => resolve()));
await http.close();
