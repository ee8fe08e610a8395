import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { inTransaction } from "../db/transaction";
import { moveEntitlements } from "../entitlements/move-entitlements";
import { textRefusals } from "../kernel/plain-text";
import { done, refuse, refuseAll, type Result } from "../kernel/result";
import { allIdsOfMember } from "../members/history";
import { packageVersion } from "../packages/published-packages";
import { cardInHand, type CardInHand } from "./card-in-hand";
import { cardOfSwap, electionById, lockSwap, type ElectionRow, type SwapRow } from "./cards.queries";
import { judgeSwap } from "./core/swap";
import { endPaying, writeSwap } from "./write-swap";
import { endElection, fillPlace, toldOf } from "./fill-slots";
import { asRefusal } from "./quote-swap";
import { capturePayment, giveBackPayment, holdPayment } from "./swap-payment";
import { swapInHand } from "./swap-question";

/** How the member pays what a swap costs. */
export type SwapPayment =
  | { readonly with: "POINTS" }
  /** Paid outside: the reference of the cash side is kept with the swap. */
  | { readonly with: "MONEY"; readonly reference: string };

export interface SwapToMake {
  readonly memberId: string;
  readonly swapId: string;
  /** Null where nothing is due. */
  readonly payment: SwapPayment | null;
}

export interface MadeSwap {
  readonly swap: SwapRow;
  readonly election: ElectionRow;
}

/**
 * Makes a quoted swap, at the quoted price and with the quoted version of the package; once more answers the first
 * result. Refuses with WINDOW_CLOSED once the quote is honoured no more, VERSION_CONFLICT where the old package was used
 * or another swap was made since, and as the ledger does where the member has too few points.
 *
 * Points are held first, then the swap is made in one transaction, then they are captured: a crash before the transaction
 * leaves a hold that is given back, one after it a capture that the sweeper makes up for. Each has a key made of the
 * swap's id, so that none happens twice.
 */
export async function swapPackage(work: Work, input: SwapToMake): Promise<Result<MadeSwap>> {
  const refusals = input.payment?.with === "MONEY" ? textRefusals("reference", input.payment.reference, 200) : [];
  if (refusals.length > 0) return refuseAll(refusals);
  const begun = await begin(work, input);
  if (!begun.ok) return begun;
  const { swap, made } = begun.value;
  if (made) return finished(work, swap, made);
  const held = swap.state === "PAYING" ? await holdPayment(work, swap) : undefined;
  if (held && !held.ok) {
    // Nothing was held, so that the quote may still be paid in another way.
    await endPaying(work, swap, "QUOTED");
    return held;
  }
  const result = await inTransaction(work.database.app, (tx) => makeSwap(tx, work, input));
  if (result.ok) return finished(work, result.value.swap, result.value.election, held);
  if (swap.state === "PAYING" && (await endPaying(work, swap, "VOID"))) await giveBackPayment(work, swap);
  return result;
}

/** Judges the quote and notes how it is paid; answers the swap that was made before, where it was. */
function begin(
  work: Work,
  input: SwapToMake,
): Promise<Result<{ readonly swap: SwapRow; readonly made: ElectionRow | undefined }>> {
  return inTransaction(work.database.app, async (tx) => {
    const found = await quoteInHand(tx, work, input);
    if (!found.ok) return found;
    const { swap, inHand } = found.value;
    if (swap.newElectionId) {
      const made = await electionById(tx, inHand.allIds, swap.newElectionId);
      return done({ swap, made });
    }
    const judged = await judgeAgain(tx, work, inHand, swap);
    if (!judged.ok) return judged;
    const due = swap.dueMinor;
    if (due > 0n && !input.payment) {
      return refuse("INVALID_INPUT", `payment is missing, expected one of ${due} minor units.`, ["input", "payment"]);
    }
    const otherwise = payingRefusal(swap, input);
    if (otherwise) return otherwise;
    if (due === 0n || input.payment?.with !== "POINTS") return done({ swap, made: undefined });
    const policy = judged.value.slot.swap?.payWithPoints;
    const program = policy && inHand.snapshot.programsByCode.get(policy.programCode);
    if (!policy || !program) {
      return refuse("INVALID_INPUT", "payment is POINTS, expected MONEY: the slot takes no points.", [
        "input",
        "payment",
      ]);
    }
    const paying = await writeSwap(tx, swap, {
      ...{ state: "PAYING", paidWith: "POINTS", programId: program.programId },
      points: (due * policy.pointsPerMinorUnit) as SwapRow["points"],
    });
    return done({ swap: paying, made: undefined });
  });
}

