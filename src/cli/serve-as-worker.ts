import type { Config } from "../config";
import { openAllianceAt, type ReachedDatabase } from "../main";
import { serveAlliance } from "../serve-alliance";
import { costShare } from "../workers/core/cost-share";
import type { Handover } from "../workers/messages";
import { reportToPrimary, type Primary } from "../workers/primary";
import { pageTokens } from "./development-tokens";
import type { Start } from "./start";

/**
 * Serves as one of several processes, until the primary one says that it is over. A worker is a server like any other,
 * with the jobs beside it: they bear several servers, and whichever worker is left does them.
 */
export async function serveAsWorker(start: Pick<Start, "config" | "log">): Promise<void> {
  const primary = reportToPrimary();
  try {
    const handover = await primary.handover;
    if (handover) await serveUntilDrained(primary, handover, start);
  } finally {
    primary.leave();
  }
}

async function serveUntilDrained(
  primary: Primary,
  handover: Handover,
  { config, log }: Pick<Start, "config" | "log">,
): Promise<void> {
  const ownLog = log.child({ worker: process.pid });
  const alliance = await openAllianceAt(placeOf(handover), workerConfig(config), ownLog);
  try {
    const { issuer } = alliance;
    const served = await serveAlliance(alliance, issuer && (() => pageTokens(alliance)));
    primary.serving(served.server.url, served.metrics.registry);
    await primary.drainRequested;
    await served.stop();
  } finally {
    await alliance.close();
  }
}

/** The primary process answers for the metrics of all. */
function workerConfig(config: Config): Config {
  const limits = { ...config.limits, costPerMinute: costShare(config.limits, config.workers) };
  return { ...config, limits, metrics: { ...config.metrics, port: 0 } };
}

/** The primary keeps the embedded server for everybody. */
function placeOf({ doors, masterKey, signingKey }: Handover): ReachedDatabase {
  return {
    ready: { applied: [], doors },
    masterKey: Buffer.from(masterKey, "base64url"),
    signingKey,
    leave: () => Promise.resolve(),
  };
}
