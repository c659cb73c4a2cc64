/** A heading of the level that its surroundings say, for what stands on a page of its own and also within another. */

import { createContext, useContext } from 'react';
import type { ReactNode } from 'react';

type Level = 2 | 3 | 4;
const LevelContext = createContext<Level>(2);

/** Headings inside are of this level. */
export function HeadingLevel({ level, children }: { level: Level; children: ReactNode }) {
  return <LevelContext value={level}>{children}</LevelContext>;
}

export function Heading({ className, children }: { className?: string; children: ReactNode }) {
  const Tag = `h${useContext(LevelContext)}` as const;
  return <Tag className={className}>{children}</Tag>;
}
