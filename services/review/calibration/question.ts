import type { Case } from '../cases/case.ts';
import type { Task } from '../tasks/store.ts';

/**
 * The case as its question is to be asked: an exercise asks as live work does today, whatever the policy said when the
 * decision was accepted. An old wording would give it away.
 */
export function asked<C extends Case>(item: C, { askedPolicyVersion }: Pick<Task, 'askedPolicyVersion'>): C {
  return askedPolicyVersion === null ? item : { ...item, policyVersion: askedPolicyVersion };
}
