import { seededPeople } from '../development-provider/people.ts';
import { callApi } from './api.ts';

const admin = { name: 'alma', role: 'admin' };

/** Enters the people of the development provider, so that work can be given to them before they signed in. Whoever is known stays as they are. */
export async function enterSeededPeople(http: string): Promise<void> {
  const { people } = await callApi<{ people: Array<{ personId: string }> }>(http, admin, 'GET', '/v1/people?limit=500');
  const known = new Set(people.map(({ personId }) => personId));
  for (const { personId, name, roles } of seededPeople) {
    if (known.has(personId)) continue;
    const works = roles.includes('reviewer') || roles.includes('senior');
    await callApi(http, admin, 'PUT', `/v1/people/${personId}`, { name, roles, queues: works ? ['*'] : [] });
  }
}
