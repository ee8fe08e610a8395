import { setImmediate as breathe } from "node:timers/promises";

/** How long a slice may hold the event loop. */
const sliceMillis = 5;

/** Long work in slices, between which requests come in: `if (slices.isOver) await slices.next()`. */
export class Slices {
  readonly #signal: AbortSignal;
  #began = performance.now();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  get isOver(): boolean {
    return performance.now() - this.#began >= sliceMillis;
  }

  /** Throws the signal's reason where nobody wants the work any more. */
  async next(): Promise<void> {
    await breathe();
    this.#signal.throwIfAborted();
    this.#began = performance.now();
  }
}
