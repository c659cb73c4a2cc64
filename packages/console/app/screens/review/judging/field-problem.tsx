/** What is wrong, said where it is. */

import type { FormProblem } from '../../../desk/judge-form.ts';
import classes from './judging.module.css';

export function problemAt(problem: FormProblem | null, ...fields: ReadonlyArray<FormProblem['field']>): string | null {
  return problem !== null && fields.includes(problem.field) ? problem.message : null;
}

/** What is wrong with one field, said once it appears. */
export function FieldProblem({ id, problem }: { id: string; problem: string | null }) {
  return <p id={id} className={classes.problem} role={problem === null ? undefined : 'alert'}>{problem}</p>;
}
