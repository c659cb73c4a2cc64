/** Whether the server is there, from what really went through: requests, the live stream, and the browser's own word. */

export type ConnectionView = 'online' | 'catching-up' | 'offline';

export class Connection {
  readonly #listeners = new Set<() => void>();
  #reached = true;
  #streaming: boolean | null = null;
  #view: ConnectionView = 'online';

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): ConnectionView => this.#view;

  /** A request got an answer, or none. */
  readonly reached = (reached: boolean): void => {
    this.#reached = reached;
    this.#settle();
  };

  /** The live stream stands, broke, or is not used (`null`). */
  readonly streaming = (streaming: boolean | null): void => {
    this.#streaming = streaming;
    if (streaming === true) this.#reached = true;
    this.#settle();
  };

  #settle(): void {
    const view = !this.#reached ? 'offline' : this.#streaming === false ? 'catching-up' : 'online';
    if (view === this.#view) return;
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}
