/** The register, read whole: an organisation's reviewers are some hundreds, and finding one must not wait. */

import { useQuery } from '@tanstack/react-query';
import type { ApiClient } from '../../api/client.ts';
import type { RegisteredPerson } from '../../api/contract.ts';
import { useApi } from '../../runtime.tsx';

export const peopleKey = 'register';

const pagePeople = 500;
/** Beyond this the list is cut, and says so. */
const pagesMax = 10;

export type Register = { people: RegisteredPerson[]; cut: boolean };

export function useRegister() {
  const api = useApi();
  return useQuery({ queryKey: [peopleKey], queryFn: () => readRegister(api) });
}

async function readRegister(api: ApiClient): Promise<Register> {
  const people: RegisteredPerson[] = [];
  let after: string | null = null;
  for (let page = 0; page < pagesMax; page += 1) {
    const answer: { people: RegisteredPerson[]; next: string | null } = await api.call({ method: 'GET', path: '/v1/people', query: { after, limit: pagePeople } });
    people.push(...answer.people);
    after = answer.next;
    if (after === null) return { people, cut: false };
  }
  return { people, cut: true };
}

/** The decision types that have a policy in force. */
export function useDecisionTypes(): readonly string[] {
  const api = useApi();
  const policies = useQuery({ queryKey: ['policies', 'active'], queryFn: () => api.call<{ policies: Array<{ decisionType: string }> }>({ method: 'GET', path: '/v1/policies' }), staleTime: 300_000 });
  return policies.data?.policies.map(({ decisionType }) => decisionType) ?? [];
}
