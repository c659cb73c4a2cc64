import { type Oversight, type Point, type Quadrant, type Reversibility, type Route, type Severity } from './vocabulary.ts';

/** The cell of the 2x2. Costly counts as irreversible; low and moderate are the low column. */
export function quadrantOf(severity: Severity, reversibility: Reversibility): Quadrant {
  const row = reversibility === 'reversible' ? 'reversible' : 'irreversible';
  const column = severity === 'high' || severity === 'catastrophic' ? 'high' : 'low';
  return `${row}/${column}`;
}

export type Floor = { oversight: Oversight; route: Route; point: Point };

const floors: Readonly<Record<Quadrant, Floor>> = {
  'reversible/low': { oversight: 'hootl', route: 'auto', point: 'after' },
  // Reversible harm may be undone: the verdict can come at once, but somebody looks inside the window.
  'reversible/high': { oversight: 'passive', route: 'standard', point: 'after' },
  'irreversible/low': { oversight: 'passive', route: 'standard', point: 'hold' },
  'irreversible/high': { oversight: 'active', route: 'standard', point: 'before' },
};

/** The least oversight a quadrant demands. Confidence, tiers and rules can only add to it. */
export function floorOf(quadrant: Quadrant): Floor {
  return floors[quadrant];
}
