import { sql } from "drizzle-orm";
import { bornOnFact } from "./core/stored-facts";
import type { FactRoom } from "./fact-room";
import { encodedMembers } from "./facts.tables";

/** The birth day as it was handed over last: kept when anything else of the member changes. */
export const birthFactRoom: FactRoom = {
  stored: ({ ids }) => sql`
    select ${encodedMembers.memberId}, ${bornOnFact}::text, 'DATE'::text, to_jsonb(${encodedMembers.bornOn}), null::timestamptz
    from ${encodedMembers} where ${encodedMembers.memberId} = any(${ids}) and ${encodedMembers.bornOn} is not null`,
};
