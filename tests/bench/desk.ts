import { measureClaims } from './desk/claims.ts';

/** What reviewers wait for. Each part measures some of it and answers figures for the line of JSON. */
const parts: ReadonlyArray<() => Promise<Record<string, number>>> = [measureClaims];

/** Claims and submits at two sizes of the queue. */
export async function benchDesk(): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const part of parts) Object.assign(figures, await part());
  return figures;
}
