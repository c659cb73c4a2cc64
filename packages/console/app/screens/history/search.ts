/** What the address of the history says: which judgements. */

import { isDay } from '../../parts/day-range.ts';

export type HistorySearch = { type?: string; from?: string; to?: string };

export function readHistorySearch({ type, from, to }: Record<string, unknown>): HistorySearch {
  return {
    ...(typeof type === 'string' && type !== '' ? { type } : {}), ...(isDay(from) ? { from } : {}), ...(isDay(to) ? { to } : {}),
  };
}
