/** Said calmly where somebody may not look: which role opens it, and whom to ask. */

import type { ProblemDocument } from '../api/problem.ts';
import { refusalText } from '../session/roles.ts';
import { EmptyState } from './states.tsx';

export function Refused({ problem }: { problem: ProblemDocument }) {
  return <EmptyState title="This is not open to you">{problem.permission === undefined ? `${problem.detail} ${problem.remedy}` : refusalText([problem.permission])}</EmptyState>;
}
