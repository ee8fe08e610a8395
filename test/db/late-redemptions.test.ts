import { reverseRedemption } from "../../src/entitlements/step-redemption";
import { uploadRedemptions } from "../../src/entitlements/upload-redemptions";
import { callers } from "../support/api";
import { entitlementsStage, washes, type EntitlementsStage } from "../support/entitlements-stage";
import type * as Fakes from "../support/fake-benefits";
import { codesOf, noon, valueOf } from "../support/members-stage";

jest.mock(
  "../../src/benefits/published-benefits",
  () => jest.requireActual<typeof Fakes>("../support/fake-benefits").publishedWithFakes,
);

let stage: EntitlementsStage;
const minutes = (count: number) => new Date(noon.getTime() + count * 60_000);

beforeAll(async () => {
  stage = await entitlementsStage();
});

describe("uses that are reported late", () => {
  const lines = (...all: ReturnType<EntitlementsStage["use"]>[]) =>
    uploadRedemptions(stage.work(callers.service, minutes(0)), all);

  it("count when they occurred, the earlier of two first, line by line", async () => {
    const held = await stage.held(stage.benefit({ terms: washes(1) }));
    const inMay = (hour: number) => ({ occurredAt: new Date(Date.UTC(2026, 4, 31, hour)) });
    const answers = valueOf(
      await lines(stage.use(held, inMay(15)), stage.use(held, inMay(14)), stage.use(held, inMay(16))),
    );
    expect(answers.map(codesOf)).toEqual([["QUOTA_USED"], ["done"], ["done"]]);
    expect((await stage.redemptionsOf(held)).map(({ period }) => period)).toEqual(["2026-05-01", "2026-06-01"]);
  });

  it("give the quota back in the period in which they occurred when they are reversed", async () => {
    const held = await stage.held(stage.benefit({ terms: washes(1) }));
    const occurredAt = new Date("2026-05-10T00:00:00Z");
    const { redemption } = valueOf(await stage.redeem(held, { occurredAt }));
    valueOf(await stage.redeem(held));
    valueOf(await reverseRedemption(stage.work(), { memberId: held.memberId, redemptionId: redemption.redemptionId }));
    expect(codesOf(await stage.redeem(held))).toEqual(["QUOTA_USED"]);
    expect(codesOf(await stage.redeem(held, { occurredAt }))).toEqual(["done"]);
  });

  it("are refused of the future, of too long ago, and of before it was granted", async () => {
    const held = await stage.held(stage.benefit(), { now: minutes(-60), validFrom: minutes(-60) });
    expect(codesOf(await stage.redeem(held, { occurredAt: minutes(1) }))).toEqual(["INVALID_INPUT"]);
    expect(codesOf(await stage.redeem(held, { occurredAt: minutes(-91 * 24 * 60) }))).toEqual(["WINDOW_CLOSED"]);
    expect(codesOf(await stage.redeem(held, { occurredAt: minutes(-61) }))).toEqual(["ENTITLEMENT_NOT_USABLE"]);
    expect(codesOf(await stage.redeem(held, { occurredAt: minutes(-60) }))).toEqual(["done"]);
  });
});
