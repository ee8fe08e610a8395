import DataLoader from "dataloader";
import type { Actor } from "../auth/core/actor";
import { scopeOf } from "../auth/core/policy";
import type { Database } from "../db/client";
import { groupedInOrder } from "../db/in-order";
import { historyOwners, type Owned } from "../members/history";
import { cardsOf, electionsOf, type CardRow, type ElectionRow } from "./cards.queries";

/** Cards of members and what fills them, as far as the caller may see: a partner its own products' alone. */
export function cardLoaders(
  { app }: Pick<Database, "app">,
  actor: Actor,
  aliasesOfMember: DataLoader<string, string[]>,
) {
  const reach = scopeOf(actor, "Member.cards");
  const isSeen = ({ partnerId }: CardRow) => reach.kind !== "partner" || partnerId === reach.partnerId;
  return {
    cardsOfMember: new DataLoader<string, Owned<CardRow>[]>(async (memberIds) => {
      if (reach.kind === "none") return memberIds.map(() => []);
      const owners = await historyOwners(aliasesOfMember, memberIds);
      const ownerOf = new Map(owners.flatMap(({ memberId, allIds }) => allIds.map((id) => [id, memberId] as const)));
      const rows = await cardsOf(app, [...ownerOf.keys()]);
      const owned = rows.filter(isSeen).map((row) => ({ ...row, ownerId: ownerOf.get(row.memberId) ?? row.memberId }));
      return groupedInOrder(memberIds, owned, (row) => row.ownerId);
    }),
    electionsOfCard: new DataLoader<{ readonly memberId: string; readonly cardId: string }, ElectionRow[], string>(
      async (keys) => {
        const memberIds = [...new Set(keys.map((key) => key.memberId))];
        const cardIds = keys.map((key) => key.cardId);
        return groupedInOrder(cardIds, await electionsOf(app, memberIds, cardIds), (row) => row.cardId);
      },
      { cacheKeyFn: ({ cardId }) => cardId },
    ),
  };
}
