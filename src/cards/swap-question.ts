import { benefitVersion } from "../benefits/published-benefits";
import { productVersion } from "../card-products/published-products";
import type { Slot } from "../card-products/core/card-product";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { openRedemptions, usesOf, type EntitlementRow } from "../entitlements/entitlements.queries";
import { entitlementsOf } from "../entitlements/move-entitlements";
import { money, type Money } from "../kernel/money";
import { done, refuse, type Result } from "../kernel/result";
import { packageVersion, type PublishedPackage } from "../packages/published-packages";
import type { CardInHand } from "./card-in-hand";
import { lockElections, swapsOf, type ElectionRow } from "./cards.queries";
import type { Cycle } from "./core/cycle";
import { offeredCodes } from "./core/slot-choice";
import type { SwapQuestion } from "./core/swap";

/** All that decides about a swap, read under the card's lock. */
export interface SwapInHand {
  readonly question: SwapQuestion;
  readonly election: ElectionRow;
  readonly from: PublishedPackage;
  readonly to: PublishedPackage;
  readonly slot: Slot;
  readonly cycle: Cycle;
  /** What was granted with the old package. */
  readonly granted: readonly EntitlementRow[];
  /** Units of each that were used, by its id. */
  readonly uses: ReadonlyMap<string, number>;
}

/**
 * What a swap of this election to that package is judged by, as of an instant. Refuses with NOT_FOUND an election that is
 * not of the card, WRONG_STATE one that is over, IN_USE one of which a use is under way.
 */
export async function swapInHand(
  tx: Tx,
  work: Work,
  inHand: CardInHand,
  asked: { readonly electionId: string; readonly to: PublishedPackage; readonly at: Date },
): Promise<Result<SwapInHand>> {
  const { card, allIds, snapshot } = inHand;
  const path = ["input", "electionId"];
  const all = await lockElections(tx, card);
  const election = all.find((each) => each.electionId === asked.electionId);
  if (!election) return refuse("NOT_FOUND", "The election was not found.", path);
  if (election.state !== "ACTIVE" || election.cycleTo <= work.now) {
    const state = election.state === "ACTIVE" ? "of a cycle that is over" : election.state;
    return refuse("WRONG_STATE", `The election is ${state}, expected ACTIVE.`, path);
  }
  const from = packageVersion(snapshot, election.packageId, election.packageVersion);
  const product = productVersion(snapshot, election.productId, election.productVersion);
  const slot = product?.content.slots.find(({ code }) => code === election.slotCode);
  if (!from || !slot) throw new Error(`election ${election.electionId} names versions that are not there`);
  const granted = await entitlementsOf(tx, allIds, [election.electionId]);
  const ids = granted.map((each) => each.entitlementId);
  if (await openRedemptions(tx, allIds, ids, work.now)) {
    return refuse("IN_USE", "A use of the package is under way; complete or release it first.", path);
  }
  const uses = new Map(
    [...(await usesOf(tx, allIds, ids, work.now))].map(([id, byPeriod]) => [id, sumOf(byPeriod.values())] as const),
  );
  const used = usedOf(snapshot, granted, uses, from.content.worth.currency);
  const inCycle = all.filter(
    (each) => each.cycleFirstDay === election.cycleFirstDay && each.slotCode === election.slotCode,
  );
  const before = await swapsOf(
    tx,
    allIds,
    inCycle.map((each) => each.electionId),
  );
  const cycle = { number: 0, from: election.cycleFrom, to: election.cycleTo, firstDay: election.cycleFirstDay };
  const question: SwapQuestion = {
    ...{ policy: slot.swap, cycle, timeZone: card.timeZone, at: asked.at },
    from: { packageCode: from.code, worth: from.content.worth, chosenAt: election.chosenAt, ...used },
    to: { packageCode: asked.to.code, worth: asked.to.content.worth },
    isOffered: offeredCodes(slot).includes(asked.to.code),
    swapsBefore: before.length,
    heldCodes: inCycle.filter((each) => each.state === "ACTIVE").map((each) => each.packageCode),
    swappedAwayCodes: inCycle.filter((each) => each.state === "SWAPPED").map((each) => each.packageCode),
  };
  return done({ question, election, from, to: asked.to, slot, cycle, granted, uses });
}

/** Units used over all benefits of the package, and what they were worth to the member by the versions granted. */
function usedOf(
  snapshot: CardInHand["snapshot"],
  granted: readonly EntitlementRow[],
  uses: ReadonlyMap<string, number>,
  currency: string,
): { readonly usedUnits: number; readonly usedValue: Money } {
  let usedUnits = 0;
  let usedMinor = 0n;
  for (const { entitlementId, benefitId, benefitVersion: version } of granted) {
    const units = uses.get(entitlementId) ?? 0;
    const value = benefitVersion(snapshot, benefitId, version)?.content.value;
    usedUnits += units;
    if (value?.currency === currency) usedMinor += value.amountMinor * BigInt(units);
  }
  return { usedUnits, usedValue: money(usedMinor, currency) };
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const each of numbers) sum += each;
  return sum;
}
