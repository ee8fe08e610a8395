import { recordChange } from "../audit/record-change";
import { productByCode, type PublishedProduct } from "../card-products/published-products";
import { allows } from "../auth/core/policy";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { refusalFor } from "../graphql/authorize";
import { isCalendarDate } from "../kernel/calendar-date";
import { newId, nobody } from "../kernel/ids";
import { done, refuse, refuseAll, type Refusal, type Result } from "../kernel/result";
import { dayIn } from "../kernel/zoned-day";
import { toldConditions, unmetConditions } from "../matching/unmet-conditions";
import { allIdsOfMember } from "../members/history";
import { memberForChange } from "../members/member-in-hand";
import { memberNamed, type MemberNamed } from "../members/member-named";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import { claimToken, releaseToken } from "./card-tokens";
import { tokenRefusals } from "./core/token";
import { cardsOf, type CardRow } from "./cards.queries";
import { cards } from "./cards.tables";
import { fillSlots } from "./fill-slots";

export interface CardToRegister {
  readonly member: MemberNamed;
  readonly productCode: string;
  /** The issuer's token of the card: 8 to 64 characters, no card number. */
  readonly token: string;
  /** yyyy-mm-dd in the product's zone, not in the future. */
  readonly openedOn: string;
}

/**
 * Registers a member's card and fills the slots of its cycle. The same token with the same product and day again answers
 * the first result. Refuses with NOT_FOUND a product that is not published or not the caller's, ALREADY_EXISTS a token
 * that names another card, INVALID_INPUT what looks like a card number, NOT_ELIGIBLE who may not hold the product.
 */
export async function registerCard(work: Work, input: CardToRegister): Promise<Result<CardRow>> {
  const refusals = tokenRefusals(input.token);
  if (refusals.length > 0) return refuseAll(refusals);
  const snapshot = await work.services.catalogue.catchUp();
  const product = productByCode(snapshot, input.productCode);
  const denied = refusalFor(work, "registerCard", { partnerId: product?.partnerId }, "The card product");
  if (denied) return denied;
  if (product?.state !== "PUBLISHED") {
    return refuse("NOT_FOUND", `No card product "${input.productCode}" is published.`, ["input", "productCode"]);
  }
  const dayRefusal = openedOnRefusal(input.openedOn, product.content.timeZone, work.now);
  if (dayRefusal) return refuseAll([dayRefusal]);
  const named = await memberNamed(work, "registerCard", input.member);
  if (!named.ok) return named;
  const issuerId = product.partnerId ?? nobody;
  const cardId = newId();
  const claim = { token: input.token, issuerId, memberId: named.value.memberId, cardId };
  const claimed = await claimToken(work, claim);
  const registered = await writeCard(work, input, { snapshot, product, claimed, ...named.value });
  // The token of a card that was refused is free again; where the outcome is unknown it stays with its member.
  if (!registered.ok && claimed.cardId === cardId) await releaseToken(work, claim);
  return registered;
}

interface ReadyToWrite {
  readonly snapshot: CatalogueSnapshot;
  readonly product: PublishedProduct;
  readonly claimed: { readonly memberId: string; readonly cardId: string };
  /** The member that the caller means, who need not be the one that the token was claimed for. */
  readonly memberId: string;
  readonly path: readonly string[];
}

async function writeCard(
  work: Work,
  input: CardToRegister,
  { snapshot, product, claimed, memberId, path }: ReadyToWrite,
): Promise<Result<CardRow>> {
  return inTransaction(work.database.app, async (tx) => {
    const taken = refuse("ALREADY_EXISTS", "The token names another card already.", ["input", "token"]);
    const inHand = await memberForChange(tx, work, { action: "registerCard", memberId, path });
    if (!inHand.ok) return inHand;
    const owner = inHand.value.member.memberId;
    const allIds = await allIdsOfMember(tx, owner);
    if (!allIds.includes(claimed.memberId)) return taken;
    const before = (await cardsOf(tx, allIds)).find((each) => each.cardId === claimed.cardId);
    if (before) {
      const isSame = before.productId === product.productId && before.openedOn === input.openedOn;
      return isSame ? done(before) : taken;
    }
    const ineligible = await productRefusal(work, snapshot, product, owner);
    if (ineligible) return ineligible;
    const card = await insertCard(tx, work, { ...input, product, memberId: owner, cardId: claimed.cardId });
    const filled = await fillSlots(tx, work, { card, memberId: owner, allIds, snapshot, product });
    const payload = { memberId: owner, cardId: card.cardId, productId: card.productId, openedOn: card.openedOn };
    await recordChange(tx, work, {
      stream: `member:${owner}`,
      action: "registerCard",
      resource: `Card:${card.cardId}`,
      after: payload,
      event: [{ memberId: owner, type: "card.registered", payload }, ...filled.events],
    });
    return done(card);
  });
}

async function insertCard(
  tx: Tx,
  { now }: Work,
  card: { memberId: string; cardId: string; product: PublishedProduct; token: string; openedOn: string },
): Promise<CardRow> {
  const { productId, code, partnerId, content } = card.product;
  const [row] = await tx
    .insert(cards)
    .values({
      ...{ memberId: card.memberId, cardId: card.cardId, productId, productCode: code, partnerId, token: card.token },
      ...{ openedOn: card.openedOn, cycle: content.cycle, timeZone: content.timeZone },
      ...{ state: "ACTIVE" as const, registeredAt: now, stateSince: now },
    })
    .returning();
  if (!row) throw new Error("an insert without conflict clause writes a row or throws");
  return row;
}

/** Refuses who may not hold the product; the conditions are told to who may see the product's rule. */
export async function productRefusal(
  work: Work,
  snapshot: CatalogueSnapshot,
  product: PublishedProduct,
  memberId: string,
): Promise<Result<never> | undefined> {
  const { rule } = product.content;
  const failed = rule ? await unmetConditions(work, snapshot, rule, memberId) : undefined;
  if (!failed) return undefined;
  const maySee = allows(work.actor, "CardProduct.unpublished", { partnerId: product.partnerId });
  const reasons = maySee ? toldConditions(work, snapshot, failed) : [];
  const told = reasons.length > 0 ? `: ${reasons.join("; ")}` : "";
  return refuse("NOT_ELIGIBLE", `The member does not meet the card product's rule${told}.`, ["input", "productCode"]);
}

function openedOnRefusal(openedOn: string, timeZone: string, now: Date): Refusal | undefined {
  const today = dayIn(timeZone, now).toString();
  if (isCalendarDate(openedOn) && openedOn <= today) return undefined;
  const message = `openedOn is "${openedOn}", expected a day yyyy-mm-dd that exists, not after ${today} in ${timeZone}.`;
  return { code: "INVALID_INPUT", message, path: ["input", "openedOn"] };
}
