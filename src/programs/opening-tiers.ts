import { sql, type SQL } from "drizzle-orm";
import type { Work } from "../context";
import { arrayLiteral } from "../db/arrays";
import { writeFacts } from "../members/write-facts";
import { memberTiers } from "./programs.tables";

/** A tier that a member brings, with how it was reached and until when it holds. */
export type OpeningTier = typeof memberTiers.$inferSelect;

/** Gives many members the tier they bring; a member who has one in the program keeps it. */
export async function insertOpeningTiers(
  work: Pick<Work, "services" | "now">,
  rows: readonly OpeningTier[],
): Promise<void> {
  await writeFacts(work, rows, (tx) => tx.execute(tiersInsert(rows)));
}

function tiersInsert(rows: readonly OpeningTier[]): SQL {
  return sql`
    insert into ${memberTiers} (member_id, program_id, tier_code, source, reached_at, valid_until)
    select * from unnest(
      ${arrayLiteral(rows.map((row) => row.memberId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.programId))}::uuid[],
      ${arrayLiteral(rows.map((row) => row.tierCode))}::text[],
      ${arrayLiteral(rows.map((row) => row.source))}::text[],
      ${arrayLiteral(rows.map((row) => row.reachedAt))}::timestamptz[],
      ${arrayLiteral(rows.map((row) => row.validUntil))}::timestamptz[])
    on conflict do nothing
  `;
}
