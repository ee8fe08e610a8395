import type { SwapPolicy } from "../../src/card-products/core/card-product";
import { cycleOf, dayInCycle } from "../../src/cards/core/cycle";
import { judgeSwap, type SwapObstacle, type SwapQuestion } from "../../src/cards/core/swap";
import { money } from "../../src/kernel/money";
import { points } from "../../src/kernel/points";

const timeZone = "Asia/Shanghai";
const cycle = cycleOf({ openedOn: "2026-01-01", cycle: "CARD_YEAR", timeZone }, 1);
const yuan = (fen: bigint) => money(fen, "CNY");
const day = (number: number) => new Date(dayInCycle(cycle, timeZone, number).getTime() + 3_600_000);

const policy: SwapPolicy = {
  windows: [{ fromDay: 30, toDay: 300 }],
  perCycle: 2,
  partlyUsed: "PRORATE_TIME",
  coolingOffDays: 14,
  swapBack: false,
  fee: null,
  quoteMinutes: 30,
  payWithPoints: { programCode: "alliance", pointsPerMinorUnit: points(1n) },
  exclusions: [],
};

/** A travel package worth 1,200.00, swapped for a golf package worth 1,500.00 after 73 of 365 days. */
const travelForGolf: SwapQuestion = {
  ...{ policy, cycle, timeZone, at: day(73) },
  from: { packageCode: "travel", worth: yuan(120_000n), chosenAt: cycle.from, usedUnits: 0, usedValue: yuan(0n) },
  to: { packageCode: "golf", worth: yuan(150_000n) },
  ...{ isOffered: true, swapsBefore: 0, heldCodes: [], swappedAwayCodes: [] },
};

function priceOf(question: SwapQuestion) {
  const judged = judgeSwap(question);
  if (!judged.ok) throw new Error(judged.refusals.map(({ message }) => message).join(" "));
  return judged.price;
}

describe("the price of a swap", () => {
  test("prorated by time after 73 of 365 days: credit 960.00, target 1,200.00, difference 240.00 or 24,000 points", () => {
    expect(priceOf(travelForGolf)).toMatchObject({
      credit: yuan(96_000n),
      target: yuan(120_000n),
      difference: yuan(24_000n),
      due: yuan(24_000n),
      duePoints: 24_000n,
      forfeited: yuan(0n),
      swapsLeft: 1,
      canSwapBack: false,
      windowClosesAt: dayInCycle(cycle, timeZone, 300),
    });
  });

  test("prorated by use takes what was used off the old worth and asks the whole new one", () => {
    const from = { ...travelForGolf.from, usedUnits: 2, usedValue: yuan(50_000n) };
    expect(priceOf({ ...travelForGolf, from, policy: { ...policy, partlyUsed: "PRORATE_USE" } })).toMatchObject({
      credit: yuan(70_000n),
      target: yuan(150_000n),
      difference: yuan(80_000n),
    });
  });

  test("never credits less than nothing, however much was used", () => {
    const from = { ...travelForGolf.from, usedUnits: 9, usedValue: yuan(900_000n) };
    expect(priceOf({ ...travelForGolf, from, policy: { ...policy, partlyUsed: "PRORATE_USE" } })).toMatchObject({
      credit: yuan(0n),
      difference: yuan(150_000n),
    });
  });

  test("charging the difference compares whole worths, and adds the fee", () => {
    const priced = priceOf({
      ...travelForGolf,
      policy: { ...policy, partlyUsed: "CHARGE_DIFFERENCE", fee: yuan(1_000n) },
    });
    expect(priced).toMatchObject({
      difference: yuan(30_000n),
      fee: yuan(1_000n),
      due: yuan(31_000n),
      duePoints: 31_000n,
    });
  });

  test("pays nothing out where the new package is worth less, and says what is lost", () => {
    const cheaper = { ...travelForGolf, to: { packageCode: "car", worth: yuan(60_000n) } };
    expect(priceOf(cheaper)).toMatchObject({ difference: yuan(0n), forfeited: yuan(48_000n), due: yuan(0n) });
  });
});

describe("a swap is refused", () => {
  const swapped = { ...travelForGolf, swappedAwayCodes: ["golf"], swapsBefore: 1 };
  const used = { ...travelForGolf.from, usedUnits: 1 };
  const cases: readonly [string, SwapQuestion, SwapObstacle, Date | null][] = [
    ["where the slot knows none", { ...travelForGolf, policy: null }, "NO_SWAP", null],
    ["for a package that the slot does not offer", { ...travelForGolf, isOffered: false }, "NOT_OFFERED", null],
    ["for a package that it holds", { ...travelForGolf, heldCodes: ["golf"] }, "ALREADY_HELD", null],
    ["before the window, until it opens", { ...travelForGolf, at: day(20) }, "WINDOW", dayInCycle(cycle, timeZone, 30)],
    ["after the last window", { ...travelForGolf, at: day(300) }, "WINDOW", null],
    [
      "while the last choice cools off",
      { ...travelForGolf, from: { ...travelForGolf.from, chosenAt: day(70) } },
      "COOLING_OFF",
      new Date(day(70).getTime() + 14 * 86_400_000),
    ],
    ["once the cycle's swaps are used up", { ...travelForGolf, swapsBefore: 2 }, "PER_CYCLE", cycle.to],
    [
      "of a used package",
      { ...travelForGolf, from: used, policy: { ...policy, partlyUsed: "FORBID" } },
      "PARTLY_USED",
      cycle.to,
    ],
    ["back to what was swapped away", swapped, "SWAP_BACK", cycle.to],
    [
      "between packages that exclude each other",
      { ...travelForGolf, policy: { ...policy, exclusions: [["travel", "golf"]] } },
      "EXCLUSION",
      cycle.to,
    ],
  ];
  test.each(cases)("%s", (_, question, obstacle, allowedFrom) => {
    const judged = judgeSwap(question);
    expect(judged.ok ? [] : judged.refusals).toEqual([expect.objectContaining({ obstacle, allowedFrom })]);
  });

  test("with every obstacle at once, not the first alone", () => {
    const judged = judgeSwap({ ...swapped, at: day(10), swapsBefore: 2 });
    const told = judged.ok ? [] : judged.refusals.map(({ obstacle }) => obstacle);
    expect(told).toEqual(["WINDOW", "COOLING_OFF", "PER_CYCLE", "SWAP_BACK"]);
  });
});
