/** What a screen shows where there is nothing, not yet anything, or something went wrong. */

import type { ReactNode } from 'react';
import { Button } from '@mantine/core';
import { tellOf } from '../api/problem.ts';
import classes from './states.module.css';

/** Nothing to show, and that is fine: says what it means and what could be done. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={classes.state}>
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
      {action}
    </div>
  );
}

/** What went wrong and what to do. `onRetry` is offered where trying again can help. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { title, detail, remedy } = tellOf(error);
  return (
    <div className={classes.state} role="alert">
      <h2>{title}</h2>
      <p>{detail} {remedy}</p>
      {onRetry !== undefined && <Button variant="default" onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** One line about something that did not work, beside what it is about. */
export function InlineProblem({ error, id }: { error: unknown; id?: string }) {
  const { detail, remedy } = tellOf(error);
  return <p className={classes.inline} role="alert" id={id}>{detail} {remedy}</p>;
}

/** A grey bar where text will be: the height of the text, so that nothing moves when it comes. */
export function Bone({ width = '100%', height = '1em' }: { width?: string; height?: string }) {
  return <span className={classes.bone} style={{ width, height }} aria-hidden="true" />;
}

/** Rows of bones in the place of a list. */
export function BoneRows({ rows = 5, label }: { rows?: number; label: string }) {
  return (
    <div className={classes.rows} role="status">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: rows }, (_, index) => <Bone key={index} width={`${88 - ((index * 17) % 40)}%`} />)}
    </div>
  );
}
