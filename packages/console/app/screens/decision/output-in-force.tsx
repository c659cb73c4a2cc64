/** The output that a verdict or a judgement puts in force. */

import { PartContent } from '../../content/part-content.tsx';
import { textOf } from '../record/fields.ts';
import { outputOf } from './proposed.ts';

export function OutputInForce({ label, modified }: { label: unknown; modified: unknown }) {
  if (modified === null || modified === undefined) return textOf(label) === '' ? 'none' : <bdi>{textOf(label)}</bdi>;
  const output = outputOf(modified);
  const own = output.content.trim() !== '' && output.content.trim() !== output.label.trim();
  return (
    <>
      <bdi>{output.label}</bdi>
      {own && <PartContent name="Changed output" part={output} />}
    </>
  );
}
