/** How a part of the case stands: with its content, without what could not be fetched, or as a link that was never followed. Pure. */

import type { CasePart } from '../../api/contract.ts';

export type PartState = { state: 'content' } | { state: 'missing'; uri: string | null } | { state: 'linked'; uri: string; sha256: string | null };

/** Review fetches what is linked before it shows it: a link without content is one on record that nobody was shown. */
export function stateOfPart({ content, uri, sha256, missing }: CasePart): PartState {
  if (missing === true) return { state: 'missing', uri: uri ?? null };
  return uri !== undefined && content === undefined ? { state: 'linked', uri, sha256: sha256 === undefined || sha256 === '' ? null : sha256 } : { state: 'content' };
}
