/** Where content stands, for pages that show the same content more than once: what is named after it is told apart by that. */

import { createContext, useContext } from 'react';
import type { ReactNode } from 'react';

const PlaceContext = createContext('');

export function ContentPlace({ place, children }: { place: string; children: ReactNode }) {
  return <PlaceContext value={place}>{children}</PlaceContext>;
}

/** `letter`, or `letter, as rita saw it`. */
export function usePlacedName(name: string): string {
  const place = useContext(PlaceContext);
  return place === '' ? name : `${name}, ${place}`;
}
