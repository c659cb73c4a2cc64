/** The bytes that somebody was shown, and whether they are still those that the judgement names. */

import { useQuery } from '@tanstack/react-query';
import type { Presentation } from '../../api/contract.ts';
import { readProblem } from '../../api/problem.ts';
import { useApi } from '../../runtime.tsx';

export type Shown = {
  presentation: Presentation;
  /** Hashed here, in this browser; null where it cannot (a page without TLS). */
  matches: boolean | null;
};

/** They never change, so they are asked for once. `digest` null: not at all. */
export function useShown(system: string, decisionId: string, digest: string | null) {
  const api = useApi();
  return useQuery({
    queryKey: ['record', 'shown', system, decisionId, digest],
    queryFn: async (): Promise<Shown> => {
      const answer = await api.open({ method: 'GET', path: `/v1/audit/decisions/${encodeURIComponent(system)}/${encodeURIComponent(decisionId)}/presentations/${encodeURIComponent(digest ?? '')}` });
      if (!answer.ok) throw await readProblem(answer);
      const bytes = await answer.arrayBuffer();
      return { presentation: JSON.parse(new TextDecoder().decode(bytes)) as Presentation, matches: await matchesDigest(bytes, digest ?? '') };
    },
    enabled: digest !== null, staleTime: Infinity,
  });
}

async function matchesDigest(bytes: ArrayBuffer, digest: string): Promise<boolean | null> {
  if (!window.isSecureContext) return null;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('') === digest;
}