async function makeSwap(tx: Tx, work: Work, input: SwapToMake): Promise<Result<MadeSwap>> {
  const found = await quoteInHand(tx, work, input);
  if (!found.ok) return found;
  const { swap, inHand } = found.value;
  const { memberId, card } = inHand;
  if (swap.newElectionId) {
    const made = await electionById(tx, inHand.allIds, swap.newElectionId);
    if (made) return done({ swap, election: made });
  }
  const otherwise = payingRefusal(swap, input);
  if (otherwise) return otherwise;
  if (input.payment?.with === "POINTS" && swap.dueMinor > 0n && swap.state !== "PAYING") {
    return refuse("VERSION_CONFLICT", "The payment with points was given up meanwhile; repeat it.", [
      "input",
      "swapId",
    ]);
  }
  const judged = await judgeAgain(tx, work, inHand, swap);
  if (!judged.ok) return judged;
  const { election: old, slot, cycle, to, granted } = judged.value;
  await endElection(tx, old, "SWAPPED", work.now);
  const lost = await moveEntitlements(tx, granted, { event: "END", reason: "SWAPPED" }, work.now);
  const filled = await fillPlace(tx, work, inHand, { slot, cycle, place: old.place, way: "SWAP" }, to);
  const isPaid = swap.state !== "PAYING";
  const row = await writeSwap(tx, swap, {
    ...(isPaid ? { state: "SWAPPED" as const } : {}),
    ...(input.payment?.with === "MONEY" && swap.dueMinor > 0n
      ? { paidWith: "MONEY" as const, paymentReference: input.payment.reference }
      : {}),
    ...{ newElectionId: filled.election.electionId, swappedAt: work.now },
  });
  const payload = { memberId, swapId: swap.swapId, from: old.electionId, to: filled.election.electionId };
  await recordChange(tx, work, {
    stream: `member:${memberId}`,
    action: "swapPackage",
    resource: `Card:${card.cardId}`,
    before: toldOf(old),
    after: { ...toldOf(filled.election), dueMinor: swap.dueMinor, currency: swap.currency, paidWith: row.paidWith },
    event: [{ type: "package.swapped", memberId, payload }, ...lost, ...filled.events],
  });
  return done({ swap: row, election: filled.election });
}

/** One that is being paid with points is not paid otherwise: what was held for it would be taken as well. */
function payingRefusal(swap: SwapRow, { payment }: SwapToMake) {
  if (swap.state !== "PAYING" || payment?.with === "POINTS") return undefined;
  const message = "The swap is being paid with points; repeat that, or ask for another quote.";
  return refuse("WRONG_STATE", message, ["input", "payment"]);
}

/** Captures what was held, where points pay; the sweeper does it where this server does not come so far. */
async function finished(
  work: Work,
  swap: SwapRow,
  election: ElectionRow,
  held?: Result<bigint>,
): Promise<Result<MadeSwap>> {
  if (swap.state !== "PAYING") return done({ swap, election });
  await capturePayment(work, swap, held);
  return done({ swap: { ...swap, state: "SWAPPED" }, election });
}

interface QuoteInHand {
  readonly swap: SwapRow;
  readonly inHand: CardInHand;
}

async function quoteInHand(tx: Tx, work: Work, input: SwapToMake): Promise<Result<QuoteInHand>> {
  const path = ["input", "swapId"];
  const ids = await allIdsOfMember(tx, input.memberId);
  const cardId = await cardOfSwap(tx, ids, input.swapId);
  const grasp = { action: "swapPackage", memberId: input.memberId, cardId: cardId ?? input.swapId, path } as const;
  const found = await cardInHand(tx, work, grasp);
  if (!found.ok) return found;
  const swap = await lockSwap(tx, found.value.allIds, input.swapId);
  if (!swap) return refuse("NOT_FOUND", "The quote was not found.", path);
  if (swap.state === "VOID") return refuse("WRONG_STATE", "The quote is VOID, expected QUOTED; ask for another.", path);
  if (!swap.newElectionId && work.now >= swap.honouredUntil) {
    const message = `The quote was honoured until ${swap.honouredUntil.toISOString()}; ask for another.`;
    return refuse("WINDOW_CLOSED", message, path);
  }
  return done({ swap, inHand: found.value });
}

/** Judged as of the quote, with what happened since: a use or another swap makes the quote void, the clock does not. */
async function judgeAgain(tx: Tx, work: Work, inHand: CardInHand, swap: SwapRow) {
  const { card, snapshot } = inHand;
  const path = ["input", "swapId"];
  if (card.state !== "ACTIVE") return refuse("WRONG_STATE", `The card is ${card.state}, expected ACTIVE.`, path);
  const to = packageVersion(snapshot, swap.packageId, swap.packageVersion);
  if (!to) throw new Error(`swap ${swap.swapId} names a version that is not there`);
  const question = { electionId: swap.electionId, to, at: swap.quotedAt };
  const found = await swapInHand(tx, work, inHand, question);
  if (!found.ok) return found;
  if (found.value.question.from.usedUnits !== swap.usedUnits) {
    const message = `The package was used since it was quoted at ${swap.quotedAt.toISOString()}; ask for another quote.`;
    return refuse("VERSION_CONFLICT", message, path);
  }
  const judged = judgeSwap(found.value.question);
  return judged.ok ? found : refuseAll(judged.refusals.map(asRefusal));
}
