import type { Log } from './log.ts';

/** Runs one thing again and again: every so often, and at once when poked. It never runs twice at a time; what fails is tried at the next turn. */
export class Recurring implements AsyncDisposable {
  readonly #run: () => Promise<unknown>;
  readonly #failed: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | null = null;
  #again = false;

  constructor(everyMs: number, run: () => Promise<unknown>, log: Pick<Log, 'warn'>, what: string) {
    this.#run = run;
    this.#failed = (error) => log.warn({ err: error }, what);
    this.#timer = setInterval(() => this.poke(), everyMs);
    this.#timer.unref();
  }

  poke(): void {
    this.#again = true;
    this.#running ??= this.#runAll().finally(() => (this.#running = null));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#again = false;
    await this.#running;
  }

  async #runAll(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await this.#run();
      } catch (error) {
        return this.#failed(error);
      }
    }
  }
}
