import { signDevelopmentToken } from '../embedded/secrets.ts';
import { SetupError } from '../infrastructure/failure.ts';
import { homeFolder } from './home.ts';

/** What the API said no to, with the code and the remedy of its problem document. */
export class RefusedCall extends SetupError {
  override name = 'RefusedCall';
  readonly code: string | undefined;
  constructor(call: string, { code, detail, remedy }: { code?: string; detail?: string; remedy?: string }) {
    super(`${call}: ${detail ?? 'it was refused.'}`, remedy ?? 'Read the logs.');
    this.code = code;
  }
}

/** Calls the running API as a development person, once however often it is called with one `idempotencyKey`. Throws `RefusedCall` for any answer but a good one. */
export async function callApi<T>(http: string, person: { name: string; role: string }, method: string, path: string, body?: unknown, idempotencyKey?: string): Promise<T> {
  const token = await signDevelopmentToken(homeFolder(), { subject: person.name, roles: [person.role], ttlSeconds: 300 });
  const response = await fetch(`${http}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as T & { code?: string; detail?: string; remedy?: string };
  if (!response.ok) throw new RefusedCall(`${method} ${path}`, answer);
  return answer;
}
