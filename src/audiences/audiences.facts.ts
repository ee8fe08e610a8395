import { sql } from "drizzle-orm";
import type { FactRoom } from "../facts/fact-room";
import { audienceListMembers } from "./audiences.tables";
import { listsFact } from "./core/audience";

/**
 * The uploaded lists that a member is on, under its own id or one that was merged into it. A list never changes, so what
 * is published or ended changes no member's encoding.
 */
export const audienceFactRoom: FactRoom = {
  underAliases: true,
  stored: ({ ids, owners }) => sql`
    select o.owner_id, ${listsFact}::text, 'SET'::text, jsonb_agg(distinct ${audienceListMembers.listId}), null::timestamptz
    from ${owners} join ${audienceListMembers} on ${audienceListMembers.memberId} = o.member_id
    where ${audienceListMembers.memberId} = any(${ids})
    group by 1`,
};
