import type { FastifyInstance } from 'fastify';
import { serviceNames, type ServiceName } from '@countersign/contracts';
import { AccessFeed, createContext, createHttpServer, createLog, recordDenials, recordKeyUse, traceRequests, trustedIssuers, type CommonSettings, type Log, type RunningService, type ServiceContext, type StartedService } from '@countersign/kit';
import { developmentSignIn, type SignInPages } from './sign-in.ts';
import { starters } from './services.ts';

/** All services of this process behind one HTTP server. */
export type ServiceStack = AsyncDisposable & {
  http: FastifyInstance;
  url: string;
  services: ReadonlyMap<ServiceName, RunningService>;
  /** Resolves when every decision that is in has gone as far as it goes without a person. */
  drain(deadlineMs: number): Promise<void>;
};

/** `developmentProvider` lets people sign in as somebody seeded; refused in production. `clock` judges the expiry of API keys, in microseconds. */
export type StackOptions = { settings: CommonSettings; developmentProvider?: boolean; env?: NodeJS.ProcessEnv; services?: readonly ServiceName[]; onCrash?(service: ServiceName, error: Error): void; log?: Log; clock?: () => number };

/** The order in which a decision passes them; draining follows it. */
const flow: readonly ServiceName[] = ['intake', 'risk', 'routing', 'sampling', 'review', 'intake', 'audit', 'metrics'];

/** Starts the services; when one fails to, those that were started are stopped and the failure is thrown. */
export async function startServices(options: StackOptions): Promise<ServiceStack> {
  const { settings } = options;
  const signIn = options.developmentProvider === true ? await developmentSignIn(settings) : undefined;
  try {
    const env = options.env ?? process.env;
    return await startBehindOneServer(signIn === undefined ? options : { ...options, env: { COUNTERSIGN_OIDC_ENTER_UNKNOWN: 'true', ...env, ...signIn.env } }, signIn);
  } finally {
    await signIn?.letPortGo();
  }
}

async function startBehindOneServer(options: StackOptions, signIn: SignInPages | undefined): Promise<ServiceStack> {
  const { settings } = options;
  const log = options.log ?? createLog('countersign', settings.logLevel);
  await using stack = new AsyncDisposableStack();
  const services = new Map<ServiceName, RunningService>();
  const contexts = new Map<ServiceName, ServiceContext>();
  const started = await Promise.allSettled((options.services ?? serviceNames).map(async (name) => {
    const { context, service, routes } = await startOne(name, options, log);
    stack.use(context);
    stack.use(service);
    services.set(name, service);
    contexts.set(name, context);
    return routes;
  }));
  for (const result of started) if (result.status === 'rejected') throw result.reason;
  const context = contexts.values().next().value;
  if (context === undefined) throw new RangeError('Name at least one service to start.');
  // One for the process: it belongs to the server, which answers once it is read whole.
  const feed = stack.use(await AccessFeed.open(context.connection, context.codec, context.onCrash));
  const http = await createHttpServer({
    log, issuers: trustedIssuers(settings), trustedProxies: settings.trustedProxies, services: () => [...services.values()], onDenied: recordDenials(context),
    apiKeys: { feed, onUsed: recordKeyUse(context), ...(options.clock === undefined ? {} : { clock: options.clock }) },
    routes: [...(signIn === undefined ? [] : [signIn.routes]), ...started.flatMap((result) => (result.status === 'fulfilled' && result.value !== undefined ? [result.value] : []))],
  });
  await signIn?.letPortGo();
  const url = await http.listen({ host: settings.httpHost, port: signIn?.port ?? settings.httpPort });
  stack.defer(() => http.close());
  const owned = stack.move();
  return {
    http, url, services,
    drain: async (deadlineMs) => {
      for (const name of flow) await services.get(name)?.drain(deadlineMs);
      for (const name of ['audit', 'metrics'] as const) await services.get(name)?.drain(deadlineMs);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function startOne<S extends ServiceName>(name: S, options: StackOptions, log: Log): Promise<{ context: ServiceContext<S>; service: RunningService; routes: StartedService['routes'] }> {
  const context = await createContext(name, options.settings, (error) => options.onCrash?.(name, error), log.child({ service: name }));
  try {
    const service: StartedService = await starters[name](context, options.env ?? process.env);
    return { context, service, routes: service.routes === undefined ? undefined : traceRequests(context.tracing, service.routes) };
  } catch (error) {
    await context[Symbol.asyncDispose]();
    throw new Error(`The service ${name} did not start: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
