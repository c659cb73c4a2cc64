/** How the log stands. */

import { queryOptions } from '@tanstack/react-query';
import type { ApiClient } from '../../api/client.ts';
import type { LogStatus } from '../../api/audit-contract.ts';

/** It moves once a second; a page that is read needs to know a little later. */
const refetchMs = 10_000;

export function logStatusQuery(api: ApiClient) {
  return queryOptions({ queryKey: ['record', 'log'], queryFn: () => api.call<LogStatus>({ method: 'GET', path: '/v1/audit/log/status' }), refetchInterval: refetchMs });
}
