import {
  redemptionStates,
  redemptionSteps,
  stepRedemption,
  takesQuota,
  type RedemptionState,
} from "../../src/entitlements/core/redemption";

const now = new Date("2026-12-01T12:00:00Z");
const soon = new Date("2026-12-01T12:10:00Z");
const outcome = (state: RedemptionState, step: (typeof redemptionSteps)[number], reservedUntil = soon) => {
  const stepped = stepRedemption({ state, reservedUntil }, step, now);
  return stepped.ok ? stepped.value : (stepped.refusals[0]?.code ?? "");
};

describe("a redemption", () => {
  test("takes these steps and no others while its reservation is good", () => {
    const table = Object.fromEntries(
      redemptionStates.map((state) => [state, redemptionSteps.map((step) => outcome(state, step)).join(" ")]),
    );
    expect(redemptionSteps).toEqual(["CONFIRM", "COMPLETE", "RELEASE", "LAPSE", "REVERSE"]);
    expect(table).toEqual({
      RESERVED: "CONFIRMED COMPLETED RELEASED WRONG_STATE WRONG_STATE",
      CONFIRMED: "WRONG_STATE COMPLETED RELEASED WRONG_STATE WRONG_STATE",
      COMPLETED: "WRONG_STATE WRONG_STATE WRONG_STATE WRONG_STATE REVERSED",
      RELEASED: "WRONG_STATE WRONG_STATE WRONG_STATE WRONG_STATE WRONG_STATE",
      REVERSED: "WRONG_STATE WRONG_STATE WRONG_STATE WRONG_STATE WRONG_STATE",
    });
  });

  test("whose reservation is over can only lapse or be released", () => {
    expect(redemptionSteps.map((step) => outcome("RESERVED", step, now))).toEqual([
      "WINDOW_CLOSED",
      "WINDOW_CLOSED",
      "RELEASED",
      "RELEASED",
      "WRONG_STATE",
    ]);
  });

  test("takes quota while it is reserved in time, confirmed or completed", () => {
    const taking = redemptionStates.filter((state) => takesQuota({ state, reservedUntil: soon }, now));
    expect(taking).toEqual(["RESERVED", "CONFIRMED", "COMPLETED"]);
    expect(takesQuota({ state: "RESERVED", reservedUntil: now }, now)).toBe(false);
  });

  test("names in its refusal the state and what it allows", () => {
    const refused = stepRedemption({ state: "COMPLETED", reservedUntil: soon }, "CONFIRM", now);
    expect(refused).toMatchObject({ refusals: [{ message: expect.stringContaining("COMPLETED") as string }] });
    expect(refused).toMatchObject({ refusals: [{ message: expect.stringContaining("REVERSE") as string }] });
  });
});
