/** What the address of the exports says: which one was just asked for. */

import { textOf } from '../record/fields.ts';

export type ExportsSearch = { made?: string };

export function readExportsSearch({ made }: Record<string, unknown>): ExportsSearch {
  return textOf(made) === '' ? {} : { made: textOf(made) };
}
