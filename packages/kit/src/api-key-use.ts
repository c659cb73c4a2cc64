import { randomUUID } from 'node:crypto';
import { apiKeySubject, type ApiKeyAccess } from './api-keys.ts';
import type { ServiceContext } from './context.ts';

/** The use of a key is told no more often than this by one instance: a pipeline may call thousands of times a minute. */
export const keyUseEveryUs = 5 * 60_000_000;

/** Calls `report` for the first use of each key, and then for one in five minutes. Keeps one number a key that was accepted. */
export function everyFiveMinutes(report: (keyId: string, now: number) => Promise<void>, onFailure: (error: unknown, keyId: string) => void): ApiKeyAccess['onUsed'] {
  const reportedAt = new Map<string, number>();
  return (keyId, now) => {
    if (now < (reportedAt.get(keyId) ?? -Infinity) + keyUseEveryUs) return;
    reportedAt.set(keyId, now);
    report(keyId, now).catch((error: unknown) => {
      // The next use tells it instead.
      reportedAt.delete(keyId);
      onFailure(error, keyId);
    });
  };
}

/** Puts the use of API keys on `governance.recorded`, from where review shows it. */
export function recordKeyUse(context: ServiceContext): ApiKeyAccess['onUsed'] {
  const publisher = context.publisher as unknown as ServiceContext<'intake'>['publisher'];
  return everyFiveMinutes(async (keyId, now) => {
    await context.producer.send([publisher.record('governance.recorded', 'ApiKeyUsed', {
      eventId: randomUUID(), occurredAt: now, system: null, decisionId: null, actor: apiKeySubject(keyId), policyVersion: null, keyId, service: context.name,
    }, null)]);
  }, (error, keyId) => context.log.error({ err: error, keyId }, 'the use of an API key could not be recorded'));
}
