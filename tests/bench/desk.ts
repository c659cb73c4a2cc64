import { measureBrowser } from './desk/browser.ts';
import { measureClaims } from './desk/claims.ts';

/** What reviewers wait for. Each part measures some of it and answers figures for the line of JSON. */
const parts: ReadonlyArray<() => Promise<Record<string, number>>> = [measureBrowser, measureClaims];

/** What the browser shows, then claims and submits at two sizes of the queue. */
export async function benchDesk(): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const part of parts) Object.assign(figures, await part());
  return figures;
}
