import { and, eq } from "drizzle-orm";
import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import type { EntitlementEvent } from "../entitlements/core/entitlement";
import { entitlementsOf, moveEntitlements } from "../entitlements/move-entitlements";
import { done, type Result } from "../kernel/result";
import { cardInHand } from "./card-in-hand";
import { lockElections, type CardRow } from "./cards.queries";
import { cards } from "./cards.tables";
import { stepCard, type CardState } from "./core/card";
import { endElection } from "./fill-slots";

export interface CardToMove {
  readonly memberId: string;
  readonly cardId: string;
  readonly reason?: string | null;
}

type Move = "freezeCard" | "unfreezeCard" | "closeCard";

const steps = { freezeCard: "FREEZE", unfreezeCard: "UNFREEZE", closeCard: "CLOSE" } as const;
const told = { freezeCard: "card.frozen", unfreezeCard: "card.unfrozen", closeCard: "card.closed" } as const;

/** What happens to everything that was granted with the card, of this cycle and of elections made for the next. */
const consequences: Readonly<Record<Move, EntitlementEvent>> = {
  freezeCard: { event: "SUSPEND", reason: "CARD_FROZEN" },
  unfreezeCard: { event: "LIFT", reason: "CARD_FROZEN" },
  closeCard: { event: "END", reason: "CARD_CLOSED" },
};

/** Lets a card's rights rest until it is unfrozen; what is reserved stays reserved. Again changes nothing. */
export const freezeCard = mover("freezeCard");
/** Makes the rights of a frozen card usable again. */
export const unfreezeCard = mover("unfreezeCard");
/** Ends a card for good with everything that was granted with it. */
export const closeCard = mover("closeCard");

function mover(move: Move) {
  return (work: Work, input: CardToMove): Promise<Result<CardRow>> =>
    inTransaction(work.database.app, async (tx) => {
      const found = await cardInHand(tx, work, { action: move, ...input, path: ["input", "cardId"] });
      if (!found.ok) return found;
      const { card, memberId, allIds } = found.value;
      const stepped = stepCard(card.state, steps[move]);
      if (!stepped.ok) return card.state === targets[move] ? done(card) : stepped;
      const elected = await lockElections(tx, card);
      if (move === "closeCard") {
        const open = elected.filter((each) => each.state === "ACTIVE" && each.cycleTo > work.now);
        for (const each of open) await endElection(tx, each, "ENDED", work.now);
      }
      const row = await writeState(tx, work, card, stepped.value);
      const granted = await entitlementsOf(
        tx,
        allIds,
        elected.map((each) => each.electionId),
      );
      const events = await moveEntitlements(tx, granted, consequences[move], work.now);
      const payload = { memberId, cardId: card.cardId, state: row.state };
      await recordChange(tx, work, {
        stream: `member:${memberId}`,
        action: move,
        resource: `Card:${card.cardId}`,
        before: { state: card.state },
        after: { state: row.state },
        reason: input.reason,
        event: [{ type: told[move], memberId, payload }, ...events],
      });
      return done(row);
    });
}

const targets: Readonly<Record<Move, CardState>> = {
  freezeCard: "FROZEN",
  unfreezeCard: "ACTIVE",
  closeCard: "CLOSED",
};

async function writeState(tx: Tx, { now }: Work, card: CardRow, state: CardState): Promise<CardRow> {
  const [row] = await tx
    .update(cards)
    .set({ state, stateSince: now })
    .where(and(eq(cards.memberId, card.memberId), eq(cards.cardId, card.cardId)))
    .returning();
  if (!row) throw new Error(`card ${card.cardId} vanished under its lock`);
  return row;
}
