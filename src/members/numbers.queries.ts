import { sql } from "drizzle-orm";
import { textArray } from "../db/arrays";
import type { Queryable } from "../db/client";
import { identityLookup } from "./members.tables";

/** The members that these numbers of a partner were given to; merged ones are not followed. Unconfirmed claims do not count. */
export async function memberIdsByNumbers(
  db: Queryable,
  partnerId: string,
  numbers: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db
    .select({ number: identityLookup.number, memberId: identityLookup.memberId })
    .from(identityLookup)
    .where(
      sql`${identityLookup.number} = any(${textArray(numbers)}) and ${identityLookup.partnerId} = ${partnerId}
        and ${identityLookup.confirmedAt} is not null`,
    );
  return new Map(rows.map(({ number, memberId }) => [number, memberId]));
}
