import { runService } from '@countersign/kit';
import { startReview } from './service.ts';

await runService('review', startReview);
