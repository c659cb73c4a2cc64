import { ErasedError } from '@countersign/kit';
import type { DecisionKey } from './cases/case.ts';

/** Whose content it is: the decision's; whoever seals tells whose decision that is. */
export type ContentOwner = DecisionKey & { subjectKind?: string | null; subjectId?: string | null; acceptedAt?: number };

export type ContentVault = {
  /** Seals in order; `null` where the decision was erased. */
  seal(items: ReadonlyArray<{ owner: ContentOwner; plain: Buffer }>): Promise<Array<Buffer | null>>;
  open(owner: ContentOwner, sealed: Buffer): Promise<Buffer>;
  /** Opens in order, with all keys fetched at once; `null` for what was erased, and for nothing. */
  openAll(items: ReadonlyArray<{ owner: ContentOwner; sealed: Buffer | null }>): Promise<Array<Buffer | null>>;
};

/** Seals several pieces of content of each decision, with one look at the vault; `null` for what was erased. */
export async function sealForEach(contents: Pick<ContentVault, 'seal'>, items: ReadonlyArray<{ owner: ContentOwner; plains: readonly Buffer[] }>): Promise<Array<Buffer[] | null>> {
  if (items.length === 0) return [];
  const sealed = await contents.seal(items.flatMap(({ owner, plains }) => plains.map((plain) => ({ owner, plain }))));
  let at = 0;
  return items.map(({ plains }) => {
    const own = sealed.slice(at, (at += plains.length)).filter((bytes) => bytes !== null);
    // One key seals all of them: they are erased together.
    return own.length === plains.length ? own : null;
  });
}

/** Throws `ErasedError` where the decision was erased: somebody waits for the answer, and is told. */
export async function sealOne(contents: Pick<ContentVault, 'seal'>, owner: ContentOwner, plain: Buffer): Promise<Buffer> {
  const [sealed] = await contents.seal([{ owner, plain }]);
  if (sealed === undefined || sealed === null) throw new ErasedError(`The content of ${owner.system}/${owner.decisionId} was erased.`);
  return sealed;
}
