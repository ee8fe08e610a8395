import type { Slot } from "../../card-products/core/card-product";
import { done, refuse, type Result } from "../../kernel/result";
import type { ElectionWay } from "./card";
import { dayInCycle, type Cycle } from "./cycle";

/** A place of a slot that is filled. */
export interface Choice {
  readonly electionId: string;
  readonly place: number;
  readonly packageCode: string;
  readonly way: ElectionWay;
  /** Whether anything of it was used or is reserved in this cycle. */
  readonly isUsed: boolean;
}

/** Half-open: when the places of a slot may be chosen for a cycle. */
export function electionWindow(slot: Slot, cycle: Cycle, timeZone: string): { readonly from: Date; readonly to: Date } {
  const { opensDaysBefore, closesAfterDays } = slot.electionWindow;
  const from = dayInCycle(cycle, timeZone, -opensDaysBefore);
  const to = closesAfterDays === null ? cycle.to : dayInCycle(cycle, timeZone, closesAfterDays);
  return { from, to: to < cycle.to ? to : cycle.to };
}

/** What fills a slot where the member chose nothing: to be written once the cycle has begun. */
export function fillingOf(
  slot: Slot,
  tierCode: string | undefined,
): { readonly way: ElectionWay; readonly codes: readonly string[] } {
  switch (slot.fill.kind) {
    case "PICK":
      return { way: "DEFAULT", codes: slot.fill.defaultCodes.slice(0, slot.fill.picks) };
    case "FIXED":
      return { way: "FIXED", codes: slot.fill.packageCodes };
    case "TIER":
      return { way: "TIER", codes: slot.fill.tiers.find((tier) => tier.tierCode === tierCode)?.packageCodes ?? [] };
  }
}

/** How many places of a slot are filled at most. */
export function placesOf(slot: Slot): number {
  return slot.fill.kind === "PICK" ? slot.fill.picks : Number.MAX_SAFE_INTEGER;
}

/** The packages that may be chosen for a slot, or swapped to. */
export function offeredCodes(slot: Slot): readonly string[] {
  return slot.fill.kind === "PICK" ? slot.fill.packageCodes : [];
}

export interface Placement {
  readonly place: number;
  /** The default that gives way to what the member chose; null where a place was free. */
  readonly replaces: Choice | null;
}

/**
 * Where a package that a member chooses goes: to a free place, else to that of a default that was not used. Refuses with
 * NOT_FOUND what the slot does not offer, WINDOW_CLOSED with the window's ends, ALREADY_EXISTS what it holds already,
 * and WRONG_STATE where every place holds the member's own choice: that takes a swap.
 */
export function placeChoice(
  slot: Slot,
  choices: readonly Choice[],
  asked: { readonly packageCode: string; readonly cycle: Cycle; readonly timeZone: string; readonly at: Date },
): Result<Placement, "NOT_FOUND" | "WINDOW_CLOSED" | "ALREADY_EXISTS" | "WRONG_STATE"> {
  const { packageCode, cycle, timeZone, at } = asked;
  const path = ["input", "packageCode"];
  if (!offeredCodes(slot).includes(packageCode)) {
    const offered = offeredCodes(slot).join(", ") || "none: its packages are not chosen";
    return refuse("NOT_FOUND", `Slot ${slot.code} does not offer package "${packageCode}", expected ${offered}.`, path);
  }
  const window = electionWindow(slot, cycle, timeZone);
  if (at < window.from || at >= window.to) {
    const message = `Slot ${slot.code} is chosen from ${window.from.toISOString()} until ${window.to.toISOString()}.`;
    return refuse("WINDOW_CLOSED", message, path);
  }
  const held = choices.find((choice) => choice.packageCode === packageCode);
  if (held && held.way !== "DEFAULT") {
    return refuse("ALREADY_EXISTS", `Slot ${slot.code} holds package "${packageCode}" already.`, path);
  }
  if (held) return done({ place: held.place, replaces: held });
  const taken = new Set(choices.map((choice) => choice.place));
  for (let place = 1; place <= placesOf(slot); place += 1)
    if (!taken.has(place)) return done({ place, replaces: null });
  const givesWay = choices.find((choice) => choice.way === "DEFAULT" && !choice.isUsed);
  if (givesWay) return done({ place: givesWay.place, replaces: givesWay });
  const message = `All ${placesOf(slot)} places of slot ${slot.code} are chosen or in use; a swap replaces one.`;
  return refuse("WRONG_STATE", message, path);
}
