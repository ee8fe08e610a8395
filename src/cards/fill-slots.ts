import { and, eq } from "drizzle-orm";
import type { ChangeEvent } from "../audit/record-change";
import { benefitByCode } from "../benefits/published-benefits";
import type { Slot } from "../card-products/core/card-product";
import type { Work } from "../context";
import type { Tx } from "../db/client";
import { grantBenefits, type BenefitToGrant } from "../entitlements/grant-benefits";
import { newId } from "../kernel/ids";
import { unmetConditions } from "../matching/unmet-conditions";
import { packageByCode, type PublishedPackage } from "../packages/published-packages";
import { tierInProgram } from "../programs/tier-in-program";
import type { CatalogueSnapshot } from "../snapshot/catalogue-snapshot";
import type { CardInHand } from "./card-in-hand";
import { lockElections, type ElectionRow } from "./cards.queries";
import { cards, elections } from "./cards.tables";
import type { ElectionWay } from "./core/card";
import { cycleAt, type Cycle } from "./core/cycle";
import { fillingOf, placesOf } from "./core/slot-choice";

export interface Filled {
  /** The active elections of the cycle, by slot and place. */
  readonly active: readonly ElectionRow[];
  /** Everything that was ever elected on the card. */
  readonly all: readonly ElectionRow[];
  readonly events: readonly ChangeEvent[];
}

/** What an election is of: everything but which package fills which place. */
export interface PlaceToFill {
  readonly slot: Slot;
  readonly cycle: Cycle;
  readonly place: number;
  readonly way: ElectionWay;
}

/**
 * Fills what the member left open in the cycle that holds `now`: fixed packages, those of its tier, and defaults. Done on
 * every command on the card and by a job soon after a cycle begins, each time for what is missing alone, so that it
 * matters to nobody which of them comes first.
 */
export async function fillSlots(tx: Tx, work: Work, inHand: CardInHand): Promise<Filled> {
  const { card, product } = inHand;
  const all = await lockElections(tx, card);
  const cycle = cycleAt(card, work.now);
  const events: ChangeEvent[] = [];
  if (!cycle || card.state === "CLOSED") return { active: [], all, events };
  const active = all.filter((each) => each.state === "ACTIVE" && each.cycleFirstDay === cycle.firstDay);
  for (const slot of product.content.slots) {
    const held = active.filter((each) => each.slotCode === slot.code);
    const filling = fillingOf(slot, await tierFor(tx, work, inHand, slot));
    const missing = filling.codes.filter((code) => !held.some((each) => each.packageCode === code));
    if (missing.length === 0 || !(await hasSlot(work, inHand, slot))) continue;
    const free = freePlaces(held, filling.way === "DEFAULT" ? placesOf(slot) : held.length + missing.length);
    for (const [position, place] of free.entries()) {
      const packageCode = missing[position];
      if (packageCode === undefined) break;
      // What was withdrawn is chosen no more (elect-package.ts), but fills as a default what it always did.
      const chosen = packageByCode(inHand.snapshot, packageCode);
      if (!chosen) continue;
      const filled = await fillPlace(tx, work, inHand, { slot, cycle, place, way: filling.way }, chosen);
      active.push(filled.election);
      all.push(filled.election);
      events.push(...filled.events);
    }
  }
  await noteFilled(tx, card, cycle);
  return { active, all, events };
}

/** So that the job looks at the card again when its next cycle has begun. */
async function noteFilled(tx: Tx, { memberId, cardId, filledUntil }: CardInHand["card"], cycle: Cycle): Promise<void> {
  if (filledUntil?.getTime() === cycle.to.getTime()) return;
  await tx
    .update(cards)
    .set({ filledUntil: cycle.to })
    .where(and(eq(cards.memberId, memberId), eq(cards.cardId, cardId)));
}

/** Fills one place and grants what the package holds, with the versions of this moment pinned. */
export async function fillPlace(
  tx: Tx,
  { now }: Work,
  { card, memberId, snapshot, product }: CardInHand,
  { slot, cycle, place, way }: PlaceToFill,
  chosen: PublishedPackage,
): Promise<{ readonly election: ElectionRow; readonly events: ChangeEvent[] }> {
  const [election] = await tx
    .insert(elections)
    .values({
      ...{ memberId: card.memberId, electionId: newId(), cardId: card.cardId, slotCode: slot.code, place, way },
      ...{ cycleFirstDay: cycle.firstDay, cycleFrom: cycle.from, cycleTo: cycle.to },
      ...{ packageId: chosen.packageId, packageCode: chosen.code, packageVersion: chosen.version },
      ...{ productId: product.productId, productVersion: product.version },
      ...{ state: "ACTIVE" as const, chosenAt: now },
    })
    .returning();
  if (!election) throw new Error("an insert without conflict clause writes a row or throws");
  const grant = {
    ...{ memberId: card.memberId, way: "ELECTION" as const, sourceId: election.electionId, timeZone: card.timeZone },
    ...{ validFrom: now > cycle.from ? now : cycle.from, validUntil: cycle.to, now },
    suspendedFor: card.state === "FROZEN" ? (["CARD_FROZEN"] as const) : [],
  };
  const payload = { memberId, ...toldOf(election) };
  const events = await grantBenefits(tx, grant, benefitsOf(snapshot, chosen));
  return { election, events: [{ type: "package.elected", memberId, payload }, ...events] };
}

/** What others learn of an election. */
export function toldOf({ electionId, cardId, slotCode, cycleFirstDay, packageId, packageVersion, way }: ElectionRow) {
  return { electionId, cardId, slotCode, cycleFirstDay, packageId, packageVersion, way };
}

/** Ends an election; what was granted with it is for the caller to end. */
export async function endElection(
  tx: Tx,
  { memberId, electionId }: ElectionRow,
  state: "REPLACED" | "SWAPPED" | "ENDED",
  now: Date,
): Promise<void> {
  await tx
    .update(elections)
    .set({ state, endedAt: now })
    .where(and(eq(elections.memberId, memberId), eq(elections.electionId, electionId)));
}

/** Whether the member has the slot at all, as it is now. */
export async function hasSlot(work: Work, { snapshot, memberId }: CardInHand, { rule }: Slot): Promise<boolean> {
  return rule === null || (await unmetConditions(work, snapshot, rule, memberId)) === undefined;
}

function benefitsOf(snapshot: CatalogueSnapshot, { content }: PublishedPackage): BenefitToGrant[] {
  return content.benefits.flatMap(({ benefitCode, quantity }) => {
    const benefit = benefitByCode(snapshot, benefitCode);
    return benefit ? [{ ...benefit, quantity }] : [];
  });
}

async function tierFor(tx: Tx, { now }: Work, { allIds, snapshot }: CardInHand, { fill }: Slot) {
  if (fill.kind !== "TIER") return undefined;
  return tierInProgram(tx, snapshot, { allIds, programCode: fill.programCode, now });
}

function freePlaces(held: readonly ElectionRow[], places: number): number[] {
  const taken = new Set(held.map((each) => each.place));
  const free: number[] = [];
  for (let place = 1; place <= places; place += 1) if (!taken.has(place)) free.push(place);
  return free;
}
