/** What was asked of the server: bones until it is there, the problem where it is none, and otherwise the data, also while a renewal fails. */

import type { ReactNode } from 'react';
import { ProblemError } from '../api/problem.ts';
import { BoneRows, ErrorState, InlineProblem } from './states.tsx';
import { Refused } from './refused.tsx';

/** The part of a query that is read here; one of pages has it too. */
type Query<T> = { data: T | undefined; error: Error | null; refetch(): unknown };
type LoadedProps<T> = { query: Query<T>; label: string; rows?: number; children(data: T): ReactNode };

export function Loaded<T>({ query, label, rows = 5, children }: LoadedProps<T>) {
  const { data, error, refetch } = query;
  if (error instanceof ProblemError && error.status === 403) return <Refused problem={error.problem} />;
  // What is not there comes not by asking again.
  const lasting = error instanceof ProblemError && error.status === 404;
  if (data === undefined) return error === null ? <BoneRows rows={rows} label={`Loading ${label}`} /> : <ErrorState error={error} {...(lasting ? {} : { onRetry: () => void refetch() })} />;
  return (
    <>
      {error !== null && <InlineProblem error={error} />}
      {children(data)}
    </>
  );
}
