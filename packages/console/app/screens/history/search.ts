/** What the address of the history says: which judgements. */

export type HistorySearch = { type?: string; from?: string; to?: string };

export function readHistorySearch({ type, from, to }: Record<string, unknown>): HistorySearch {
  return {
    ...(typeof type === 'string' && type !== '' ? { type } : {}), ...(isDay(from) ? { from } : {}), ...(isDay(to) ? { to } : {}),
  };
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(`${value}T00:00:00`));
}
