import { createHash } from "node:crypto";
import type { Work } from "../context";
import { emitOnce } from "../events/emit-event";
import { nobody } from "../kernel/ids";
import { plusHours } from "../kernel/period";
import { lapsingSoon } from "./due.queries";

const atOnce = 1_000;

/**
 * Tells of points that lapse within as many days as their program says: `points.expiring`, once for each member, program
 * and date, however often this runs and on however many servers. Answers how many it found.
 */
export async function notifyLapses({ services, database, now }: Pick<Work, "services" | "database" | "now">) {
  const { programs } = await services.catalogue.catchUp();
  let found = 0;
  for (const { programId, noticeDays } of programs.values()) {
    if (noticeDays === null) continue;
    const window = { programId, from: now, to: plusHours(now, 24 * noticeDays), limit: atOnce };
    for (let after = nobody; ;) {
      const lapsing = await lapsingSoon(database.app, { ...window, after });
      // A member of which only a part came in this page is read again from its first date by the next.
      const last = lapsing.length === atOnce ? lapsing.at(-1)?.memberId : undefined;
      const whole = last === undefined ? lapsing : lapsing.filter(({ memberId }) => memberId !== last);
      await emitOnce(
        database.app,
        whole.map(({ memberId, expiresAt, points }) => ({
          memberId,
          eventId: noticeId(memberId, programId, expiresAt),
          type: "points.expiring",
          payload: { memberId, programId, points: String(points), expiresAt },
          now,
        })),
      );
      found += whole.length;
      const next = whole.at(-1)?.memberId;
      if (last === undefined || next === undefined) break;
      after = next;
    }
  }
  return found;
}

/** The one id of the notice, so that the same notice is the same event. */
function noticeId(memberId: string, programId: string, expiresAt: Date): string {
  const text = `points.expiring ${memberId} ${programId} ${expiresAt.toISOString()}`;
  const hex = createHash("sha256").update(text).digest("hex");
  // Version 8 of RFC 9562: bits of one's own making.
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-8$3-8$4-$5");
}
