/** Why the AI says what it says: its words, and what weighed how much. */

import type { Factor } from '../../../api/contract.ts';
import { FoldedText } from '../../../content/part-content.tsx';
import { barShares, signedText } from './figures.ts';
import classes from './proposal.module.css';

export function Reasoning({ summary, factors }: { summary: string; factors: readonly Factor[] }) {
  const shares = barShares(factors.map(({ weight }) => weight));
  return (
    <>
      <div className={classes.words}><FoldedText text={summary} /></div>
      {factors.length > 0 && (
        <table className={classes.factors}>
          <caption className="visually-hidden">Factors and their weights: positive speaks for the output, negative against it</caption>
          <colgroup><col className={classes.nameColumn} /><col className={classes.valueColumn} /><col /><col className={classes.weightColumn} /></colgroup>
          <tbody>
            {factors.map(({ name, value, weight }, index) => (
              <tr key={index}>
                <th scope="row" dir="auto" title={name}><span className={classes.factorName}>{name}</span></th>
                <td className={classes.factorValue} dir="auto" title={factorText(value)}><span className={classes.factorName}>{factorText(value)}</span></td>
                <td className={classes.factorBar} aria-hidden="true"><Bar weight={weight ?? 0} share={shares[index] ?? 0} /></td>
                <td className={classes.factorWeight}>{weight === null ? '' : signedText(weight)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Bar({ weight, share }: { weight: number; share: number }) {
  const width = `${share * 50}%`;
  return <span className={classes.axis}><span className={classes.bar} data-against={weight < 0} style={weight < 0 ? { right: '50%', width } : { left: '50%', width }} /></span>;
}

function factorText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
