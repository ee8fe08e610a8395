import { recordChange } from "../audit/record-change";
import type { Work } from "../context";
import { inTransaction } from "../db/transaction";
import { usesOf } from "../entitlements/entitlements.queries";
import { entitlementsOf, moveEntitlements } from "../entitlements/move-entitlements";
import { done, refuse, type Result } from "../kernel/result";
import { packageByCode } from "../packages/published-packages";
import { cardInHand, type CardInHand } from "./card-in-hand";
import type { ElectionRow } from "./cards.queries";
import { cycleAt, cycleOf, type Cycle } from "./core/cycle";
import { placeChoice, type Choice } from "./core/slot-choice";
import { endElection, fillPlace, fillSlots, hasSlot, toldOf } from "./fill-slots";

export interface PackageToElect {
  readonly memberId: string;
  readonly cardId: string;
  readonly slotCode: string;
  readonly packageCode: string;
  /** For the cycle that follows, once its election window is open. */
  readonly forNextCycle?: boolean;
}

/**
 * Puts a package into a slot of a card. The same choice again answers the first result. Refuses with the codes of
 * `placeChoice`, NOT_ELIGIBLE where the member does not have the slot, WRONG_STATE for a card that is not active.
 */
export async function electPackage(work: Work, input: PackageToElect): Promise<Result<ElectionRow>> {
  return inTransaction(work.database.app, async (tx) => {
    const path = ["input", "cardId"];
    const found = await cardInHand(tx, work, { action: "electPackage", ...input, path });
    if (!found.ok) return found;
    const inHand = found.value;
    const { card, product, memberId, allIds, snapshot } = inHand;
    if (card.state !== "ACTIVE") return refuse("WRONG_STATE", `The card is ${card.state}, expected ACTIVE.`, path);
    const slot = product.content.slots.find(({ code }) => code === input.slotCode);
    if (!slot) return refuseSlot(inHand, input.slotCode);
    const cycle = cycleAsked(inHand, work.now, input.forNextCycle ?? false);
    if (!cycle) return refuse("WINDOW_CLOSED", `The card is opened on ${card.openedOn}.`, path);
    const filled = await fillSlots(tx, work, inHand);
    const held = filled.all.filter(
      (each) => each.state === "ACTIVE" && each.cycleFirstDay === cycle.firstDay && each.slotCode === input.slotCode,
    );
    const same = held.find((each) => each.packageCode === input.packageCode && each.way === "CHOSEN");
    if (same) return done(same);
    if (!(await hasSlot(work, inHand, slot))) {
      return refuse("NOT_ELIGIBLE", `The member does not meet the rule of slot "${slot.code}".`, ["input", "slotCode"]);
    }
    const chosen = packageByCode(snapshot, input.packageCode);
    if (chosen?.state !== "PUBLISHED") {
      const message = `No package "${input.packageCode}" is published.`;
      return refuse("NOT_FOUND", message, ["input", "packageCode"]);
    }
    const choices = await choicesOf(tx, work, allIds, held);
    const asked = { packageCode: input.packageCode, cycle, timeZone: card.timeZone, at: work.now };
    const placed = placeChoice(slot, choices, asked);
    if (!placed.ok) return placed;
    const { place, replaces } = placed.value;
    const events = [...filled.events];
    const gone = held.find((each) => each.electionId === replaces?.electionId);
    if (gone) {
      await endElection(tx, gone, "REPLACED", work.now);
      const granted = await entitlementsOf(tx, allIds, [gone.electionId]);
      events.push(...(await moveEntitlements(tx, granted, { event: "END", reason: "REPLACED" }, work.now)));
    }
    const elected = await fillPlace(tx, work, inHand, { slot, cycle, place, way: "CHOSEN" }, chosen);
    await recordChange(tx, work, {
      stream: `member:${memberId}`,
      action: "electPackage",
      resource: `Card:${card.cardId}`,
      before: gone ? toldOf(gone) : undefined,
      after: toldOf(elected.election),
      event: [...events, ...elected.events],
    });
    return done(elected.election);
  });
}

/** What fills the places, and whether anything of it was used. */
export async function choicesOf(
  db: Parameters<typeof entitlementsOf>[0],
  { now }: Work,
  allIds: readonly string[],
  held: readonly ElectionRow[],
): Promise<Choice[]> {
  const granted = await entitlementsOf(
    db,
    allIds,
    held.map((each) => each.electionId),
  );
  const uses = await usesOf(
    db,
    allIds,
    granted.map((each) => each.entitlementId),
    now,
  );
  const used = new Set(granted.filter((each) => uses.has(each.entitlementId)).map((each) => each.sourceId));
  return held.map(({ electionId, place, packageCode, way }) => ({
    ...{ electionId, place, packageCode, way },
    isUsed: used.has(electionId),
  }));
}

function cycleAsked({ card }: CardInHand, now: Date, next: boolean): Cycle | undefined {
  const cycle = cycleAt(card, now);
  return cycle && next ? cycleOf(card, cycle.number + 1) : cycle;
}

export function refuseSlot({ product }: Pick<CardInHand, "product">, slotCode: string) {
  const expected = product.content.slots.map(({ code }) => code).join(", ");
  return refuse("NOT_FOUND", `The card has no slot "${slotCode}", expected ${expected}.`, ["input", "slotCode"]);
}
