import { and, eq, inArray } from "drizzle-orm";
import type { Db } from "../db/client";
import { transfers } from "./ledger.tables";

/** Under which of these members something was done by this key; undefined where nothing was. */
export async function ownerOfKey(db: Db, memberIds: readonly string[], key: string): Promise<string | undefined> {
  const [row] = await db
    .select({ memberId: transfers.memberId })
    .from(transfers)
    .where(and(inArray(transfers.memberId, [...memberIds]), eq(transfers.idempotencyKey, key)))
    .limit(1);
  return row?.memberId;
}
