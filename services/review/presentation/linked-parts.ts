/** Parts of a case that were proposed as `uri` and digest: fetched by this server, verified, and kept like any other content. */

import { createHash } from 'node:crypto';
import type { Case } from '../cases/case.ts';
import type { FetchPart, ReviewContext } from '../context.ts';
import { readNow } from '../timers/store.ts';
import { sealOne } from '../sealing.ts';
import type { CasePart, ProposedCase } from './form.ts';
import { readBytes } from './proposal.ts';
import * as store from './store.ts';

const partBytesMax = 10 * 1024 * 1024;
const fetchTimeoutMs = 10_000;

/** The case with every linked part that can be had; the others stay marked as missing. */
export async function withParts(review: ReviewContext, item: Case, proposed: ProposedCase): Promise<ProposedCase> {
  const parts = await Promise.all(proposed.parts.map(async (part) => (part.missing === true ? await loadPart(review, item, part) : part)));
  return { ...proposed, parts };
}

async function loadPart(review: ReviewContext, item: Case, part: CasePart): Promise<CasePart> {
  const kept = await store.readLinkedPart(review.sql, item, part.name);
  if (kept !== null) return shownPart(part, await review.contents.open(item, kept));
  const bytes = await fetchVerified(review, part);
  if (bytes === null) return part;
  const sealed = await sealOne(review.contents, item, bytes);
  await review.transact(async ({ sql }) => {
    await store.insertLinkedPart(sql, item, part.name, sealed, await readNow(sql));
  });
  return shownPart(part, bytes);
}

function shownPart({ name, mediaType }: CasePart, bytes: Buffer): CasePart {
  return { name, mediaType, ...readBytes(bytes, mediaType) };
}

/** `null` where the part cannot be had or is not what was proposed: the reviewer sees that it is missing. */
async function fetchVerified(review: ReviewContext, { uri, sha256 }: CasePart): Promise<Buffer | null> {
  if (uri === undefined || sha256 === undefined || !isAllowed(uri, review.settings.uriAllowList)) return null;
  const bytes = await review.fetchPart(uri).catch(() => null);
  if (bytes === null) return null;
  return createHash('sha256').update(bytes).digest('hex') === sha256.toLowerCase() ? bytes : null;
}

/** An entry allows what begins with it, compared by origin and whole path segments, so that `https://a.example` allows no `https://a.example.evil`. */
export function isAllowed(uri: string, allowList: readonly string[]): boolean {
  const url = URL.parse(uri);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return allowList.some((entry) => {
    const allowed = URL.parse(entry);
    if (allowed === null || allowed.origin !== url.origin) return false;
    const path = allowed.pathname.endsWith('/') ? allowed.pathname : `${allowed.pathname}/`;
    return `${url.pathname}/`.startsWith(path);
  });
}

/** Fetches without following redirects, which could lead outside the allow-list, and never more than the bound. */
export const fetchLinkedPart: FetchPart = async (uri) => {
  const response = await fetch(uri, { redirect: 'error', signal: AbortSignal.timeout(fetchTimeoutMs), credentials: 'omit' });
  if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > partBytesMax) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
