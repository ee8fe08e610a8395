import fc from "fast-check";
import {
  afterEvent,
  endings,
  standingAt,
  suspensions,
  type EntitlementEvent,
  type EntitlementFacts,
} from "../../src/entitlements/core/entitlement";

const active: EntitlementFacts = {
  state: "ACTIVE",
  suspendedFor: [],
  endedFor: null,
  validFrom: new Date("2026-01-01T00:00:00Z"),
  validUntil: new Date("2027-01-01T00:00:00Z"),
};
const after = (...events: EntitlementEvent[]) =>
  events.reduce<EntitlementFacts | string>((before, event) => {
    if (typeof before === "string") return before;
    const moved = afterEvent(before, event);
    return moved.ok ? moved.value : `${event.event} refused: ${moved.refusals[0]?.code}`;
  }, active);

describe("an entitlement", () => {
  const freeze = { event: "SUSPEND", reason: "CARD_FROZEN" } as const;
  const thaw = { event: "LIFT", reason: "CARD_FROZEN" } as const;
  const fall = { event: "SUSPEND", reason: "BELOW_MARK" } as const;
  const end = { event: "END", reason: "EXCHANGED" } as const;
  const restore = { event: "RESTORE", reason: "EXCHANGED" } as const;

  test.each<[string, EntitlementEvent[], object | string]>([
    ["is suspended", [freeze], { state: "SUSPENDED", suspendedFor: ["CARD_FROZEN"] }],
    ["is suspended once for the same reason", [freeze, freeze], { suspendedFor: ["CARD_FROZEN"] }],
    [
      "stays suspended while another reason holds",
      [freeze, fall, thaw],
      { state: "SUSPENDED", suspendedFor: ["BELOW_MARK"] },
    ],
    [
      "is active again once every reason is lifted",
      [freeze, fall, thaw, { ...fall, event: "LIFT" }],
      { state: "ACTIVE", suspendedFor: [] },
    ],
    ["ends", [end], { state: "ENDED", endedFor: "EXCHANGED" }],
    ["ends once for the same reason", [end, end], { state: "ENDED" }],
    [
      "does not end for another reason afterwards",
      [end, { event: "END", reason: "WITHDRAWN" }],
      "END refused: WRONG_STATE",
    ],
    ["is not suspended any more once it has ended", [end, freeze], "SUSPEND refused: WRONG_STATE"],
    ["is restored as it was before it ended", [freeze, end, restore], { state: "SUSPENDED", endedFor: null }],
    [
      "is not restored from another ending",
      [{ event: "END", reason: "SWAPPED" }, restore],
      "RESTORE refused: WRONG_STATE",
    ],
    ["is not restored while it has not ended", [restore], "RESTORE refused: WRONG_STATE"],
  ])("%s", (_, events, expected) => {
    if (typeof expected === "string") expect(after(...events)).toBe(expected);
    else expect(after(...events)).toMatchObject(expected);
  });

  test("stands by the clock: before its time, in it, after it", () => {
    const at = (time: string, facts: EntitlementFacts = active) => standingAt(facts, new Date(time));
    expect(at("2025-12-31T23:59:59.999Z")).toBe("WAITING");
    expect(at("2026-01-01T00:00:00.000Z")).toBe("USABLE");
    expect(at("2026-12-31T23:59:59.999Z")).toBe("USABLE");
    expect(at("2027-01-01T00:00:00.000Z")).toBe("EXPIRED");
    expect(at("2026-06-01T00:00:00.000Z", { ...active, state: "SUSPENDED" })).toBe("SUSPENDED");
    expect(at("2026-06-01T00:00:00.000Z", { ...active, state: "ENDED" })).toBe("ENDED");
  });

  test("keeps state, reasons and ending in agreement under any sequence of events", () => {
    const events = fc.oneof(
      fc.record({
        event: fc.constantFrom("SUSPEND" as const, "LIFT" as const),
        reason: fc.constantFrom(...suspensions),
      }),
      fc.record({ event: fc.constantFrom("END" as const, "RESTORE" as const), reason: fc.constantFrom(...endings) }),
    );
    fc.assert(
      fc.property(fc.array(events, { maxLength: 30 }), (sequence) => {
        let facts = active;
        for (const event of sequence) {
          const moved = afterEvent(facts, event);
          if (moved.ok) facts = moved.value;
          const { state, endedFor, suspendedFor } = facts;
          if ((state === "ENDED") !== (endedFor !== null)) return false;
          if (state !== "ENDED" && (state === "SUSPENDED") !== suspendedFor.length > 0) return false;
          if (new Set(suspendedFor).size !== suspendedFor.length) return false;
        }
        return true;
      }),
    );
  });
});
