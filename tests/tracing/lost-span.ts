/** A program that has a span for the trace backend at the address given, and stops when its log has said something. A process says that spans are lost in the log of whoever traced first. */
import { createLog, startTracing } from '@countersign/kit';

const said = Promise.withResolvers<void>();
const write = (line: string): void => {
  process.stdout.write(line);
  said.resolve();
};
const tracing = startTracing('intake', { otlpUrl: process.argv[2] ?? '', traceRatio: 1 }, createLog('test', 'warn', { write }), 'test');
tracing.tracer.startSpan('lost').end();
// Nothing that waits for the backend keeps a process alive.
const alive = setInterval(() => undefined, 1000);
await said.promise;
await tracing[Symbol.asyncDispose]();
clearInterval(alive);
