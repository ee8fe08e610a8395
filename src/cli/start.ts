import type { Logger } from "pino";
import { readConfig, type Config } from "../config";
import { demoWork, registerDemoActors } from "../demo/demo-work";
import { loadDemoAlliance } from "../demo/load-demo-alliance";
import { refuseTakenPorts } from "../http/listening";
import { terminalProgress, type Progress } from "../import/progress";
import { openAlliance, type Alliance } from "../main";
import { makeLog } from "../observability/log";
import { serveAlliance } from "../serve-alliance";
import { complain, exitCodes, print, readArguments, type Command } from "./command";
import { developmentTokens, pageTokens } from "./development-tokens";
import { onStopSignals } from "./stop-signals";
import { welcomeText } from "./welcome";

export const command: Command = {
  usage: `Usage: npm start
       npm start -- --no-demo

Starts the alliance: without DATABASE_URL on a PostgreSQL server of its own, into which the demo alliance is loaded at
the first start. With --no-demo nothing is in it but the staff who can found an alliance. Prints where the page is,
tokens and questions to begin with.

SIGTERM and Ctrl-C stop it: requests under way are answered first. A second Ctrl-C stops it at once.`,

  async run(args) {
    const { values } = readArguments(args, { "no-demo": { type: "boolean", default: false } });
    const config = readConfig();
    const startedAt = performance.now();
    await refuseTakenPorts(config);
    const log = makeLog(config.log);
    const stop = stopRequest();
    process.once("uncaughtException", (err) => {
      log.fatal({ err }, "a failure that nobody expected; the process ends");
      process.exit(exitCodes.failed);
    });
    const alliance = await openAlliance(config, log);
    try {
      const prepare = values["no-demo"] ? letStaffIn : loadDemo;
      if (alliance.issuer) await Promise.race([prepare(alliance), stop.requested]);
      if (!stop.isRequested()) await serveUntil(stop.requested, alliance, config, startedAt);
    } catch (error) {
      // Closing the database cuts off whatever was still at work; that is no failure of its own.
      if (!stop.isRequested()) throw error;
    } finally {
      await alliance.close();
      stop.release();
    }
    complain("Stopped.");
    return exitCodes.done;
  },
};

async function serveUntil(
  stopped: Promise<void>,
  alliance: Alliance,
  config: Config,
  startedAt: number,
): Promise<void> {
  const { issuer } = alliance;
  const served = await serveAlliance(alliance, issuer && (() => pageTokens(alliance)));
  try {
    const { url, metricsUrl } = served.server;
    const tokens = await developmentTokens(alliance);
    const seconds = (performance.now() - startedAt) / 1000;
    print(welcomeText({ url, metricsUrl, page: config.page, seconds, tokens }));
    await stopped;
  } finally {
    await served.stop();
  }
}

/** Nobody could found an empty alliance if nobody were registered in it. */
async function letStaffIn({ services }: Alliance): Promise<void> {
  await registerDemoActors(demoWork(services), ["staff", "service"]);
}

async function loadDemo({ services }: Alliance): Promise<void> {
  const { stderr } = process;
  await loadDemoAlliance(services, {
    progress: stderr.isTTY ? terminalProgress(stderr) : loggedProgress(services.log),
  });
}

/** Where there is no terminal for a bar, the log says what is being loaded. */
function loggedProgress(log: Logger): Progress {
  return {
    begin: (label, total) => log.info({ total }, `loading the demo: ${label}`),
    advance: () => undefined,
    end: () => undefined,
  };
}

interface StopRequest {
  readonly requested: Promise<void>;
  isRequested(): boolean;
  release(): void;
}

function stopRequest(): StopRequest {
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
