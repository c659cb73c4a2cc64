/** Versions of a policy in words, and a unified diff in lines. Pure. */

import type { Tone } from '../../parts/badge.tsx';

export type PolicyVersion = {
  version: string; decisionType: string; proposedBy: string; proposedAt: string; note: string; approvedBy: string | null; approvedAt: string | null; withdrawnBy: string | null; withdrawnAt: string | null;
  activatedBy: string | null; activatedAt: string | null;
};

/** From when on a version was in force, until the next one; one that came back has two. */
export type Activation = { version: string; activatedBy: string; activatedAt: string; note: string };

/** `0c3b3a343aba`: enough to tell versions apart. */
export function shortVersion(version: string): string {
  return version.replace(/^sha256:/, '').slice(0, 12);
}

/** Where a version stands. `inForce`: the one that decides now. */
export function stateOf({ version, approvedAt, withdrawnAt, activatedAt }: PolicyVersion, inForce: string | null): { text: string; tone: Tone } {
  if (version === inForce) return { text: 'In force', tone: 'good' };
  if (withdrawnAt !== null) return { text: 'Withdrawn', tone: 'bad' };
  if (activatedAt !== null) return { text: 'Was in force', tone: 'plain' };
  return approvedAt === null ? { text: 'Waits for approval', tone: 'warn' } : { text: 'Approved', tone: 'accent' };
}

/** The version that stood before this one: what it is compared with. Versions come newest first. */
export function versionBefore(versions: readonly PolicyVersion[], version: string): PolicyVersion | undefined {
  return versions[versions.findIndex((each) => each.version === version) + 1];
}

export type DiffLine = { kind: 'same' | 'added' | 'removed' | 'place'; text: string };

/** The lines of a unified diff without its head. */
export function diffLines(patch: string): DiffLine[] {
  const lines = patch.replace(/\n$/, '').split('\n');
  const start = lines.findIndex((line) => line.startsWith('@@'));
  if (start < 0) return [];
  return lines.slice(start).filter((line) => !line.startsWith('\\')).map((line) => ({ kind: kindOf(line), text: line.startsWith('@@') ? placeOf(line) : line.slice(1) }));
}

function kindOf(line: string): DiffLine['kind'] {
  if (line.startsWith('@@')) return 'place';
  return line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'same';
}

/** `@@ -12,7 +12,9 @@` as `From line 12`. */
function placeOf(line: string): string {
  return `From line ${/\+(\d+)/.exec(line)?.[1] ?? '?'}`;
}
