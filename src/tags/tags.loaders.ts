import DataLoader from "dataloader";
import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { Db } from "../db/client";
import { groupedInOrder } from "../db/in-order";
import type { CatalogueStore } from "../snapshot/catalogue-store";
import { keyLoader } from "../snapshot/key-loader";
import { tagsByMembers, type MemberTagRow } from "./tags.queries";
import { isVisibleDefinition } from "./tags.snapshot";

/** Tags of members and their definitions, as far as the caller may see. */
export function tagLoaders({ app }: { readonly app: Db }, catalogue: CatalogueStore, actor: Actor) {
  const tagReach = {
    reach: scopeOf(actor, "Member.tags"),
    sensitive: scopeOf(actor, "MemberTag.sensitive").kind !== "none",
  };
  const definitionReach = scopeOf(actor, "tagDefinition");
  return {
    tagsByMember: new DataLoader<string, MemberTagRow[]>(async (ids) =>
      groupedInOrder(ids, await tagsByMembers(app, ids, tagReach), (row) => row.memberId),
    ),
    tagDefinitionByCode: keyLoader(catalogue, ({ tagDefinitions }, code) => {
      const row = tagDefinitions.get(code);
      return row && (isVisibleDefinition(row, definitionReach) ? row : null);
    }),
  };
}
