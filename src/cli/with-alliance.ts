import { readConfig, type Config } from "../config";
import { openAlliance, type Alliance } from "../main";
import { makeLog } from "../observability/log";

/**
 * Opens the alliance for one command and closes it whatever comes of it. Commands print a result, so of the log they
 * show only what went wrong.
 */
export async function withAlliance<T>(work: (alliance: Alliance) => Promise<T>, config = readConfig()): Promise<T> {
  const alliance = await openAlliance(config, commandLog(config));
  try {
    return await work(alliance);
  } finally {
    await alliance.close();
  }
}

export function commandLog(config: Config) {
  const level = config.log.level === "info" ? "warn" : config.log.level;
  return makeLog({ ...config.log, level });
}
