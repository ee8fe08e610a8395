import cluster from "node:cluster";
import type { Registry } from "prom-client";
import type { FromWorker, Handover, ToWorker } from "./messages";

/** The primary process as a worker knows it. */
export interface Primary {
  /** Undefined where the worker is to end before it began. */
  readonly handover: Promise<Handover | undefined>;
  readonly drainRequested: Promise<void>;
  /** Tells that requests are answered from now on, and answers for the counts. */
  serving(url: string, registry: Registry): void;
  /** Nothing else keeps the process alive after that. */
  leave(): void;
}

/**
 * Reports to the primary process. Without it a worker ends at once: node:cluster sees to that, and a port that nobody
 * watches over is worse than a connection cut.
 *
 * Ctrl-C reaches every process of a terminal's foreground group and is left to the primary; SIGTERM to a worker alone
 * drains that one, and it is replaced.
 */
export function reportToPrimary(): Primary {
  let registry: Registry | undefined;
  let drain: () => void = () => undefined;
  const drainRequested = new Promise<void>((resolve) => (drain = resolve));
  const handover = new Promise<Handover | undefined>((resolve) => {
    process.on("message", (message: ToWorker) => {
      if (message.kind === "serve") resolve(message.handover);
      if (message.kind === "count" && registry) void tellCounts(registry, message.request);
      if (message.kind === "drain") drain();
    });
    void drainRequested.then(() => resolve(undefined));
  });
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => drain());
  tell({ kind: "awake" });
  return {
    handover,
    drainRequested,
    serving(url, counted) {
      registry = counted;
      tell({ kind: "serving", url });
    },
    leave: () => void cluster.worker?.disconnect(),
  };
}

async function tellCounts(registry: Registry, request: number): Promise<void> {
  tell({ kind: "counted", request, counts: await registry.getMetricsAsJSON() });
}

/** The primary may be gone already; then this process is ending too. */
function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
