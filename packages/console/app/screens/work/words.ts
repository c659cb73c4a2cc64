/** A draft as text, to be read and copied. Pure. */

import type { Draft } from '../../api/contract.ts';

/** What was chosen in one line, then the changed content, then the reasoning. */
export function wordsOf({ decision, answer, output, reasoning }: Draft): string {
  const said = [answer ?? decision ?? '', output?.label ?? ''].filter((part) => part !== '').join(': ');
  return [said, output?.content ?? '', reasoning].filter((part) => part !== '').join('\n\n');
}
