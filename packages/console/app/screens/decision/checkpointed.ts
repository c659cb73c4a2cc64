/** The newest published checkpoint, for how far what is shown is proven. */

import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../runtime.tsx';
import { logStatusQuery } from '../log/data.ts';
import type { Checkpointed } from './proof.ts';

export function useCheckpointed(): Checkpointed {
  const status = useQuery(logStatusQuery(useApi()));
  return { size: status.data?.checkpointSize ?? null };
}
