import { isMainThread } from 'node:worker_threads';
import { verifyCommand } from './command.ts';

// Its other threads read along (verify/threads.ts).
if (isMainThread) process.exitCode = await verifyCommand(process.argv.slice(2));
