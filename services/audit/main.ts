import { runService } from '@countersign/kit';
import { startAudit } from './service.ts';

await runService('audit', startAudit);
