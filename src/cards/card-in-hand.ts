import type { Action } from "../auth/core/policy.table";
import { leadingProduct, type PublishedProduct } from "../card-products/published-products";
import type { Work } from "../context";
import { and, eq } from "drizzle-orm";
import type { Tx } from "../db/client";
import { refusalFor } from "../graphql/authorize";
import { done, refuse, type Result } from "../kernel/result";
import { allIdsOfMember } from "../members/history";
import { memberForChange } from "../members/member-in-hand";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { lockCard, type CardRow } from "./cards.queries";
import { cards } from "./cards.tables";

/** A card that is locked with its member until the transaction ends. */
export interface CardInHand {
  readonly card: CardRow;
  readonly memberId: string;
  /** Every id under which the member has history. */
  readonly allIds: readonly string[];
  readonly snapshot: CatalogueSnapshot;
  /** What its product says now: of what was elected the election keeps its own version. */
  readonly product: PublishedProduct;
}

export interface CardGrasp {
  readonly action: Action;
  readonly memberId: string;
  readonly cardId: string;
  /** Where the card's id stands in the input. */
  readonly path: readonly string[];
}

/**
 * The first step of every command on a card. A partner has in hand the cards of its own products alone; to it another's
 * card is not there.
 */
export async function cardInHand(tx: Tx, work: Work, grasp: CardGrasp): Promise<Result<CardInHand>> {
  const { action, path } = grasp;
  const member = await memberForChange(tx, work, { action, memberId: grasp.memberId, path });
  if (!member.ok) return member;
  const { memberId } = member.value.member;
  const allIds = await allIdsOfMember(tx, memberId);
  const card = await lockCard(tx, allIds, grasp.cardId);
  const denied = refusalFor(work, action, { memberId, partnerId: card?.partnerId }, "The card");
  if (denied) return denied;
  if (!card) return refuse("NOT_FOUND", "The card was not found.", path);
  const current = await withDueProduct(tx, work, card);
  const { snapshot, product } = await productOf(work, current.productId);
  return done({ card: current, memberId, allIds, snapshot, product });
}

/** A change of product that waited for the end of the cycle takes place with the first command after it. */
async function withDueProduct(tx: Tx, { now }: Work, card: CardRow): Promise<CardRow> {
  const { nextProductId, nextProductCode, nextProductFrom } = card;
  if (!nextProductId || !nextProductCode || !nextProductFrom || nextProductFrom > now) return card;
  const [row] = await tx
    .update(cards)
    .set({
      ...{ productId: nextProductId, productCode: nextProductCode },
      ...{ nextProductId: null, nextProductCode: null, nextProductFrom: null },
    })
    .where(and(eq(cards.memberId, card.memberId), eq(cards.cardId, card.cardId)))
    .returning();
  if (!row) throw new Error(`card ${card.cardId} vanished under its lock`);
  return row;
}

async function productOf({ services: { catalogue } }: Work, productId: string) {
  const snapshot = await catalogue.thatKnows((each) => leadingProduct(each, productId) !== undefined);
  const product = leadingProduct(snapshot, productId);
  if (!product) throw new Error(`card product ${productId} has no version`);
  return { snapshot, product };
}
