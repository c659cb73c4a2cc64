/** What is wrong with a draw: it is not there, it should not be, or it is another one. */
export type Verdict = 'missing' | 'unexpected' | 'wrong';

/** Of one kind of draw: how many took part, how many should have been selected, and how many were, rightly. */
export type Counts = { drawn: number; selected: number; matched: number };
