import { runService } from '@countersign/kit';
import { startRouting } from './service.ts';

await runService('routing', startRouting);
