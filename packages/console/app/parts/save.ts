/** Saves what the server answers as a file of the reader's. */

import { readProblem } from '../api/problem.ts';

/** Throws the problem where the answer is one. */
export async function saveAnswer(answer: Response, name: string): Promise<void> {
  if (!answer.ok) throw await readProblem(answer);
  saveBlob(await answer.blob(), name);
}

export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  Object.assign(document.createElement('a'), { href: address, download: name.replace(/[^\w.-]+/g, '_') }).click();
  // The click has begun the download; what it began keeps the bytes.
  URL.revokeObjectURL(address);
}
