import DataLoader from "dataloader";
import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { Db } from "../db/client";
import { groupedInOrder } from "../db/in-order";
import { definitionsByCodes, tagsByMembers, type MemberTagRow, type TagDefinitionRow } from "./tags.queries";

/** Tags of members and their definitions, as far as the caller may see. */
export function tagLoaders({ app }: { readonly app: Db }, actor: Actor) {
  const tagReach = {
    reach: scopeOf(actor, "Member.tags"),
    sensitive: scopeOf(actor, "MemberTag.sensitive").kind !== "none",
  };
  const definitionReach = scopeOf(actor, "tagDefinition");
  return {
    tagsByMember: new DataLoader<string, MemberTagRow[]>(async (ids) =>
      groupedInOrder(ids, await tagsByMembers(app, ids, tagReach), (row) => row.memberId),
    ),
    tagDefinitionByCode: new DataLoader<string, TagDefinitionRow | null>(async (codes) => {
      const found = await definitionsByCodes(app, codes, definitionReach);
      return codes.map((code) => found.get(code) ?? null);
    }),
  };
}
