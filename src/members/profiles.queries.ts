import { sql } from "drizzle-orm";
import type { Db, Queryable } from "../db/client";
import { idArrayText, prepareOnce } from "../db/prepared";
import { contactLookup, memberProfiles } from "./members.tables";

export type SealedProfileRow = typeof memberProfiles.$inferSelect;

/** Through the vault's door only; the rows open with the master key alone (profile-seal.ts). */
export function sealedProfilesByMembers(vault: Db, ids: readonly string[]): Promise<SealedProfileRow[]> {
  return prepareOnce(vault, "sealed_profiles_by_members", (d, name) =>
    d
      .select()
      .from(memberProfiles)
      .where(sql`${memberProfiles.memberId} = any(${sql.placeholder("ids")}::uuid[])`)
      .prepare(name),
  ).execute({ ids: idArrayText(ids) });
}

/** Members with one of these mail addresses or phones, by blind index; at most 1,000. */
export async function membersByContact(vault: Queryable, digests: readonly Buffer[]): Promise<string[]> {
  if (digests.length === 0) return [];
  const literal = `{${digests.map((digest) => `"\\\\x${digest.toString("hex")}"`).join(",")}}`;
  const rows = await vault
    .select({ memberId: contactLookup.memberId })
    .from(contactLookup)
    .where(sql`${contactLookup.digest} = any(${literal}::bytea[])`)
    .limit(1000);
  return rows.map((row) => row.memberId);
}
