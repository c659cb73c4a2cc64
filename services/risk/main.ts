import { runService } from '@countersign/kit';
import { startRisk } from './service.ts';

await runService('risk', startRisk);
