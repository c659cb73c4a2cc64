import { signDevelopmentToken } from '../embedded/secrets.ts';
import { homeFolder } from './home.ts';

/** Calls the running API as a development person, once however often it is called with one `idempotencyKey`. Throws what the problem document says. */
export async function callApi<T>(http: string, person: { name: string; role: string }, method: string, path: string, body?: unknown, idempotencyKey?: string): Promise<T> {
  const token = await signDevelopmentToken(homeFolder(), { subject: person.name, roles: [person.role], ttlSeconds: 300 });
  const response = await fetch(`${http}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as T & { detail?: string; remedy?: string };
  if (!response.ok) throw new Error(`${method} ${path}: ${answer.detail ?? response.statusText} ${answer.remedy ?? ''}`);
  return answer;
}
