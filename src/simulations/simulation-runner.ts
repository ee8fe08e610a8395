import type { Logger } from "pino";
import type { Db } from "../db/client";
import { withoutParameters } from "../db/failures";
import { pauseUnless } from "../jobs/pause-unless";
import type { Clock } from "../kernel/clock";
import { heartbeatMillis, type SimulationState } from "./core/simulated-thing";
import {
  endSimulation,
  insertSimulation,
  tellProgress,
  type SimulationProgress,
  type SimulationRow,
} from "./simulations.queries";
import { Slices } from "./slices";

export interface RunnerOptions {
  readonly app: Db;
  readonly clock: Clock;
  readonly log: Logger;
  /** How many may run at once in this process. */
  readonly most?: number;
}

/** Counts, telling where it stands; throws the signal's reason where it is not wanted any more. */
export type Counting = (slices: Slices, tell: (progress: SimulationProgress) => void) => Promise<void>;

interface Running {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

const nothingYet: SimulationProgress = { population: null, sampled: null, counted: 0, counts: [] };

/**
 * The simulations that this process runs. Where they stand is said in the database every second, by what also tells that
 * one was cancelled by way of another server; nothing of one is kept here once it has ended.
 */
export class SimulationRunner {
  readonly #options: RunnerOptions;
  readonly #most: number;
  readonly #running = new Map<string, Running>();
  #isClosed = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#most = options.most ?? 4;
  }

  /** How many run at once in this process. */
  get most(): number {
    return this.#most;
  }

  /** Writes the row, and counts behind. False where there is no room. */
  async start(row: SimulationRow, count: Counting): Promise<boolean> {
    if (this.#isClosed || this.#running.size >= this.#most) return false;
    const { simulationId } = row;
    const stop = new AbortController();
    const written = insertSimulation(this.#options.app, row);
    const ended = written
      .then(
        () => this.#run(simulationId, count, stop),
        // Told to whoever started it.
        () => undefined,
      )
      .finally(() => this.#running.delete(simulationId));
    this.#running.set(simulationId, { stop, ended });
    await written;
    return true;
  }

  /** Stops it where it runs here; another process learns it within a second. */
  stop(simulationId: string): void {
    this.#running.get(simulationId)?.stop.abort();
  }

  /** Resolves when it has ended, where it runs here. */
  async settled(simulationId: string): Promise<void> {
    await this.#running.get(simulationId)?.ended;
  }

  /** Ends all of them as failed: nobody else goes on with them. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const running = [...this.#running.values()];
    for (const { stop } of running) stop.abort();
    await Promise.all(running.map(({ ended }) => ended));
  }

  async #run(simulationId: string, count: Counting, stop: AbortController): Promise<void> {
    let progress = nothingYet;
    const pulse = this.#pulse(simulationId, stop, () => progress);
    let state: Exclude<SimulationState, "RUNNING"> = "DONE";
    try {
      await count(new Slices(stop.signal), (now) => (progress = now));
    } catch (error) {
      state = "FAILED";
      if (!stop.signal.aborted) this.#note(simulationId, error, "a simulation of rules failed");
    }
    stop.abort();
    await pulse;
    try {
      // Of a cancelled one the row says so already, and stays as it is.
      await endSimulation(this.#options.app, simulationId, { ...progress, state }, this.#options.clock());
    } catch (error) {
      this.#note(simulationId, error, "the end of a simulation of rules was not written");
    }
  }

  /** A word every second, also while a long statement runs. A failure of it is no failure of the simulation. */
  async #pulse(simulationId: string, stop: AbortController, progress: () => SimulationProgress): Promise<void> {
    const { app, clock } = this.#options;
    for (;;) {
      await pauseUnless(stop.signal, heartbeatMillis);
      if (stop.signal.aborted) return;
      try {
        if (!(await tellProgress(app, simulationId, progress(), clock()))) stop.abort();
      } catch (error) {
        this.#note(simulationId, error, "the progress of a simulation of rules was not written");
      }
    }
  }

  #note(simulationId: string, error: unknown, message: string): void {
    this.#options.log.error({ simulationId, err: withoutParameters(error) }, message);
  }
}
