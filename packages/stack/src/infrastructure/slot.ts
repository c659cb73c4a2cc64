import type { Child } from './child.ts';

/** A child that can be killed and started again in the same place. */
export class Slot implements AsyncDisposable {
  readonly #begin: () => Promise<Child>;
  readonly #listeners: Array<() => void> = [];
  #child: Child | undefined;

  constructor(begin: () => Promise<Child>) {
    this.#begin = begin;
  }

  async start(): Promise<void> {
    const child = await this.#begin();
    for (const listener of this.#listeners) child.onUnexpectedEnd(listener);
    this.#child = child;
  }

  async kill(): Promise<void> {
    await this.#child?.kill();
    this.#child = undefined;
  }

  onUnexpectedEnd(listener: () => void): void {
    this.#listeners.push(listener);
    this.#child?.onUnexpectedEnd(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child?.[Symbol.asyncDispose]();
  }
}
