import { call } from './http.ts';

export const readerId = 'interop-reader';

/** Enters the scripted reviewer, qualified for doubtful digits and nothing else. */
export async function enterReader(httpUrl: string, adminToken: string): Promise<void> {
  const person = { name: 'Interop Reader', roles: ['reviewer'], queues: ['digits.routing/standard'], active: true };
  await call('PUT', `${httpUrl}/v1/people/${readerId}`, adminToken, person);
}
