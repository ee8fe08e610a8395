import cluster from "node:cluster";
import type { Logger } from "pino";
import { mostWorkers, readConfig, type Config } from "../config";
import { refuseTakenPorts } from "../http/listening";
import { openAlliance, type Alliance } from "../main";
import { makeLog } from "../observability/log";
import { serveAlliance } from "../serve-alliance";
import { complain, exitCodes, print, readArguments, UsageError, type Command } from "./command";
import { developmentTokens, pageTokens } from "./development-tokens";
import { prepareAlliance } from "./prepare-alliance";
import { serveAsWorker } from "./serve-as-worker";
import { serveByWorkers } from "./serve-by-workers";
import { stopRequest, type StopRequest } from "./stop-signals";
import { welcomeText } from "./welcome";

export const command: Command = {
  usage: `Usage: npm start
       npm start -- --no-demo
       npm start -- --workers 4

Starts the alliance: without DATABASE_URL on a PostgreSQL server of its own, into which the demo alliance is loaded at
the first start. With --no-demo nothing is in it but the staff who can found an alliance. Prints where the page is,
tokens and questions to begin with.

With --workers that many processes, at most ${mostWorkers}, serve the same port; one that ends is replaced. Without it ALLIANCE_WORKERS
says how many, and 1 is the rule.

SIGTERM and Ctrl-C stop it: requests under way are answered first. A second Ctrl-C stops it at once.`,

  async run(args) {
    const startedAt = performance.now();
    const { values } = readArguments(args, {
      "no-demo": { type: "boolean", default: false },
      workers: { type: "string" },
    });
    const given = readWorkers(values.workers);
    const config = readConfig();
    const log = makeLog(config.log);
    process.once("uncaughtException", (err) => {
      log.fatal({ err }, "a failure that nobody expected; the process ends");
      process.exit(exitCodes.failed);
    });
    const start: Start = {
      config: { ...config, workers: given ?? config.workers },
      log,
      empty: values["no-demo"],
      startedAt,
    };
    if (cluster.isWorker) await serveAsWorker(start);
    else await startAndServe(start);
    return exitCodes.done;
  },
};

/** What a start was asked for. */
export interface Start {
  readonly config: Config;
  readonly log: Logger;
  /** Without the demo. */
  readonly empty: boolean;
  readonly startedAt: number;
}

function readWorkers(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const workers = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (workers >= 1 && workers <= mostWorkers) return workers;
  throw new UsageError(`--workers is "${text}", expected a whole number from 1 to ${mostWorkers}`);
}

async function startAndServe(start: Start): Promise<void> {
  await refuseTakenPorts(start.config);
  const stop = stopRequest();
  try {
    await (start.config.workers > 1 ? serveByWorkers(start, stop) : serveAlone(start, stop));
  } finally {
    stop.release();
  }
  complain("Stopped.");
}

async function serveAlone(start: Start, stop: StopRequest): Promise<void> {
  const alliance = await openAlliance(start.config, start.log);
  try {
    await Promise.race([prepareAlliance(alliance, start), stop.requested]);
    if (!stop.isRequested()) await serveUntil(stop.requested, alliance, start);
  } catch (error) {
    // Closing the database cuts off whatever was still at work; that is no failure of its own.
    if (!stop.isRequested()) throw error;
  } finally {
    await alliance.close();
  }
}

async function serveUntil(
  stopped: Promise<void>,
  alliance: Alliance,
  { config, startedAt }: Pick<Start, "config" | "startedAt">,
): Promise<void> {
  const { issuer } = alliance;
  const served = await serveAlliance(alliance, issuer && (() => pageTokens(alliance)));
  try {
    const { url, metricsUrl } = served.server;
    const tokens = await developmentTokens(alliance);
    const seconds = (performance.now() - startedAt) / 1000;
    print(welcomeText({ url, metricsUrl, page: config.page, workers: 1, seconds, tokens }));
    await stopped;
  } finally {
    await served.stop();
  }
}
