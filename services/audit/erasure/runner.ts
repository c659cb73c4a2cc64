import { advanceErasures } from './execution.ts';
import type { ErasureDeps } from './context.ts';

const everyMs = 1000;

/** Advances erasures whenever there is something to do: after an approval or an acknowledgement, and once a second. */
export class ErasureRunner implements AsyncDisposable {
  readonly #deps: ErasureDeps;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | null = null;
  #again = false;

  constructor(deps: ErasureDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => this.poke(), everyMs);
    this.#timer.unref();
  }

  poke(): void {
    this.#again = true;
    this.#running ??= this.#run().finally(() => (this.#running = null));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#again = false;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await advanceErasures(this.#deps);
      } catch (error) {
        this.#deps.context.log.warn({ err: error }, 'an erasure could not be advanced; it is tried again');
        return;
      }
    }
  }
}
