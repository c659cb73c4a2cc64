import type { FastifyPluginAsync } from 'fastify';
import type { ServiceName } from '@countersign/contracts';
import { AccessFeed } from './access.ts';
import { recordKeyUse } from './api-key-use.ts';
import { trustedIssuers } from './auth.ts';
import { recordDenials } from './denials.ts';
import { createContext, type ServiceContext } from './context.ts';
import { createHttpServer } from './http.ts';
import { traceRequests } from './http-spans.ts';
import { createLog } from './log.ts';
import type { RunningService } from './service.ts';
import { commonSettings, readSettings, SettingsError } from './settings.ts';

export type StartedService = RunningService & { routes?: FastifyPluginAsync };

/**
 * The whole life of one service as a process: settings, connections, start, serve, wait for SIGTERM or SIGINT, stop in
 * reverse. Exits 1 when something it depends on stopped for good, 2 when its settings are wrong.
 */
export async function runService<S extends ServiceName>(name: S, start: (context: ServiceContext<S>, env: NodeJS.ProcessEnv) => Promise<StartedService>): Promise<void> {
  let log: ReturnType<typeof createLog> | undefined;
  try {
    const settings = readSettings(commonSettings, process.env);
    log = createLog(name, settings.logLevel);
    const stopped = Promise.withResolvers<Error | null>();
    process.once('SIGTERM', () => stopped.resolve(null));
    process.once('SIGINT', () => stopped.resolve(null));
    const failure = await serve(name, settings, log, stopped, start);
    if (failure !== null) log.fatal({ err: failure }, 'the service cannot go on');
    process.exit(failure === null ? 0 : 1);
  } catch (error) {
    // Settings are a person's to mend, who may have no log to read yet.
    if (error instanceof SettingsError || log === undefined) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    else log.fatal({ err: error }, 'the service could not start, or not stop');
    process.exit(error instanceof SettingsError ? 2 : 1);
  }
}

async function serve<S extends ServiceName>(
  name: S,
  settings: ReturnType<typeof readSettings<typeof commonSettings>>,
  log: ReturnType<typeof createLog>,
  stopped: PromiseWithResolvers<Error | null>,
  start: (context: ServiceContext<S>, env: NodeJS.ProcessEnv) => Promise<StartedService>,
): Promise<Error | null> {
  await using context = await createContext(name, settings, (error) => stopped.resolve(error), log);
  await using feed = await AccessFeed.open(context.connection, context.codec, context.onCrash);
  await using service = await start(context, process.env);
  const http = await createHttpServer({ log, issuers: trustedIssuers(settings), trustedProxies: settings.trustedProxies, services: () => [service], routes: service.routes === undefined ? [] : [traceRequests(context.tracing, service.routes)], apiKeys: { feed, onUsed: recordKeyUse(context) }, onDenied: recordDenials(context) });
  await http.listen({ host: settings.httpHost, port: settings.httpPort });
  log.info({ port: settings.httpPort }, `${name} is running`);
  const failure = await stopped.promise;
  await http.close();
  return failure;
}
