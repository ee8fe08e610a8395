import type { Actor } from "../auth/core/actor";
import type { Services, Work } from "../context";
import type { Door } from "../db/client";
import { withoutParameters } from "../db/failures";
import { pauseUnless } from "./pause-unless";
import { runQueue } from "./queue";
import { eventTasks, recurringTasks, type RecurringTask, type Tasks } from "./registry";

export interface JobsOptions {
  /** How the application reaches the database: the queue has connections of its own. */
  readonly door: Door;
  /** Instead of the registered ones, for tests. */
  readonly tasks?: Tasks;
}

export interface RunningJobs {
  /** Starts nothing more, and resolves when what is under way is done. */
  stop(): Promise<void>;
}

/** Who the jobs are in the audit log. */
const jobsActor: Actor = { kind: "service", actorId: "jobs", name: "jobs" };

const longestPauseMillis = 30_000;

/**
 * Starts everything of jobs/registry.ts in this process. Needs `installJobs` to have been done where tasks for events are
 * registered. A database that goes away stops nothing: every task and the queue try again, with growing pauses.
 */
export function startJobs(services: Services, options: JobsOptions): RunningJobs {
  const { recurring, onEvents } = options.tasks ?? { recurring: recurringTasks, onEvents: eventTasks };
  const stopping = new AbortController();
  const work = (): Work => ({ services, database: services.database, actor: jobsActor, now: services.clock() });
  const running = recurring.map((task) => repeat(task, services, work, stopping.signal));
  if (onEvents.length > 0) running.push(runQueue(services, options.door, onEvents, work, stopping.signal));
  let stopped: Promise<void> | undefined;
  return {
    stop: () => {
      stopping.abort();
      return (stopped ??= Promise.all(running).then(() => undefined));
    },
  };
}

/** A plain loop: a queue could not run a task every second, and would add three statements to each run. */
async function repeat(task: RecurringTask, { log }: Services, work: () => Work, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await task.run(work());
      failures = 0;
    } catch (error) {
      failures += 1;
      log.error({ task: task.name, failures, err: withoutParameters(error) }, "a task failed and will be tried again");
    }
    await pauseUnless(
      signal,
      Math.min(task.everyMillis * 2 ** failures, Math.max(longestPauseMillis, task.everyMillis)),
    );
  }
}
