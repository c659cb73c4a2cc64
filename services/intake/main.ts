import { runService } from '@countersign/kit';
import { startIntake } from './service.ts';

await runService('intake', startIntake);
