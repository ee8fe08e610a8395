import { sql } from "drizzle-orm";
import type { Db } from "../db/client";
import { expectedSchemaVersion, schemaVersion } from "../db/migrate";
import type { ConnectionCount } from "./metrics";

/** Why the process should get no requests now; empty where it should. */
export type Readiness = () => Promise<readonly string[]>;

const answerWithinMillis = 3_000;

/**
 * Ready means: the database answers within three seconds and has the schema that this code was written for. A server of
 * an older release may run on a newer schema while a new one is rolled out, so only a missing migration counts.
 */
export function databaseReadiness(db: Db): Readiness {
  const expected = expectedSchemaVersion();
  return async () => {
    try {
      const found = await withinTime(schemaVersion(db));
      if (found !== undefined && expected !== undefined && found >= expected) return [];
      return [`the schema is at ${found ?? "nothing"}, expected ${expected ?? "nothing"}`];
    } catch {
      // Why it is away stands in the log of those who needed it; the probe's reader is not always trusted.
      return ["the database does not answer"];
    }
  };
}

/** Connections of the current role by state, for the metrics. */
export async function connectionCounts(db: Db): Promise<ConnectionCount[]> {
  const rows = await db.execute<{ state: string | null; count: string }>(
    sql`select state, count(*) as count from pg_stat_activity where usename = current_user group by state`,
  );
  return rows.map(({ state, count }) => ({ state: state ?? "unknown", count: Number(count) }));
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), answerWithinMillis);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
