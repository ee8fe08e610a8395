import type { Config } from "../config";
import { startMetricsServer } from "../http/serve-metrics";
import { openAllianceAt, reachDatabase, type ReachedDatabase } from "../main";
import { Crew } from "../workers/crew";
import { CrewMetrics } from "../workers/crew-metrics";
import type { Handover } from "../workers/messages";
import { print } from "./command";
import { developmentTokens, type TokenBearer } from "./development-tokens";
import { prepareAlliance } from "./prepare-alliance";
import type { Start } from "./start";
import type { StopRequest } from "./stop-signals";
import { welcomeText } from "./welcome";

/** What a worker may need beyond the time for requests: its jobs under way, and its connections. */
const extraDrainSeconds = 30;

/**
 * The primary of several processes: it reaches the database, migrates it and loads the demo, once; then it keeps the
 * workers running and serves nothing but the metrics. It has no connection to the database by then.
 */
export async function serveByWorkers(start: Start, stop: StopRequest): Promise<void> {
  const place = await reachDatabase(start.config, start.log);
  try {
    const tokens = await prepared(place, start, stop);
    if (!stop.isRequested()) await superviseUntil(stop.requested, place, start, tokens);
  } finally {
    await place.leave();
  }
}

async function prepared(place: ReachedDatabase, start: Start, stop: StopRequest): Promise<TokenBearer[]> {
  const staying = { ...place, leave: () => Promise.resolve() };
  const alliance = await openAllianceAt(staying, start.config, start.log);
  try {
    await Promise.race([prepareAlliance(alliance, start), stop.requested]);
    return stop.isRequested() ? [] : await developmentTokens(alliance);
  } catch (error) {
    // Closing the database cuts off whatever was still at work; that is no failure of its own.
    if (!stop.isRequested()) throw error;
    return [];
  } finally {
    await alliance.close();
  }
}

async function superviseUntil(
  stopped: Promise<void>,
  place: ReachedDatabase,
  { config, log, startedAt }: Start,
  tokens: readonly TokenBearer[],
): Promise<void> {
  const { workers, page } = config;
  const crew = new Crew({ size: workers, handover: handoverOf(place), drainMillis: drainMillis(config), log });
  try {
    const metrics = await startMetricsServer(config.metrics, new CrewMetrics(crew));
    try {
      const url = await Promise.race([crew.ready, crew.over, stopped]);
      if (url === undefined) return;
      const seconds = (performance.now() - startedAt) / 1000;
      print(welcomeText({ url, metricsUrl: metrics?.url, page, workers, seconds, tokens }));
      await Promise.race([crew.over, stopped]);
    } finally {
      await metrics?.close();
    }
  } finally {
    await crew.stop();
  }
}

function drainMillis({ drainSeconds, drainDelaySeconds }: Config): number {
  return (drainDelaySeconds + drainSeconds + extraDrainSeconds) * 1000;
}

function handoverOf({ ready, masterKey, signingKey }: ReachedDatabase): Handover {
  return { doors: ready.doors, masterKey: masterKey.toString("base64url"), signingKey };
}
