import { complain } from "./command";

/** How long after the first a signal counts as the same key press. */
const samePressMillis = 500;

/**
 * Calls `stop` at the first SIGINT or SIGTERM and `stopAtOnce` at a second one.
 *
 * A Ctrl-C in a terminal reaches every process of the foreground group, and npm passes it on to its child once more, so
 * under `npm start` one key press arrives twice within milliseconds; the second within half a second is taken for the
 * same. Answers how to give the signals back.
 */
export function onStopSignals(stop: (signal: string) => void, stopAtOnce: (signal: string) => void): () => void {
  let firstAt: number | undefined;
  const listen = (signal: string) => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      stop(signal);
    } else if (now - firstAt > samePressMillis) {
      stopAtOnce(signal);
    }
  };
  process.on("SIGINT", listen);
  process.on("SIGTERM", listen);
  return () => {
    process.off("SIGINT", listen);
    process.off("SIGTERM", listen);
  };
}

export interface StopRequest {
  readonly requested: Promise<void>;
  isRequested(): boolean;
  release(): void;
}

/** Says on standard error that it was heard; the second one ends the process. */
export function stopRequest(): StopRequest {
  let requested = false;
  let release: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    release = onStopSignals(
      (signal) => {
        requested = true;
        complain(`Stopping (${signal}); once more stops at once.`);
        resolve();
      },
      () => process.exit(130),
    );
  });
  return { requested: promise, isRequested: () => requested, release: () => release() };
}
