import { randomUUID } from 'node:crypto';
import type { ServiceContext } from './context.ts';
import type { HttpServerOptions } from './http.ts';

/** Puts every denial on `governance.recorded`. */
export function recordDenials(context: ServiceContext): HttpServerOptions['onDenied'] {
  const publisher = context.publisher as unknown as ServiceContext<'intake'>['publisher'];
  return ({ actor, apiKeyId, permission, method, path, reason }) => {
    const record = publisher.record('governance.recorded', 'AccessDenied', {
      eventId: randomUUID(), occurredAt: Date.now() * 1000, system: null, decisionId: null, actor, policyVersion: null, permission, method, path: path.slice(0, 500), reason, apiKeyId,
    }, null);
    context.producer.send([record]).catch((error: unknown) => context.log.error({ err: error, permission, path }, 'a denial could not be recorded'));
  };
}
