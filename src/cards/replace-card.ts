import { and, eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { nobody } from "../kernel/ids";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { cardInHand } from "./card-in-hand";
import { claimToken, releaseToken } from "./card-tokens";
import type { CardRow } from "./cards.queries";
import { cards } from "./cards.tables";
import { stepCard } from "./core/card";
import { tokenRefusals } from "./core/token";
import type { CardToMove } from "./move-card";

/**
 * New plastic for a card that was lost, stolen or worn out: the card stays with its cycle, elections and entitlements and
 * is named by the new token. The token before names it still, so that what is uploaded late is found, and is nobody
 * else's ever. The same token again answers the first result.
 */
export async function replaceCard(
  work: Work,
  input: CardToMove & { readonly token: string },
): Promise<Result<CardRow>> {
  const refusals = tokenRefusals(input.token);
  if (refusals.length > 0) return refuseAll(refusals);
  const grasp = { action: "replaceCard", ...input, path: ["input", "cardId"] } as const;
  const first = await inTransaction(work.database.app, (tx) => cardInHand(tx, work, grasp));
  if (!first.ok) return first;
  const { memberId, cardId, partnerId } = first.value.card;
  const claim = { token: input.token, issuerId: partnerId ?? nobody, memberId, cardId };
  const claimed = await claimToken(work, claim);
  if (claimed.cardId !== cardId) {
    return refuse("ALREADY_EXISTS", "The token names another card already.", ["input", "token"]);
  }
  const isNew = first.value.card.token !== input.token;
  const replaced = await inTransaction(work.database.app, async (tx): Promise<Result<CardRow>> => {
    const found = await cardInHand(tx, work, grasp);
    if (!found.ok) return found;
    const { card } = found.value;
    if (card.token === input.token) return done(card);
    const stepped = stepCard(card.state, "REPLACE");
    if (!stepped.ok) return stepped;
    const [row] = await tx
      .update(cards)
      .set({ token: input.token })
      .where(and(eq(cards.memberId, card.memberId), eq(cards.cardId, card.cardId)))
      .returning();
    if (!row) throw new Error(`card ${cardId} vanished under its lock`);
    const payload = { memberId: found.value.memberId, cardId };
    await recordChange(tx, work, {
      stream: `member:${found.value.memberId}`,
      action: "replaceCard",
      resource: `Card:${cardId}`,
      after: payload,
      reason: input.reason,
      event: { type: "card.replaced", memberId: found.value.memberId, payload },
    });
    return done(row);
  });
  if (!replaced.ok && isNew) await releaseToken(work, claim);
  return replaced;
}
