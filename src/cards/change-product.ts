import { and, eq } from "drizzle-orm";
import { recordChange, type ChangeEvent } from "../audit/record-change";
import type { CardProductContent } from "../card-products/core/card-product";
import { productByCode, type PublishedProduct } from "../card-products/published-products";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { entitlementsOf, moveEntitlements } from "../entitlements/move-entitlements";
import { done, refuse, type Result } from "../kernel/result";
import { cardInHand, type CardInHand } from "./card-in-hand";
import { lockElections, type CardRow, type ElectionRow } from "./cards.queries";
import { cards } from "./cards.tables";
import { stepCard } from "./core/card";
import { cycleAt } from "./core/cycle";
import { fillingOf, offeredCodes } from "./core/slot-choice";
import { endElection, fillSlots } from "./fill-slots";
import { productRefusal } from "./register-card";
import type { CardToMove } from "./move-card";

export interface ProductToChangeTo extends CardToMove {
  readonly productCode: string;
}

/**
 * An upgrade or a downgrade: the card stays and gets another product, whose own policy says what becomes of what was
 * elected. The card's cycle stays as it is. Refuses with NOT_FOUND a product that is not published or of another issuer,
 * NOT_ELIGIBLE who may not hold it. The product that the card has, or is to get, again changes nothing.
 */
export async function changeCardProduct(work: Work, input: ProductToChangeTo): Promise<Result<CardRow>> {
  await work.services.catalogue.catchUp();
  return inTransaction(work.database.app, async (tx) => {
    const grasp = { action: "changeCardProduct", ...input, path: ["input", "cardId"] } as const;
    const found = await cardInHand(tx, work, grasp);
    if (!found.ok) return found;
    const { card, snapshot, memberId, allIds } = found.value;
    const product = productByCode(snapshot, input.productCode);
    if (product?.state !== "PUBLISHED" || product.partnerId !== card.partnerId) {
      const message = `No card product "${input.productCode}" of this card's issuer is published.`;
      return refuse("NOT_FOUND", message, ["input", "productCode"]);
    }
    if (product.productId === (card.nextProductId ?? card.productId)) return done(card);
    const stepped = stepCard(card.state, "CHANGE_PRODUCT");
    if (!stepped.ok) return stepped;
    const ineligible = await productRefusal(work, snapshot, product, memberId);
    if (ineligible) return ineligible;
    const { row, ended } = await applyChange(tx, work, found.value, product);
    const granted = await entitlementsOf(
      tx,
      allIds,
      ended.map((each) => each.electionId),
    );
    const events: ChangeEvent[] = await moveEntitlements(
      tx,
      granted,
      { event: "END", reason: "PRODUCT_CHANGED" },
      work.now,
    );
    const isDue = row.productId === product.productId;
    const filled = isDue ? await fillSlots(tx, work, { ...found.value, card: row, product }) : { events: [] };
    const payload = { memberId, cardId: card.cardId, from: card.productCode, to: product.code };
    await recordChange(tx, work, {
      stream: `member:${memberId}`,
      action: "changeCardProduct",
      resource: `Card:${card.cardId}`,
      before: { productCode: card.productCode },
      after: { productCode: product.code, from: row.nextProductFrom },
      reason: input.reason,
      event: [{ type: "card.product_changed", memberId, payload }, ...events, ...filled.events],
    });
    return done(row);
  });
}

/** Writes the change and ends the elections that do not outlast it; answers both. */
async function applyChange(
  tx: Tx,
  { now }: Work,
  { card }: CardInHand,
  product: PublishedProduct,
): Promise<{ readonly row: CardRow; readonly ended: readonly ElectionRow[] }> {
  const policy = product.content.onProductChange;
  const cycle = cycleAt(card, now);
  const waits = policy === "KEEP_UNTIL_CYCLE_END" && cycle;
  const open = (await lockElections(tx, card)).filter((each) => each.state === "ACTIVE" && each.cycleTo > now);
  const stays = (each: ElectionRow) =>
    (waits && each.cycleFrom <= now) || (policy !== "END" && isOfferedBy(product.content, each));
  const ended = open.filter((each) => !stays(each));
  for (const each of ended) await endElection(tx, each, "ENDED", now);
  const { productId, code } = product;
  const [row] = await tx
    .update(cards)
    .set(
      waits
        ? { nextProductId: productId, nextProductCode: code, nextProductFrom: cycle.to }
        : { productId, productCode: code, nextProductId: null, nextProductCode: null, nextProductFrom: null },
    )
    .where(and(eq(cards.memberId, card.memberId), eq(cards.cardId, card.cardId)))
    .returning();
  if (!row) throw new Error(`card ${card.cardId} vanished under its lock`);
  return { row, ended };
}

/** Whether a slot of the same code offers the package, or always holds it. */
function isOfferedBy({ slots }: CardProductContent, { slotCode, packageCode }: ElectionRow): boolean {
  const slot = slots.find(({ code }) => code === slotCode);
  if (!slot) return false;
  return offeredCodes(slot).includes(packageCode) || fillingOf(slot, undefined).codes.includes(packageCode);
}
