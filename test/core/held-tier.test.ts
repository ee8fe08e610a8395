import { bestTiers, type HeldTier } from "../../src/programs/core/held-tier";

const now = new Date("2026-06-01T12:00:00Z");
const ranks: Record<string, number> = { base: 0, silver: 1, gold: 2 };
const held = (tierCode: string, validUntil: string | null = null, programId = "points"): HeldTier => ({
  ...{ programId, tierCode },
  validUntil: validUntil ? new Date(validUntil) : null,
});
const best = (...tiers: HeldTier[]) => bestTiers(tiers, (tier) => ranks[tier.tierCode] ?? 0, now);

describe("of the tiers that one person holds in a program under several ids", () => {
  it.each([
    ["the higher rank", held("gold"), held("silver")],
    ["one that holds before a higher one that lapsed", held("silver"), held("gold", "2026-06-01T12:00:00Z")],
    ["the higher of two that lapsed", held("gold", "2026-01-01T00:00:00Z"), held("silver", "2026-02-01T00:00:00Z")],
    [
      "of one rank the one that lasts longer",
      held("gold", "2027-06-01T00:00:00Z"),
      held("gold", "2027-01-01T00:00:00Z"),
    ],
    ["of one rank the one without end", held("gold"), held("gold", "2099-01-01T00:00:00Z")],
  ])("%s counts, whichever comes first", (_what, kept, dropped) => {
    expect(best(kept, dropped)).toEqual([kept]);
    expect(best(dropped, kept)).toEqual([kept]);
  });

  it("those of other programs are untouched", () => {
    const [one, other] = [held("silver", null, "a"), held("gold", null, "b")];
    expect(best(one, other)).toEqual([one, other]);
    expect(best()).toEqual([]);
  });
});
