import { ErasedError } from '@countersign/kit';
import type { ContentOwner, ContentVault } from './context.ts';

/** Seals what belongs to each owner; `null` for whoever was erased. One call where nobody was. */
export async function sealForEach(contents: Pick<ContentVault, 'seal'>, items: ReadonlyArray<{ owner: ContentOwner; plains: readonly Buffer[] }>): Promise<Array<Buffer[] | null>> {
  if (items.length === 0) return [];
  try {
    const sealed = await contents.seal(items.flatMap(({ owner, plains }) => plains.map((plain) => ({ owner, plain }))));
    let at = 0;
    return items.map(({ plains }) => sealed.slice(at, (at += plains.length)));
  } catch (error) {
    if (!(error instanceof ErasedError)) throw error;
    if (items.length === 1) return [null];
    // One erased person must not hold up the others: find them by halves.
    const middle = Math.ceil(items.length / 2);
    return [...(await sealForEach(contents, items.slice(0, middle))), ...(await sealForEach(contents, items.slice(middle)))];
  }
}
