import type { ChaosOptions } from './run.ts';

type Size = Omit<ChaosOptions, 'seed' | 'note' | 'keepLogs'>;

/** Short: every crash point once. Full: the promised 200 kills, every crash point five times. */
export const sizes: Readonly<Record<'short' | 'full', Size>> = {
  short: { size: { perPoint: 1, brokerKills: 2, postgresKills: 2, total: 20 }, pauseMaxMs: 1500, proposalsPerSecond: 55, reviewers: 5 },
  full: { size: { perPoint: 5, brokerKills: 20, postgresKills: 20, total: 200 }, pauseMaxMs: 8000, proposalsPerSecond: 55, reviewers: 6 },
};
