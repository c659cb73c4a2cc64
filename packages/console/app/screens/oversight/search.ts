/** What the address of the oversight says: over how many days, and of which type. */

export const ranges = [7, 30, 90] as const;

export type OversightSearch = { days?: (typeof ranges)[number]; type?: string };

export function readOversightSearch({ days, type }: Record<string, unknown>): OversightSearch {
  const range = ranges.find((each) => each === Number(days));
  return { ...(range === undefined ? {} : { days: range }), ...(typeof type === 'string' && type !== '' ? { type } : {}) };
}
