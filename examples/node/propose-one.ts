/**
 * A pipeline over HTTP: proposes one scanned digit and acts on the verdict.
 *
 *     COUNTERSIGN_TOKEN=$(npx countersign token --as my-pipeline --role pipeline) node examples/node/propose-one.ts
 */

import { createClient, RefusedError, VerdictTimeoutError } from '@countersign/client';
import { readEndpoints } from './endpoints.ts';
import { readScan } from './scan.ts';

const { http } = await readEndpoints();
await using client = await createClient({ http: { url: http, token: process.env['COUNTERSIGN_TOKEN'] ?? '' } });

// Your own id makes proposing again after any doubt harmless.
const scan = await readScan(process.argv[2] ?? `node-${process.pid}-${Date.now()}`);
try {
  await client.propose(scan);
  const verdict = await client.verdict({ system: scan.system, decisionId: scan.decisionId, timeoutMs: 10_000 });
  if (verdict.verdict === 'rejected') console.log(`Leave the form alone: ${verdict.reason}`);
  else console.log(`${verdict.verdict} by ${verdict.resolvedBy}: sort the form into tray ${verdict.outputLabel ?? scan.output.label}`);
} catch (error) {
  if (error instanceof RefusedError) console.error(`Refused (${error.refusal}, ${error.field ?? 'no field'}): ${error.message}`);
  else if (error instanceof VerdictTimeoutError) console.error('A person has not decided yet: the form waits, and so do we.');
  else throw error;
  process.exitCode = 1;
}
