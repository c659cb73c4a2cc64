/** What the address of the history says: which judgements. */

export type HistorySearch = { type?: string; from?: string; to?: string };

const day = /^\d{4}-\d{2}-\d{2}$/;

export function readHistorySearch({ type, from, to }: Record<string, unknown>): HistorySearch {
  return {
    ...(typeof type === 'string' && type !== '' ? { type } : {}), ...(typeof from === 'string' && day.test(from) ? { from } : {}), ...(typeof to === 'string' && day.test(to) ? { to } : {}),
  };
}
