import { Logger, run, type Runner, type TaskList } from "graphile-worker";
import type { Logger as Log } from "pino";
import type { Services, Work } from "../context";
import type { Door } from "../db/client";
import { withoutParameters } from "../db/failures";
import { findEvent } from "../events/events.queries";
import { jobsSchema } from "./install-jobs";
import { pauseUnless } from "./pause-unless";
import type { EventTask } from "./registry";

const connections = 3;
const jobsAtOnce = 2;
const retryMillis = { first: 1_000, longest: 30_000 };

/**
 * Works off the jobs that the relay queued for events, until the signal; resolves when the jobs under way are done. The
 * queue gives up after some failures in a row, such as a database that restarts; then it is started again.
 */
export async function runQueue(
  services: Services,
  door: Door,
  tasks: readonly EventTask[],
  work: () => Work,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    try {
      const runner = await run({
        connectionString: connectionString(door),
        schema: jobsSchema,
        taskList: taskList(tasks, work),
        concurrency: jobsAtOnce,
        maxPoolSize: connections,
        noHandleSignals: true,
        // With a delay a job that cannot be marked as done, or as failed, ends the runner, which is then started again.
        // Without one the library lets the rejection go unheard, and the whole process ends: so a server died with
        // PostgreSQL when that was stopped at the wrong moment.
        preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
        logger: loggerOver(services.log),
      });
      failures = 0;
      await untilStopped(runner, signal);
    } catch (error) {
      failures += 1;
      services.log.error({ failures, err: withoutParameters(error) }, "the job queue failed and will be started again");
    }
    await pauseUnless(signal, Math.min(retryMillis.first * 2 ** failures, retryMillis.longest));
  }
}

async function untilStopped(runner: Runner, signal: AbortSignal): Promise<void> {
  let stopped: Promise<void> | undefined;
  const stop = () => {
    // Refused where the runner is stopping by itself; its own promise, awaited below, tells why.
    stopped ??= runner.stop().catch(() => undefined);
  };
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await runner.promise;
    await stopped;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function taskList(tasks: readonly EventTask[], work: () => Work): TaskList {
  return Object.fromEntries(
    tasks.map((task) => [
      task.name,
      async (payload: unknown) => {
        const { eventId } = payload as { eventId: string };
        const now = work();
        const event = await findEvent(now.database.app, eventId);
        if (!event) throw new Error(`job ${task.name} names event ${eventId}, which is not there`);
        await task.run(now, event);
      },
    ]),
  );
}

/** The role is a parameter of the start of the session, as on the application's other connections. */
function connectionString({ url, role }: Door): string {
  if (!role) return url;
  const withRole = new URL(url);
  withRole.searchParams.set("options", `-c role=${role}`);
  return withRole.toString();
}

function loggerOver(log: Log): Logger {
  return new Logger((scope) => (level, message, meta) => {
    const err = meta && "error" in meta ? { err: withoutParameters(meta["error"]) } : {};
    const facts = { ...scope, ...err };
    const severity: string = level;
    if (severity === "error") log.error(facts, message);
    else if (severity === "warning") log.warn(facts, message);
    else log.debug(facts, message);
  });
}
