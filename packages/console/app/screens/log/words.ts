/** How the log stands, in words. Pure. */

import type { LogStatus } from '../../api/audit-contract.ts';
import type { Tone } from '../../parts/badge.tsx';
import { countText } from '../../parts/figures.ts';
import { durationText } from '../../parts/instant.ts';

/** Longer than this, what is recorded should have been under a checkpoint: one is signed about once a second. */
const lateSeconds = 60;

export function standingOf({ problems, size, unprotectedSeconds }: LogStatus): { text: string; tone: Tone } {
  if (problems.length > 0) return { text: 'Stands still', tone: 'bad' };
  if (unprotectedSeconds > lateSeconds) return { text: 'Behind', tone: 'warn' };
  return size === 0 ? { text: 'Empty', tone: 'plain' } : { text: 'Up to date', tone: 'good' };
}

/** What somebody who holds the database could still change without being found out. */
export function unprotectedText({ unprotectedRows, unprotectedSeconds }: LogStatus): string {
  if (unprotectedRows === 0) return 'none: every record is under a checkpoint that is kept outside the database';
  return `${countText(unprotectedRows)} ${unprotectedRows === 1 ? 'record' : 'records'}, the oldest for ${durationText(unprotectedSeconds * 1000)}`;
}

/** How far a witness has followed. */
export function behindText(size: number | null, checkpointSize: number): string {
  if (size === null) return 'nothing yet';
  return size >= checkpointSize ? 'everything' : `${countText(size)} of ${countText(checkpointSize)}`;
}
