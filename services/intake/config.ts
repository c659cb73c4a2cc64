import { defineSettings, type ValuesOf } from '@countersign/kit';

export const intakeSettings = defineSettings('intake', {
  uriAllowList: { kind: 'list', env: 'COUNTERSIGN_URI_ALLOW_LIST', default: [], describe: 'Prefixes that the uri of an input part may begin with' },
  waitMsMax: { kind: 'integer', env: 'COUNTERSIGN_WAIT_MS_MAX', default: 60_000, min: 0, max: 110_000, describe: 'How long GET /v1/decisions may wait for a verdict' },
  waitersMax: { kind: 'integer', env: 'COUNTERSIGN_WAITERS_MAX', default: 5000, min: 1, max: 100_000, describe: 'Callers that may wait at once' },
});
export type IntakeSettings = ValuesOf<typeof intakeSettings>;
