import type { TopicRecord } from './world.ts';

export type TopicOf = (name: string) => readonly TopicRecord[];

export const keyOf = ({ system, decisionId }: { system: string | null; decisionId: string | null }) => `${system}/${decisionId}`;
export const placeOf = ({ topic, partition, offset }: { topic: string; partition: number; offset: number }) => `${topic}/${partition}/${offset}`;

/** Groups what shares a key, in the order in which it came. */
export function groupBy<T>(items: readonly T[], keyOfItem: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOfItem(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
