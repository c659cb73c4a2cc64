import type { Case } from '../cases/case.ts';
import type { Task } from '../tasks/store.ts';

/**
 * The case as its question is to be asked: an exercise asks as live work does today, and so does a re-review as far as
 * its answers are the same, whatever the policy said when the decision was accepted. An old wording would give it away. So would
 * the question about what no policy covers, which is never asked without the AI's output but of who judges again what a policy covers
 * and could not classify: they are asked what the policy asks.
 */
export function asked<C extends Case>(item: C, { lane, askedPolicyVersion }: Pick<Task, 'lane' | 'askedPolicyVersion'>): C {
  return { ...item, known: item.known || lane !== 'primary', policyVersion: askedPolicyVersion ?? item.policyVersion };
}
