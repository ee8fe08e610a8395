import type { ReverseCommand } from "../../src/ledger/core/command";
import { points } from "../../src/kernel/points";
import { balanceOf, basics, earn, ledgerStage, lot, type LedgerStage } from "../support/ledger-stage";

let stage: LedgerStage;
let programId: string;
let memberId: string;

beforeAll(async () => {
  stage = await ledgerStage();
  programId = await stage.program();
});

beforeEach(async () => {
  memberId = await stage.memberId();
  // 4,500 at a point for 2,000: two points, and 500 carried on. Then fifty that have nothing to do with it.
  const amount = { product: 4_500n, denominator: 2_000n };
  await stage.post(earn(memberId, programId, [{ ...lot(points(0n)), amount }]));
  await stage.post(earn(memberId, programId, [lot(points(50n))]));
});

const takeBack = (amount: ReverseCommand["amount"]) =>
  stage.post({ ...basics(memberId), command: "REVERSE", transfer: 1n, amount, line: null, onShortfall: "TAKE" });
const available = async () => balanceOf(await stage.books(memberId), programId)[0];

describe("points of a purchase whose remainder is carried", () => {
  it("are not taken twice where an amount is taken back and then all that is left", async () => {
    expect(await takeBack(1n)).toMatchObject({ outcome: "DONE", amount: 1n });
    expect(await takeBack(null)).toMatchObject({ outcome: "DONE", amount: 1n, shortfall: 0n });
    expect(await available()).toBe(50n);
    expect(await takeBack(null)).toMatchObject({ outcome: "REFUSED", code: "REVERSAL_EXCEEDS_ORIGINAL" });
  });

  it("are not taken twice where all of them were taken back by amount", async () => {
    await takeBack(2n);
    expect(await takeBack(null)).toMatchObject({ outcome: "REFUSED", code: "REVERSAL_EXCEEDS_ORIGINAL" });
    expect(await takeBack({ product: 100n })).toMatchObject({ outcome: "REFUSED", code: "INVALID_INPUT" });
    expect(await available()).toBe(50n);
  });

  it("are taken with the remainder where the product goes, and what is left of them by amount", async () => {
    expect(await takeBack({ product: 1_000n })).toMatchObject({ outcome: "DONE", amount: 1n });
    expect(await takeBack(1n)).toMatchObject({ outcome: "DONE", amount: 1n });
    expect(await takeBack(null)).toMatchObject({ outcome: "REFUSED", code: "REVERSAL_EXCEEDS_ORIGINAL" });
    expect(await available()).toBe(50n);
  });
});
