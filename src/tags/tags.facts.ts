import { eq, sql } from "drizzle-orm";
import type { FactRoom } from "../facts/fact-room";
import { memberTags, tagDefinitions } from "./tags.tables";

/** A tag is a fact under its code. Of a retired definition too: rules that name it stay what they were. */
export const tagFactRoom: FactRoom = {
  stored: ({ ids }) => sql`
    select ${memberTags.memberId}, ${memberTags.tagCode}, ${tagDefinitions.type}, ${memberTags.value}, null::timestamptz
    from ${memberTags} join ${tagDefinitions} on ${eq(tagDefinitions.code, memberTags.tagCode)}
    where ${memberTags.memberId} = any(${ids})`,
};
