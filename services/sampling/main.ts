import { runService } from '@countersign/kit';
import { startSampling } from './service.ts';

await runService('sampling', startSampling);
