/** Focused time on one task, in pieces as heartbeats report it. Pure: the present is an argument. */

export class ActiveTime {
  #sinceMs: number | null = null;
  #collectedMs = 0;

  /** The window has the focus, or has it no longer. */
  focus(focused: boolean, nowMs: number): void {
    this.#collect(nowMs);
    this.#sinceMs = focused ? nowMs : null;
  }

  /** What was collected since the last time this was asked. A clock set back counts nothing. */
  take(nowMs: number): number {
    this.#collect(nowMs);
    const taken = Math.round(this.#collectedMs);
    this.#collectedMs = 0;
    return taken;
  }

  /** What was taken could not be reported: it counts with the next. */
  giveBack(ms: number): void {
    this.#collectedMs += ms;
  }

  #collect(nowMs: number): void {
    if (this.#sinceMs === null) return;
    this.#collectedMs += Math.max(0, nowMs - this.#sinceMs);
    this.#sinceMs = nowMs;
  }
}
