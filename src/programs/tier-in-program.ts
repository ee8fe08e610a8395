import { and, eq, sql } from "drizzle-orm";
import { uuidArray } from "../db/arrays";
import type { Queryable } from "../db/client";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { bestTiers } from "./core/held-tier";
import { memberTiers } from "./programs.tables";

/** The code of the tier that the member holds in a program now, under any of its ids; undefined where it holds none. */
export async function tierInProgram(
  db: Queryable,
  snapshot: CatalogueSnapshot,
  asked: { readonly allIds: readonly string[]; readonly programCode: string; readonly now: Date },
): Promise<string | undefined> {
  const programId = snapshot.programsByCode.get(asked.programCode)?.programId;
  if (programId === undefined) return undefined;
  const held = await db
    .select()
    .from(memberTiers)
    .where(and(sql`${memberTiers.memberId} = any(${uuidArray(asked.allIds)})`, eq(memberTiers.programId, programId)));
  const ranks = new Map(snapshot.tiersByProgram.get(programId)?.map(({ code, rank }) => [code, rank]));
  const [best] = bestTiers(held, ({ tierCode }) => ranks.get(tierCode) ?? 0, asked.now);
  const holds = best && (best.validUntil === null || asked.now < best.validUntil);
  return holds ? best.tierCode : undefined;
}
