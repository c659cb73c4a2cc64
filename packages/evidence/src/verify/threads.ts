import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { chunkBytes } from '../bundle/format.ts';
import type { EvidenceSource } from '../bundle/read.ts';
import { readStretch, type Stretch } from '../bundle/stretch.ts';
import { checkShare, partCounts, shareCount, type AllAside } from '../rules/rules.ts';
import { World, type Told } from '../rules/world.ts';
import { Examiner, type Aside, type Examined } from './examine.ts';
import { Collector } from './report.ts';
import { Spool, temporaryProblem, type Spooled } from './spool.ts';

/** More would wait for what one thread alone can do. */
const threadsMax = 4;
/** Each has one piece at work and one that waits, so that memory does not grow. */
const piecesAhead = 2;
/** Enough that what some lines leave behind is gone before it is kept, and no more: with more it is hardly faster, and takes more memory. */
const youngMb = 24;
/** What is shorter is done before a thread has begun. */
const filesMin = 8;

/** `flush` is answered by what was put aside. */
type Task = { file: Stretch } | { flush: true } | { world: Told; all: AllAside } | { share: number };
/** `number`: which of those this is that put something aside in the folder. */
type Place = { schemas: EvidenceSource['schemas']; folder: string; number: number };

/**
 * What can be done piece by piece, and then share by share. Of a large bundle pieces and shares go to several threads in turn, and what comes of them comes in order: it
 * is the same whatever their number and pace. `threads`: how many; unsaid, as many as there are processors, where it pays.
 */
export class Crew {
  readonly #source: EvidenceSource;
  readonly #folder = temporaryFolder();
  readonly #threads: readonly Thread[];
  readonly #own: Hand;

  constructor(source: EvidenceSource, threads?: number) {
    const { recordFiles = [], schemas } = source;
    const wanted = threads ?? (recordFiles.length < filesMin ? 1 : Math.min(availableParallelism(), threadsMax));
    const count = wanted > 1 ? wanted : 0;
    const placeOf = (number: number): Place => ({ schemas, folder: this.#folder, number });
    this.#source = source;
    this.#threads = Array.from({ length: count }, (_, number) => new Thread(placeOf(number)));
    this.#own = new Hand(placeOf(count));
  }

  /** Where whoever has all pieces together puts something aside. */
  get aside(): Aside {
    return this.#own.aside;
  }

  async *examineAll(): AsyncGenerator<Examined> {
    if (this.#threads.length > 0) yield* this.#inTurn<Examined>((this.#source.recordFiles ?? []).map((file) => ({ file })));
    // A copy, as from another thread: what is kept of it does not keep the piece.
    else for await (const bytes of this.#source.records()) yield structuredClone(this.#own.examine(bytes));
  }

  /** Holds everything that was put aside against the rules. */
  async *checkAll(world: World): AsyncGenerator<ShareFound> {
    const shares = Array.from({ length: shareCount }, (_, share) => share);
    if (this.#threads.length > 0) {
      const flushed = [this.#own.flush(), ...(await this.#askAll({ flush: true }))] as Array<ReturnType<Hand['flush']>>;
      await this.#askAll({ world: world.told(), all: { facts: flushed.map(({ facts }) => facts), ids: flushed.map(({ ids }) => ids) } });
      yield* this.#inTurn<ShareFound>(shares.map((share) => ({ share })));
    } else {
      this.#own.learn(world.told(), { facts: [], ids: [] });
      for (const share of shares) yield this.#own.check(share);
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map(async (thread) => await thread.end()));
    this.#own[Symbol.dispose]();
    rmSync(this.#folder, { recursive: true });
  }

  async #askAll(task: Task): Promise<unknown[]> {
    return await Promise.all(this.#threads.map(async (thread) => await thread.ask(task)));
  }

  async *#inTurn<Answer>(tasks: readonly Task[]): AsyncGenerator<Answer> {
    const asked: Array<Promise<unknown>> = [];
    for (const [number, task] of tasks.entries()) {
      asked.push(this.#threads[number % this.#threads.length]?.ask(task) ?? Promise.reject(new Error('There is no thread.')));
      if (asked.length >= this.#threads.length * piecesAhead) yield (await asked.shift()) as Answer;
    }
    for (const next of asked) yield (await next) as Answer;
  }
}

/** `alike`: marks that several event ids have. */
type ShareFound = { found: Pick<Collector, 'findings' | 'counts' | 'checked' | 'gaps'>; alike: number[] };

function temporaryFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'countersign-verify-'));
  } catch (error) {
    throw temporaryProblem(tmpdir(), error);
  }
}

/** Does the work, in whichever thread. */
class Hand implements Disposable {
  readonly #examiner: Examiner;
  readonly aside: Aside;
  #known: { world: World; all: AllAside } | null = null;

  constructor({ schemas, folder, number }: Place) {
    this.aside = { facts: new Spool(join(folder, `facts-${number}`), partCounts.facts), ids: new Spool(join(folder, `ids-${number}`), partCounts.ids) };
    this.#examiner = new Examiner(schemas, this.aside);
  }

  examine(bytes: Buffer): Examined {
    return this.#examiner.examine(bytes);
  }

  flush(): { facts: Spooled; ids: Spooled } {
    return { facts: this.aside.facts.flush(), ids: this.aside.ids.flush() };
  }

  /** `all`: what others put aside too; nothing where there are none. */
  learn(told: Told, all: AllAside): void {
    this.#known = { world: World.of(told), all };
  }

  check(share: number): ShareFound {
    const found = new Collector();
    if (this.#known === null) throw new Error('Shares are checked once everything was examined.');
    const { world, all } = this.#known;
    world.found = found;
    return { found, alike: checkShare(share, this.aside, all, world) };
  }

  [Symbol.dispose](): void {
    this.aside.facts[Symbol.dispose]();
    this.aside.ids[Symbol.dispose]();
  }
}

/** A thread with a hand of its own, which answers in the order in which it is asked. */
class Thread {
  readonly #worker: Worker;
  readonly #waiting: Array<{ resolve: (answer: unknown) => void; reject: (error: unknown) => void }> = [];

  constructor(place: Place) {
    this.#worker = new Worker(new URL(import.meta.url), { workerData: { place }, resourceLimits: { maxYoungGenerationSizeMb: youngMb } });
    this.#worker.on('message', (answer: unknown) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on('error', (error) => { for (const each of this.#waiting.splice(0)) each.reject(error); });
  }

  ask(task: Task): Promise<unknown> {
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    // Whoever asked may be gone when an answer fails.
    answer.catch(() => undefined);
    this.#worker.postMessage(task);
    return answer;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

const { place } = (workerData ?? {}) as { place?: Place };
if (parentPort !== null && place !== undefined) {
  const [port, hand] = [parentPort, new Hand(place)];
  // Nothing that is examined keeps its bytes.
  const space = Buffer.allocUnsafeSlow(2 * chunkBytes);
  port.on('message', (task: Task) => {
    if ('share' in task) return port.postMessage(hand.check(task.share));
    if ('flush' in task) return port.postMessage(hand.flush());
    if ('world' in task) return port.postMessage(hand.learn(task.world, task.all));
    const examined = hand.examine(readStretch(task.file, space));
    port.postMessage(examined, [examined.lines.buffer, examined.leaves.buffer]);
  });
}
