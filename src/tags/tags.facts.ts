import { eq, sql } from "drizzle-orm";
import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { FactDefinition } from "../facts/core/fact";
import type { FactRoom } from "../facts/fact-room";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import type { TagDefinitionRow } from "./tags.queries";
import { memberTags, tagDefinitions } from "./tags.tables";

/** A tag is a fact under its code. Of a retired definition too: rules that name it stay what they were. */
export const tagFactRoom: FactRoom = {
  definitions,
  stored: ({ ids }) => sql`
    select ${memberTags.memberId}, ${memberTags.tagCode}, ${tagDefinitions.type}, ${memberTags.value}, null::timestamptz
    from ${memberTags} join ${tagDefinitions} on ${eq(tagDefinitions.code, memberTags.tagCode)}
    where ${memberTags.memberId} = any(${ids})`,
};

/** The tags that the caller may both know of and read of members: a rule asks for values, so it tells them. */
function definitions({ tagDefinitions: all }: CatalogueSnapshot, actor: Actor): FactDefinition[] {
  const reach = scopeOf(actor, "tagDefinition");
  const sensitive = scopeOf(actor, "MemberTag.sensitive").kind !== "none";
  const isOffered = (row: TagDefinitionRow) =>
    row.status === "ACTIVE" &&
    (row.sensitivity !== "SENSITIVE" || sensitive) &&
    (reach.kind === "all" ||
      (reach.kind === "partner" && (row.sourcePartnerId === reach.partnerId || row.sensitivity === "PUBLIC")));
  return [...all.values()].filter(isOffered).map(({ code, type, choices, unit }) => ({
    ...{ name: code, source: "TAG" as const, type, unit, alwaysKnown: false },
    choices: type === "ENUM" || type === "SET" ? choices : null,
  }));
}
