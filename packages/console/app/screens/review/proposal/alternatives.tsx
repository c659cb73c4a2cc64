/** What else it might have said, how likely, and how a text would differ. */

import { useState } from 'react';
import type { Alternative, Output } from '../../../api/contract.ts';
import { TextDiff } from '../../../content/text-diff.tsx';
import { percentText } from './figures.ts';
import classes from './proposal.module.css';

export function Alternatives({ output, confidence, alternatives }: { output: Output; confidence: number | null; alternatives: readonly Alternative[] }) {
  return (
    <ol className={classes.alternatives}>
      <Row label={output.label} probability={confidence} chosen />
      {alternatives.map((alternative, index) => <AlternativeRow key={index} output={output} alternative={alternative} />)}
    </ol>
  );
}

function AlternativeRow({ output, alternative: { label, content, encoding, probability } }: { output: Output; alternative: Alternative }) {
  const [open, setOpen] = useState(false);
  const isText = encoding === 'text' && output.encoding === 'text' && content.trim() !== '' && content.trim() !== label.trim();
  return (
    <>
      <Row label={label} probability={probability} {...(isText ? { open, onToggle: () => setOpen(!open) } : {})} />
      {open && <li><TextDiff before={output.content} after={content} label={`How ${label} differs from the output`} /></li>}
    </>
  );
}

type RowProps = { label: string; probability: number | null; chosen?: boolean; open?: boolean; onToggle?: () => void };

function Row({ label, probability, chosen = false, open, onToggle }: RowProps) {
  return (
    <li className={classes.alternative} data-chosen={chosen}>
      <span className={classes.alternativeLabel} dir="auto" title={label}>{label}</span>
      <span className={classes.alternativeBar} aria-hidden="true"><span style={{ width: `${Math.min(1, Math.max(0, probability ?? 0)) * 100}%` }} /></span>
      <span className={classes.figure}>{probability === null ? '' : percentText(probability)}</span>
      {onToggle !== undefined && <button type="button" className={classes.inlineButton} aria-expanded={open} onClick={onToggle}>{open === true ? 'Hide difference' : 'Difference'}</button>}
    </li>
  );
}
