import type { Work } from "../context";
import { moveVersion } from "./move-version";
import { dueVersions } from "./publishing.queries";
import type { VersionCodec } from "./version-codec";

const batch = 100;

/**
 * Publishes the scheduled versions whose time has come, each in a transaction of its own, and answers how many. Any
 * number of servers may run it at once: each version is decided again under its lock, so whoever comes second is refused
 * by the lifecycle and passes on. A version that fails does not keep the others back; the first failure is thrown at the
 * end.
 */
export async function publishDueVersions(work: Work, codecs: readonly VersionCodec<unknown>[]): Promise<number> {
  let published = 0;
  const failures: unknown[] = [];
  for (const codec of codecs) {
    for (const due of await dueVersions(work.database.app, codec.kind, work.now, batch)) {
      try {
        const result = await moveVersion(work, codec, { ...due, step: "PUBLISH_DUE", reason: "scheduled" });
        if (result.ok) published += 1;
      } catch (error) {
        failures.push(error);
      }
    }
  }
  if (failures.length > 0) throw failures[0];
  return published;
}
