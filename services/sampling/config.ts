import { defineSettings, type ValuesOf } from '@countersign/kit';

/** What bounds the pool of calibration exercises. Rows, and with them bytes, are at most the product of the first two for each system and decision type. */
export const samplingSettings = defineSettings('sampling', {
  casesPerDayMax: { kind: 'integer', env: 'COUNTERSIGN_CALIBRATION_CASES_PER_DAY', default: 50, min: 1, max: 10_000, describe: 'Decisions of a day, system and type that are kept, sealed, to become calibration exercises once their outcome is known' },
  daysMax: { kind: 'integer', env: 'COUNTERSIGN_CALIBRATION_DAYS', default: 60, min: 1, max: 3650, describe: 'Days they are kept for; outcomes that come later are of no use for exercises' },
  usesMax: { kind: 'integer', env: 'COUNTERSIGN_CALIBRATION_USES', default: 10, min: 1, max: 1000, describe: 'How often a case is used, each time for another person' },
  outcomesMax: { kind: 'integer', env: 'COUNTERSIGN_CALIBRATION_OUTCOMES', default: 10_000, min: 100, max: 10_000_000, describe: 'Latest outcomes that are kept for decisions that are not routed yet' },
});
export type SamplingConfig = ValuesOf<typeof samplingSettings>;
