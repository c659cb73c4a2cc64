/** Figures as a reviewer reads them: never rounded to a certainty that was not there. Pure. */

/** `92.4 %`; 0.9999 is `> 99.9 %`, not 100. */
export function percentText(share: number): string {
  if (share >= 1) return '100 %';
  if (share <= 0) return '0 %';
  if (share > 0.999) return '> 99.9 %';
  if (share < 0.001) return '< 0.1 %';
  return `${(share * 100).toFixed(share > 0.1 && share < 0.9 ? 0 : 1)} %`;
}

/** `+2.91`, `−0.40`. */
export function signedText(weight: number): string {
  const size = Math.abs(weight);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return `${weight < 0 ? '−' : '+'}${size.toFixed(digits)}`;
}

/** The share of the half axis each weight takes; the largest takes it whole. */
export function barShares(weights: ReadonlyArray<number | null>): number[] {
  const largest = Math.max(0, ...weights.map((weight) => Math.abs(weight ?? 0)));
  return weights.map((weight) => (largest === 0 ? 0 : Math.abs(weight ?? 0) / largest));
}

type Similar = { outputLabel: string; verdict: string | null; outcome: string | null };

/** `4: 3 of 4 judged were approved, AI right in 2 of 3 known`. */
export function similarText(similar: readonly Similar[]): string {
  const judged = similar.filter(({ verdict }) => verdict !== null);
  const known = similar.filter(({ outcome }) => outcome !== null);
  const approved = judged.filter(({ verdict }) => verdict === 'approved');
  const right = known.filter(({ outcome, outputLabel }) => outcome === outputLabel);
  return `${similar.length}: ${judged.length === 0 ? 'none judged' : `${approved.length} of ${judged.length} approved`}, ${known.length === 0 ? 'no outcome known' : `AI right in ${right.length} of ${known.length} known`}`;
}
