import { runService } from '@countersign/kit';
import { startMetrics } from './service.ts';

await runService('metrics', startMetrics);
