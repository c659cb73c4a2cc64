/** What the address of the exports says: whose, and which one was just asked for. */

import { textOf } from '../record/fields.ts';

export type ExportsSearch = { made?: string; whose?: 'mine' };

export function readExportsSearch({ made, whose }: Record<string, unknown>): ExportsSearch {
  return { ...(textOf(made) === '' ? {} : { made: textOf(made) }), ...(whose === 'mine' ? { whose } : {}) };
}
