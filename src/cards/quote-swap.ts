import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { newId } from "../kernel/ids";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { allIdsOfMember } from "../members/history";
import { packageByCode } from "../packages/published-packages";
import { cardInHand } from "./card-in-hand";
import { electionById, type SwapRow } from "./cards.queries";
import { swaps } from "./cards.tables";
import { judgeSwap, type SwapPrice, type SwapRefusal } from "./core/swap";
import { swapInHand, type SwapInHand } from "./swap-question";

export interface SwapToQuote {
  readonly memberId: string;
  readonly electionId: string;
  readonly packageCode: string;
}

export interface QuotedSwap extends Pick<SwapInHand, "election" | "from" | "to" | "granted" | "uses"> {
  readonly swap: SwapRow;
  readonly price: SwapPrice;
  readonly usedUnits: number;
}

/**
 * Says what a swap would cost, lose and gain, and promises it for the time of the slot's policy: until then, or until the
 * window or the cycle ends, `swapPackage` asks no more. Refuses with WINDOW_CLOSED, or NOT_ELIGIBLE where it is not a
 * matter of time, once for every part of the policy that stands in the way, each naming the policy and the date on which
 * it would be allowed.
 */
export async function quoteSwap(work: Work, input: SwapToQuote): Promise<Result<QuotedSwap>> {
  await work.services.catalogue.catchUp();
  return inTransaction(work.database.app, async (tx) => {
    const path = ["input", "electionId"];
    const ids = await allIdsOfMember(tx, input.memberId);
    const named = await electionById(tx, ids, input.electionId);
    const grasp = {
      action: "quoteSwap",
      memberId: input.memberId,
      cardId: named?.cardId ?? input.electionId,
      path,
    } as const;
    const found = await cardInHand(tx, work, grasp);
    if (!found.ok) return found;
    const { card, snapshot } = found.value;
    if (card.state !== "ACTIVE") return refuse("WRONG_STATE", `The card is ${card.state}, expected ACTIVE.`, path);
    const to = packageByCode(snapshot, input.packageCode);
    if (to?.state !== "PUBLISHED") return refusePackage(input.packageCode);
    const inHand = await swapInHand(tx, work, found.value, { ...input, to, at: work.now });
    if (!inHand.ok) return inHand;
    const judged = judgeSwap(inHand.value.question);
    if (!judged.ok) return refuseAll(judged.refusals.map(asRefusal));
    const swap = { memberId: card.memberId, ...quoteOf(work, inHand.value, judged.price) };
    const [row] = await tx.insert(swaps).values(swap).returning();
    if (!row) throw new Error("an insert without conflict clause writes a row or throws");
    const { swapId, electionId, honouredUntil } = row;
    const payload = { memberId: found.value.memberId, swapId, electionId, packageId: to.packageId, honouredUntil };
    await recordChange(tx, work, {
      stream: `member:${found.value.memberId}`,
      action: "quoteSwap",
      resource: `Swap:${swapId}`,
      after: payload,
      event: { type: "swap.quoted", memberId: found.value.memberId, payload },
    });
    const { election, from, granted, uses, question } = inHand.value;
    const { usedUnits } = question.from;
    return done({ swap: row, price: judged.price, election, from, to, granted, uses, usedUnits });
  });
}

/** A refusal in words: the part of the policy, why, and from when on it would be allowed. */
export function asRefusal({ obstacle, message, allowedFrom }: SwapRefusal) {
  const when = allowedFrom ? `It is allowed from ${allowedFrom.toISOString()}.` : "It is not allowed in this cycle.";
  return {
    code: allowedFrom ? ("WINDOW_CLOSED" as const) : ("NOT_ELIGIBLE" as const),
    message: `${obstacle}: ${message} ${when}`,
    path: ["input", "packageCode"],
  };
}

function quoteOf({ now }: Work, { question, election, to, slot }: SwapInHand, price: SwapPrice) {
  const minutes = slot.swap?.quoteMinutes ?? 0;
  const promised = new Date(now.getTime() + minutes * 60_000);
  const { credit, target, fee, due, windowClosesAt } = price;
  return {
    ...{ swapId: newId(), electionId: election.electionId, state: "QUOTED" as const, quotedAt: now },
    ...{ packageId: to.packageId, packageCode: to.code, packageVersion: to.version },
    honouredUntil: promised < windowClosesAt ? promised : windowClosesAt,
    ...{ creditMinor: credit.amountMinor, targetMinor: target.amountMinor },
    ...{ feeMinor: fee.amountMinor, dueMinor: due.amountMinor, currency: due.currency },
    usedUnits: question.from.usedUnits,
  };
}

function refusePackage(code: string) {
  return refuse("NOT_FOUND", `No package "${code}" is published.`, ["input", "packageCode"]);
}
