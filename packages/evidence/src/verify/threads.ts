import { availableParallelism } from 'node:os';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { readStretch, type EvidenceSource, type Stretch } from '../bundle/read.ts';
import { Examiner, type Examined } from './examine.ts';

/** More would wait for what one thread alone can do. */
const threadsMax = 4;
/** Each has one file at work and one that waits, so that memory does not grow. */
const filesAhead = 2;
/** Enough that what a file leaves behind is gone before it is kept, and no more: with what V8 takes by itself it is no faster, and takes a third more memory. */
const youngMb = 32;
/** What is shorter is done before a thread has begun. */
const filesMin = 8;

/**
 * Everything there is of records, examined piece by piece, in order. Of a large bundle the pieces go to several threads in turn; what comes of it is the same
 * whatever their number and pace. `threads`: how many; unsaid, as many as there are processors, where it pays.
 */
export async function* examineAll(source: EvidenceSource, threads?: number): AsyncGenerator<Examined> {
  const { recordFiles = [], schemas } = source;
  const count = threads ?? (recordFiles.length < filesMin ? 1 : Math.min(availableParallelism(), threadsMax));
  if (count <= 1) {
    const examiner = new Examiner(schemas);
    // A copy, as from another thread: what is kept of it does not keep the piece.
    for await (const bytes of source.records()) yield structuredClone(examiner.examine(bytes));
    return;
  }
  const workers = Array.from({ length: count }, () => new Thread(schemas));
  try {
    const asked: Array<Promise<Examined>> = [];
    for (const [number, file] of recordFiles.entries()) {
      asked.push(workers[number % count]?.examine(file) ?? Promise.reject(new Error('There is no thread.')));
      const next = asked.length >= count * filesAhead ? asked.shift() : undefined;
      if (next !== undefined) yield await next;
    }
    for (const next of asked) yield await next;
  } finally {
    await Promise.all(workers.map(async (thread) => await thread.end()));
  }
}

/** A thread with an examiner of its own, which answers in the order in which it is asked. */
class Thread {
  readonly #worker: Worker;
  readonly #waiting: Array<PromiseWithResolvers<Examined>> = [];

  constructor(schemas: EvidenceSource['schemas']) {
    this.#worker = new Worker(new URL(import.meta.url), { workerData: { examines: schemas }, resourceLimits: { maxYoungGenerationSizeMb: youngMb } });
    this.#worker.on('message', (examined: Examined) => this.#waiting.shift()?.resolve(examined));
    this.#worker.on('error', (error) => { for (const each of this.#waiting.splice(0)) each.reject(error); });
  }

  examine(file: Stretch): Promise<Examined> {
    const answer = Promise.withResolvers<Examined>();
    // Whoever asked may be gone when an answer fails.
    answer.promise.catch(() => undefined);
    this.#waiting.push(answer);
    this.#worker.postMessage(file);
    return answer.promise;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

const { examines } = (workerData ?? {}) as { examines?: EvidenceSource['schemas'] };
if (parentPort !== null && examines !== undefined) {
  const examiner = new Examiner(examines);
  parentPort.on('message', (file: Stretch) => {
    const examined = examiner.examine(readStretch(file));
    parentPort?.postMessage(examined, [examined.lines.buffer, examined.leaves.buffer, examined.facts.bytes.buffer, examined.ids.bytes.buffer]);
  });
}
